"""binance-futures-connector: its REST client, and its WebSocket client with a thread per socket."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from queue import Queue
from typing import Final

from binance.error import ClientError
from binance.um_futures import UMFutures
from binance.websocket.um_futures.websocket_client import UMFuturesWebsocketClient

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
_ALGO: Final = "/fapi/v1/algoOrder"  # which this client does not wrap


class _Stream:
    """One WebSocket of the client; its messages wait in a queue."""

    def __init__(self, url: str, name: str) -> None:
        self._messages: Queue[Json] = Queue()
        self._socket = UMFuturesWebsocketClient(stream_url=url, on_message=self._put)
        self._socket.subscribe(name, id=7)
        answer = self.next()
        assert answer == {"result": None, "id": 7}, f"SUBSCRIBE is answered by {answer}"

    def next(self) -> Json:
        return self._messages.get(timeout=_MESSAGE_S_MAX)

    def stop(self) -> None:
        self._socket.stop()

    def _put(self, _socket: object, message: str) -> None:
        self._messages.put(json.loads(message))


class Connector:
    """A Client that is binance-futures-connector."""

    def __init__(self, access: Access) -> None:
        self._api = UMFutures(access.key, access.secret, base_url=access.rest, timeout=10)
        self._trades = _Stream(f"{access.streams}/market", "btcusdt@aggTrade")
        self._listen_key = self._api.new_listen_key()["listenKey"]
        self._events = _Stream(f"{access.streams}/private", self._listen_key)

    def server_time(self) -> int:
        assert self._api.ping() == {}, "ping has something to say"
        return int(self._api.time()["serverTime"])

    def market(self) -> Market:
        (candle,) = self._api.klines(SYMBOL, "1m", limit=1)
        return market_of(
            self._api.exchange_info()["symbols"],
            best=self._api.book_ticker(SYMBOL),
            mark=self._api.mark_price(SYMBOL),
            candle=candle,
        )

    def account(self) -> Account:
        (config,) = self._api.symbol_configuration(symbol=SYMBOL)
        mode = self._api.get_position_mode()
        return account_of(self._api.commission_rate(SYMBOL), mode=mode, config=config)

    def wallet(self) -> Decimal:
        return wallet_of(self._api.balance())

    def position(self) -> tuple[Decimal, Decimal] | None:
        return position_of(self._api.get_position_risk(symbol=SYMBOL))

    def set_leverage(self, leverage: int) -> int:
        return int(self._api.change_leverage(SYMBOL, leverage)["leverage"])

    def set_margin_type(self, margin_type: str) -> None:
        self._api.change_margin_type(SYMBOL, margin_type)

    def set_hedged(self, is_hedged: str) -> None:
        self._api.change_position_mode(is_hedged)

    def pay_margin(self, position_side: str, amount: str) -> Decimal:
        return self._move_margin(amount, 1, position_side)

    def take_margin(self, position_side: str, amount: str) -> Decimal:
        return self._move_margin(amount, 2, position_side)

    def _move_margin(self, amount: str, kind: int, position_side: str) -> Decimal:
        move = self._api.modify_isolated_position_margin
        answer = move(SYMBOL, amount, kind, positionSide=position_side)
        assert answer["type"] == kind, f"margin is moved the other way: {answer}"
        return Decimal(str(answer["amount"]))

    def legs(self) -> dict[str, Leg]:
        return legs_of(self._api.get_position_risk(symbol=SYMBOL))

    def trade(self, side: str, position_side: str, quantity: str) -> Order:
        asked = {"quantity": quantity, "newOrderRespType": "RESULT"}
        answer = self._api.new_order(SYMBOL, side, "MARKET", positionSide=position_side, **asked)
        assert answer["positionSide"] == position_side, f"the order is of another side: {answer}"
        return order_of(answer)

    def buy(self, quantity: str) -> Order:
        asked = {"quantity": quantity, "newOrderRespType": "RESULT"}
        return order_of(self._api.new_order(SYMBOL, "BUY", "MARKET", **asked))

    def sell_limit(self, quantity: str, price: str, client_id: str) -> Order:
        asked = {"quantity": quantity, "price": price, "timeInForce": "GTC"}
        asked["newClientOrderId"] = client_id
        return order_of(self._api.new_order(SYMBOL, "SELL", "LIMIT", **asked))

    def modify(self, order: Order, *, quantity: str, price: str) -> Order:
        asked = {"quantity": quantity, "price": price, "origClientOrderId": order.client_id}
        return order_of(self._api.modify_order(SYMBOL, "SELL", **asked))

    def cancel(self, order: Order) -> Order:
        return order_of(self._api.cancel_order(SYMBOL, orderId=order.id))

    def order(self, order_id: str) -> Order:
        return order_of(self._api.query_order(SYMBOL, orderId=order_id))

    def open_orders(self) -> Sequence[str]:
        return [row["clientOrderId"] for row in self._api.get_orders(symbol=SYMBOL)]

    def wait_to_sell(self, **parameters: str) -> Waiting:
        asked = {"algoType": "CONDITIONAL", "symbol": SYMBOL, "side": "SELL", **parameters}
        return waiting_of(self._api.sign_request("POST", _ALGO, asked))

    def cancel_waiting(self, waiting: Waiting) -> str:
        answer = self._api.sign_request("DELETE", _ALGO, {"algoId": waiting.id})
        assert answer["code"] == "200", f"a cancelled stop is answered by {answer}"
        return str(answer["algoId"])

    def waiting(self, waiting: Waiting) -> Waiting:
        return waiting_of(self._api.sign_request("GET", _ALGO, {"algoId": waiting.id}))

    def open_waiting(self) -> Sequence[str]:
        rows = self._api.sign_request("GET", "/fapi/v1/openAlgoOrders", {"symbol": SYMBOL})
        return [row["clientAlgoId"] for row in rows]

    def fees_paid(self) -> Decimal:
        return summed(self._api.get_account_trades(SYMBOL), "commission")

    def profit_made(self) -> Decimal:
        return summed(self._api.get_income_history(incomeType="REALIZED_PNL"), "income")

    def listen(self, is_complete: Callable[[Heard], bool]) -> Heard:
        events: list[Json] = []
        while not is_complete(hear(events)):
            events.append(self._events.next())
        return hear(events)

    def hear_trade(self, move: Callable[[], None]) -> Decimal:
        move()
        return Decimal(self._trades.next()["p"])

    def refusal(self, call: Callable[[], object]) -> int | None:
        try:
            call()
        except ClientError as exc:
            return int(exc.error_code)
        return None

    def place_nonsense(self, **parameters: str) -> None:
        self._api.new_order(**parameters)

    def leave(self) -> None:
        assert self._api.close_listen_key(self._listen_key) == {}, "the listen key stays open"
        self._trades.stop()
        self._events.stop()


def _main(access: Access, steps: Steps) -> None:
    client = Connector(access)
    tell(client, steps, access)
    tell_hedged(client, steps)
    client.leave()
    steps.finish()


if __name__ == "__main__":
    _main(Access.told(), Steps())
