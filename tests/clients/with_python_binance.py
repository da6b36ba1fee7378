"""python-binance: its synchronous REST client, its WebSocket API, its asynchronous sockets."""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from binance import AsyncClient, BinanceSocketManager, Client
from binance.exceptions import BinanceAPIException

from tests.clients.access import Access
from tests.clients.client import Account, Heard, Leg, Market, Order, Waiting
from tests.clients.figures import SYMBOL
from tests.clients.hedged_story import tell_hedged
from tests.clients.raw import (
    Json,
    account_of,
    hear,
    legs_of,
    market_of,
    order_of,
    position_of,
    summed,
    waiting_of,
    wallet_of,
)
from tests.clients.steps import Steps
from tests.clients.story import tell

_MESSAGE_S_MAX: Final = 10
_GLANCE_S: Final = 0.2  # how often a silent socket of this client looks whether it shall end


class PythonBinance:
    """A Client that is python-binance; some orders go over the WebSocket API."""

    def __init__(self, access: Access) -> None:
        self._runner = asyncio.Runner()
        self._runner.run(self._connect(access))
        self._api = Client(access.key, access.secret, ping=False)
        self._api.FUTURES_URL = f"{access.rest}/fapi"

    async def _connect(self, access: Access) -> None:
        self._async_api = AsyncClient(access.key, access.secret)
        self._async_api.FUTURES_URL = f"{access.rest}/fapi"
        self._async_api.ws_future._url = access.trading
        sockets = BinanceSocketManager(self._async_api)
        sockets.FSTREAM_URL = f"{access.streams}/"
        self._trades = await _opened(sockets.futures_multiplex_socket(["btcusdt@aggTrade"]))
        self._events = await _opened(sockets.futures_user_socket())

    def server_time(self) -> int:
        assert self._api.futures_ping() == {}, "ping has something to say"
        return int(self._api.futures_time()["serverTime"])

    def market(self) -> Market:
        (candle,) = self._api.futures_klines(symbol=SYMBOL, interval="1m", limit=1)
        return market_of(
            self._api.futures_exchange_info()["symbols"],
            best=self._api.futures_orderbook_ticker(symbol=SYMBOL),
            mark=self._api.futures_mark_price(symbol=SYMBOL),
            candle=candle,
        )

    def account(self) -> Account:
        rates = self._api.futures_commission_rate(symbol=SYMBOL)
        (config,) = self._api.futures_symbol_config(symbol=SYMBOL)
        return account_of(rates, mode=self._api.futures_get_position_mode(), config=config)

    def wallet(self) -> Decimal:
        return wallet_of(self._api.futures_account_balance())

    def position(self) -> tuple[Decimal, Decimal] | None:
        return position_of(self._api.futures_position_information(symbol=SYMBOL))

    def set_leverage(self, leverage: int) -> int:
        return int(self._api.futures_change_leverage(symbol=SYMBOL, leverage=leverage)["leverage"])

    def set_margin_type(self, margin_type: str) -> None:
        self._api.futures_change_margin_type(symbol=SYMBOL, marginType=margin_type)

    def set_hedged(self, is_hedged: str) -> None:
        self._api.futures_change_position_mode(dualSidePosition=is_hedged)

    def pay_margin(self, position_side: str, amount: str) -> Decimal:
        return self._move_margin(position_side, amount=amount, type=1)

    def take_margin(self, position_side: str, amount: str) -> Decimal:
        return self._move_margin(position_side, amount=amount, type=2)

    def _move_margin(self, position_side: str, **asked: str | int) -> Decimal:
        move = self._api.futures_change_position_margin
        answer = move(symbol=SYMBOL, positionSide=position_side, **asked)
        assert answer["type"] == asked["type"], f"margin is moved the other way: {answer}"
        return Decimal(str(answer["amount"]))

    def legs(self) -> dict[str, Leg]:
        return legs_of(self._api.futures_position_information(symbol=SYMBOL))

    def trade(self, side: str, position_side: str, quantity: str) -> Order:
        asked = {"symbol": SYMBOL, "side": side, "type": "MARKET", "quantity": quantity}
        placing = self._async_api.ws_futures_create_order(
            **asked, positionSide=position_side, newOrderRespType="RESULT"
        )
        answer = self._runner.run(placing)
        assert answer["positionSide"] == position_side, f"the order is of another side: {answer}"
        return order_of(answer)

    def buy(self, quantity: str) -> Order:
        asked = {"symbol": SYMBOL, "side": "BUY", "type": "MARKET", "quantity": quantity}
        placing = self._async_api.ws_futures_create_order(**asked, newOrderRespType="RESULT")
        return order_of(self._runner.run(placing))

    def sell_limit(self, quantity: str, price: str, client_id: str) -> Order:
        answer = self._api.futures_create_order(
            symbol=SYMBOL,
            side="SELL",
            type="LIMIT",
            quantity=quantity,
            price=price,
            timeInForce="GTC",
            newClientOrderId=client_id,
        )
        return order_of(answer)

    def modify(self, order: Order, *, quantity: str, price: str) -> Order:
        asked = {"symbol": SYMBOL, "side": "SELL", "orderId": order.id}
        return order_of(self._api.futures_modify_order(**asked, quantity=quantity, price=price))

    def cancel(self, order: Order) -> Order:
        canceling = self._async_api.ws_futures_cancel_order(symbol=SYMBOL, orderId=order.id)
        return order_of(self._runner.run(canceling))

    def order(self, order_id: str) -> Order:
        return order_of(self._api.futures_get_order(symbol=SYMBOL, orderId=order_id))

    def open_orders(self) -> Sequence[str]:
        return [row["clientOrderId"] for row in self._api.futures_get_open_orders(symbol=SYMBOL)]

    def wait_to_sell(self, **parameters: str) -> Waiting:
        asked = {"symbol": SYMBOL, "side": "SELL", **parameters}
        return waiting_of(self._api.futures_create_order(**asked))

    def cancel_waiting(self, waiting: Waiting) -> str:
        answer = self._api.futures_cancel_algo_order(symbol=SYMBOL, algoId=waiting.id)
        assert answer["code"] == "200", f"a cancelled stop is answered by {answer}"
        return str(answer["algoId"])

    def waiting(self, waiting: Waiting) -> Waiting:
        return waiting_of(self._api.futures_get_algo_order(algoId=waiting.id))

    def open_waiting(self) -> Sequence[str]:
        rows = self._api.futures_get_open_algo_orders(symbol=SYMBOL)
        return [row["clientAlgoId"] for row in rows]

    def fees_paid(self) -> Decimal:
        return summed(self._api.futures_account_trades(symbol=SYMBOL), "commission")

    def profit_made(self) -> Decimal:
        rows = self._api.futures_income_history(incomeType="REALIZED_PNL")
        return summed(rows, "income")

    def listen(self, is_complete: Callable[[Heard], bool]) -> Heard:
        events: list[Json] = []
        while not is_complete(hear(events)):
            events.append(self._runner.run(_message(self._events)))
        return hear(events)

    def hear_trade(self, move: Callable[[], None]) -> Decimal:
        move()
        return Decimal(self._runner.run(_message(self._trades))["data"]["p"])

    def refusal(self, call: Callable[[], object]) -> int | None:
        try:
            call()
        except BinanceAPIException as exc:
            return int(exc.code)
        return None

    def place_nonsense(self, **parameters: str) -> None:
        # By hand: its futures_create_order would send a stop through the right door.
        self._api._request_futures_api("post", "order", signed=True, data=parameters)

    def leave(self) -> None:
        self._runner.run(self._disconnect())
        self._runner.close()

    async def _disconnect(self) -> None:
        listen_key = await self._async_api.futures_stream_get_listen_key()
        answer = await self._async_api.futures_stream_close(listen_key)
        assert answer == {}, f"DELETE listenKey is answered by {answer}"
        await self._trades.__aexit__(None, None, None)
        await self._events.__aexit__(None, None, None)
        await self._async_api.close_connection()


async def _opened(socket: Any) -> Any:
    socket.TIMEOUT = _GLANCE_S
    return await socket.__aenter__()


async def _message(socket: Any) -> Json:
    message: Json = await asyncio.wait_for(socket.recv(), _MESSAGE_S_MAX)
    assert message.get("e") != "error", f"the socket says {message}"
    return message


def _main(access: Access, steps: Steps) -> None:
    client = PythonBinance(access)
    tell(client, steps, access)
    tell_hedged(client, steps)
    client.leave()
    steps.finish()


if __name__ == "__main__":
    _main(Access.told(), Steps())
