"""ccxt: its unified REST methods, and its WebSocket part (ccxt.pro)."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

import ccxt  # type: ignore[import-not-found]  # lives in this script's own environment
import ccxt.pro  # type: ignore[import-not-found]  # likewise

from tests.clients.access import Access
from tests.clients.client import Account, Heard, Market, Order, Waiting
from tests.clients.figures import Fill
from tests.clients.raw import Json
from tests.clients.steps import Steps
from tests.clients.story import tell
from tests.clients.survey_ccxt import trade_over_websocket, watch_everything

_PAIR: Final = "BTC/USDT:USDT"
_MESSAGE_S_MAX: Final = 10
_WAIT_S: Final = 0.2
_STATUSES: Final = {"open": "NEW", "closed": "FILLED", "canceled": "CANCELED"}


class Ccxt:
    """A Client that is ccxt; orders, fees and fills are read from its unified structures."""

    def __init__(self, access: Access) -> None:
        self.runner = asyncio.Runner()
        self._api = _pointed(ccxt.binanceusdm, access)
        self.streams = self.runner.run(self._connect(access))
        self._fills_told = 0
        self._told: dict[str, str] = {}

    async def _connect(self, access: Access) -> Any:
        streams = _pointed(ccxt.pro.binanceusdm, access)
        await streams.load_markets()
        for watching in (streams.watch_orders(), streams.watch_trades(_PAIR, params=_AGGREGATED)):
            await _briefly(watching)  # which connects
        sockets = [socket for url, socket in streams.clients.items() if url.startswith("ws://")]
        for socket in sockets:
            await asyncio.wait_for(socket.connected, _MESSAGE_S_MAX)
        return streams

    def server_time(self) -> int:
        return int(self._api.fetch_time())

    def market(self) -> Market:
        pair = self._api.load_markets()[_PAIR]
        book = self._api.fetch_order_book(_PAIR, limit=5)
        candle = self._api.fetch_ohlcv(_PAIR, "1m", limit=1)[-1]
        return Market(
            tick=_exact(pair["precision"]["price"]),
            step=_exact(pair["precision"]["amount"]),
            bid=_exact(book["bids"][0][0]),
            ask=_exact(book["asks"][0][0]),
            mark=_exact(self._api.fetch_funding_rate(_PAIR)["markPrice"]),
            last_close=_exact(candle[4]),
        )

    def account(self) -> Account:
        fees = self._api.fetch_trading_fee(_PAIR)
        leverage = self._api.fetch_leverages([_PAIR])[_PAIR]
        return Account(
            maker_rate=_exact(fees["maker"]),
            taker_rate=_exact(fees["taker"]),
            is_hedged=self._api.fetch_position_mode(_PAIR)["hedged"],
            leverage=leverage["longLeverage"],
            margin_type={"cross": "CROSSED", "isolated": "ISOLATED"}[leverage["marginMode"]],
        )

    def wallet(self) -> Decimal:
        return _exact(self._api.fetch_balance()["USDT"]["total"])

    def position(self) -> tuple[Decimal, Decimal] | None:
        for position in self._api.fetch_positions([_PAIR]):
            sign = {"long": 1, "short": -1}[position["side"]]
            return sign * _exact(position["contracts"]), _exact(position["entryPrice"])
        return None

    def set_leverage(self, leverage: int) -> int:
        return int(self._api.set_leverage(leverage, _PAIR)["leverage"])

    def set_margin_type(self, margin_type: str) -> None:
        mode = {"CROSSED": "cross", "ISOLATED": "isolated"}[margin_type]
        self._api.set_margin_mode(mode, _PAIR)

    def buy(self, quantity: str) -> Order:
        return _order(self._api.create_order(_PAIR, "market", "buy", float(quantity)))

    def sell_limit(self, quantity: str, price: str, client_id: str) -> Order:
        named = {"timeInForce": "GTC", "clientOrderId": client_id}
        sized = float(quantity), float(price)
        return _order(self._api.create_order(_PAIR, "limit", "sell", *sized, named))

    def modify(self, order: Order, *, quantity: str, price: str) -> Order:
        sized = float(quantity), float(price)
        return _order(self._api.edit_order(order.id, _PAIR, "limit", "sell", *sized))

    def cancel(self, order: Order) -> Order:
        return _order(self._api.cancel_order(order.id, _PAIR))

    def order(self, order_id: str) -> Order:
        return _order(self._api.fetch_order(order_id, _PAIR))

    def open_orders(self) -> Sequence[str]:
        return [order["clientOrderId"] for order in self._api.fetch_open_orders(_PAIR)]

    def wait_to_sell(self, **parameters: str) -> Waiting:
        price = {"STOP_MARKET": "stopLossPrice", "TAKE_PROFIT_MARKET": "takeProfitPrice"}
        asked: dict[str, Any] = {price[parameters["type"]]: parameters["triggerPrice"]}
        if "clientAlgoId" in parameters:
            asked["clientOrderId"] = parameters["clientAlgoId"]
        asked |= {name: True for name in ("reduceOnly", "closePosition") if name in parameters}
        quantity = float(parameters["quantity"]) if "quantity" in parameters else None
        return _waiting(self._api.create_order(_PAIR, "market", "sell", quantity, None, asked))

    def cancel_waiting(self, waiting: Waiting) -> str:
        return str(self._api.cancel_order(waiting.id, _PAIR, _CONDITIONAL)["id"])

    def waiting(self, waiting: Waiting) -> Waiting:
        return _waiting(self._api.fetch_order(waiting.id, _PAIR, _CONDITIONAL))

    def open_waiting(self) -> Sequence[str]:
        orders = self._api.fetch_open_orders(_PAIR, params=_CONDITIONAL)
        return [order["clientOrderId"] for order in orders]

    def fees_paid(self) -> Decimal:
        trades = self._api.fetch_my_trades(_PAIR)
        return sum((_exact(trade["fee"]["cost"]) for trade in trades), Decimal(0))

    def profit_made(self) -> Decimal:
        entries = self._api.fetch_ledger("USDT", params={"incomeType": "REALIZED_PNL"})
        signs = {"in": 1, "out": -1}
        paid = (signs[entry["direction"]] * _exact(entry["amount"]) for entry in entries)
        return sum(paid, Decimal(0))

    def listen(self, is_complete: Callable[[Heard], bool]) -> Heard:
        return self.runner.run(self._listen(is_complete))

    async def _listen(self, is_complete: Callable[[Heard], bool]) -> Heard:
        heard, deadline = self._heard(), self.runner.get_loop().time() + _MESSAGE_S_MAX
        while not is_complete(heard):
            assert self.runner.get_loop().time() < deadline, f"ccxt has only heard {heard}"
            await _briefly(self.streams.watch_orders())
            heard = self._heard()
        self._fills_told += len(heard.fills)
        self._told |= heard.orders | heard.algos
        return heard

    def _heard(self) -> Heard:
        """Return what is new in the caches that ccxt keeps of its user stream."""
        orders = [order for order in self.streams.orders or () if self._is_news(order)]
        purse = self.streams.balance.get("linear", {}).get("USDT")
        return Heard(
            fills=[_fill(trade) for trade in (self.streams.myTrades or ())[self._fills_told :]],
            orders={
                order["clientOrderId"]: _STATUSES[order["status"]]
                for order in orders
                if "aid" not in order["info"]
            },
            algos={
                order["clientOrderId"]: order["info"]["X"]
                for order in orders
                if "aid" in order["info"]
            },
            wallet=_exact(purse["total"]) if purse else None,
        )

    def _is_news(self, order: Json) -> bool:
        told = self._told.get(order["clientOrderId"])
        return told not in (order["info"]["X"], _STATUSES.get(order["status"]))

    def hear_trade(self, move: Callable[[], None]) -> Decimal:
        move()
        return self.runner.run(self._hear_trade())

    async def _hear_trade(self) -> Decimal:
        watching = self.streams.watch_trades(_PAIR, params=_AGGREGATED)
        trades = await asyncio.wait_for(watching, _MESSAGE_S_MAX)
        return _exact(trades[-1]["price"])

    def refusal(self, call: Callable[[], object]) -> int | None:
        try:
            call()
        except ccxt.ExchangeError:
            return int(json.loads(self._api.last_http_response)["code"])
        return None

    def place_nonsense(self, **parameters: str) -> None:
        self._api.fapiPrivatePostOrder(parameters)

    def leave(self) -> None:
        self.runner.run(self.streams.close())
        self.runner.close()


_AGGREGATED: Final = {"name": "aggTrade"}
_CONDITIONAL: Final = {"conditional": True}


def _pointed(kind: Callable[[Json], Any], access: Access) -> Any:
    """Return a ccxt exchange that knows no other address than ours."""
    exchange = kind({"apiKey": access.key, "secret": access.secret, "enableRateLimit": False})
    exchange.options["fetchCurrencies"] = False  # it would ask the spot exchange
    theirs = exchange.urls["api"]
    paths = {name: theirs[name].split("/", 3)[3] for name in theirs if name.startswith("fapi")}
    exchange.urls["api"] = {
        **{name: f"{access.rest}/{path}" for name, path in paths.items()},
        "ws": {"linear": f"{access.streams}/ws", "ws-api": {"linear": access.trading}},
    }
    return exchange


async def _briefly(watching: Coroutine[Any, Any, Any]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(watching, _WAIT_S)


def _exact(number: float | str) -> Decimal:
    """Return the decimal that was sent, of which ccxt has made the nearest float."""
    return Decimal(str(number))


def _order(answer: Any) -> Order:
    return Order(
        id=answer["id"],
        client_id=answer["clientOrderId"],
        status=_STATUSES[answer["status"]],
        type=answer["type"].upper(),
        filled=_exact(answer["filled"]),
        price=_exact(answer["price"] or 0),
        average=None if answer["average"] is None else _exact(answer["average"]),
    )


def _waiting(answer: Any) -> Waiting:
    return Waiting(
        id=answer["id"],
        client_id=answer["clientOrderId"],
        status=answer["info"]["algoStatus"],  # ccxt has one word for TRIGGERED and FINISHED
        type=answer["info"]["orderType"],
        trigger=_exact(answer["triggerPrice"]),
    )


def _fill(trade: Any) -> Fill:
    return Fill(
        quantity=_exact(trade["amount"]),
        price=_exact(trade["price"]),
        fee=_exact(trade["fee"]["cost"]),
        profit=Decimal(trade["info"]["rp"]),  # which ccxt does not name
        is_maker=trade["takerOrMaker"] == "maker",
    )


def _survey(client: Ccxt, steps: Steps, access: Access) -> None:
    watching = watch_everything(client.streams, _PAIR, access.move)
    prices = dict.fromkeys(("trade", "candle", "ticker", "bid", "mark", "book"), 60_000.0)
    steps.step("all market streams", client.runner.run(watching), {**prices, "ask": 60_000.1})
    statuses = client.runner.run(trade_over_websocket(client.streams, _PAIR))
    went = ["open", "open", "open", "canceled"]
    steps.value("an order over the WebSocket API", statuses, went)


def _main(access: Access, steps: Steps) -> None:
    client = Ccxt(access)
    tell(client, steps, access)
    _survey(client, steps, access)
    client.leave()
    steps.finish()


if __name__ == "__main__":
    _main(Access.told(), Steps())
