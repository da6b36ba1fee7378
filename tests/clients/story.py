"""The same trades with every client: enter, protect, take profit, be stopped out, be refused."""

from decimal import Decimal
from typing import Final

from tests.clients import figures
from tests.clients.access import Access
from tests.clients.client import Client, Heard
from tests.clients.figures import Fill
from tests.clients.steps import Steps

__all__ = ["tell"]

_ENTRY_EVENTS: Final = [
    "TRADE_LITE",
    "ORDER_TRADE_UPDATE NEW",
    "ACCOUNT_UPDATE",
    "ORDER_TRADE_UPDATE TRADE",
]
_TRIGGER_EVENTS: Final = [
    "ALGO_UPDATE target TRIGGERING",
    "ALGO_UPDATE target TRIGGERED",
    "ALGO_UPDATE target FINISHED",
    "ALGO_UPDATE closing-stop EXPIRED",
]


def tell(client: Client, steps: Steps, access: Access) -> None:
    """Go through the whole story, step by step."""
    _see_the_market(client, steps)
    _set_up_the_account(client, steps)
    _enter(client, steps)
    _protect(client, steps)
    _refuse_protection(client, steps)
    _take_half(client, steps, access)
    _take_the_rest(client, steps, access)
    _be_stopped_out(client, steps, access)
    _settle(client, steps)
    _cancel(client, steps)
    _refuse_orders(client, steps)


def _see_the_market(client: Client, steps: Steps) -> None:
    steps.step("the server tells the time", client.server_time() > 1_500_000_000_000, True)
    market = client.market()
    steps.step("tick", market.tick, Decimal("0.10"))
    steps.step("step", market.step, Decimal("0.001"))
    steps.step("bid and ask", (market.bid, market.ask), (Decimal(60_000), Decimal("60000.1")))
    steps.step("mark price", market.mark, Decimal(60_000))
    steps.step("the newest candle's close", market.last_close, Decimal(60_000))


def _set_up_the_account(client: Client, steps: Steps) -> None:
    steps.step("deposit", client.wallet(), figures.DEPOSIT)
    steps.step("no position", client.position(), None)
    steps.step("leverage set", client.set_leverage(10), 10)
    account = client.account()
    rates = account.maker_rate, account.taker_rate
    steps.step("fee rates", rates, (Decimal("0.0002"), Decimal("0.0005")))
    steps.step("one-way mode", account.is_hedged, False)
    steps.step("leverage and margin type", (account.leverage, account.margin_type), (10, "CROSSED"))
    same = client.refusal(lambda: client.set_margin_type("CROSSED"))
    steps.code("the margin type is that already", same, -4046)


def _enter(client: Client, steps: Steps) -> None:
    order = client.buy("0.010")
    filled = order.status, order.filled, order.average
    steps.value("a market order fills at once", filled, ("FILLED", Decimal("0.010"), None))
    heard = client.listen(lambda heard: bool(heard.fills))
    _compare_fill(steps, "entry", heard, figures.ENTRY)
    steps.value("wallet after the fee", heard.wallet, figures.AFTER_ENTRY)
    if heard.names:
        trading = [name for name in heard.names if name != "ACCOUNT_CONFIG_UPDATE"]
        steps.value("the events come in order", trading, _ENTRY_EVENTS)
    asked = client.order(order.id)
    told = asked.status, asked.filled, asked.average
    steps.value("the order, asked for", told, ("FILLED", Decimal("0.010"), Decimal("60000.1")))
    steps.value("position", client.position(), (Decimal("0.010"), Decimal("60000.1")))


def _protect(client: Client, steps: Steps) -> None:
    half = client.sell_limit("0.004", "60600", "half")
    rests = half.status, half.type, half.filled
    steps.value("a limit order rests", rests, ("NEW", "LIMIT", Decimal(0)))
    half = client.modify(half, quantity="0.004", price="60500")
    steps.value("it is moved", (half.status, half.price), ("NEW", Decimal(60_500)))
    stop = client.wait_to_sell(
        type="STOP_MARKET",
        triggerPrice="59000",
        closePosition="true",
        clientAlgoId="closing-stop",
    )
    told = stop.status, stop.type, stop.trigger
    steps.value("a stop waits", told, ("NEW", "STOP_MARKET", Decimal(59_000)))
    target = client.wait_to_sell(
        type="TAKE_PROFIT_MARKET",
        triggerPrice="61000",
        quantity="0.006",
        reduceOnly="true",
        clientAlgoId="target",
    )
    told = target.status, target.type, target.trigger
    steps.value("a target waits", told, ("NEW", "TAKE_PROFIT_MARKET", Decimal(61_000)))
    ids = sorted(client.open_waiting())
    steps.value("both are listed", ids, ["closing-stop", "target"])
    steps.value("apart from the orders", list(client.open_orders()), ["half"])
    heard = client.listen(lambda heard: heard.algos.keys() == {"closing-stop", "target"})
    stands = heard.orders | heard.algos
    all_new = dict.fromkeys(("half", "closing-stop", "target"), "NEW")
    steps.value("the stream tells of all three", stands, all_new)


def _refuse_protection(client: Client, steps: Steps) -> None:
    def place(**parameters: str) -> int | None:
        return client.refusal(lambda: client.wait_to_sell(type="STOP_MARKET", **parameters))

    second = place(triggerPrice="58000", closePosition="true")
    steps.code("a second closing stop", second, -4130)
    late = place(triggerPrice="60100", quantity="0.010", reduceOnly="true")
    steps.code("a stop that would trigger at once", late, -2021)


def _take_half(client: Client, steps: Steps, access: Access) -> None:
    traded = client.hear_trade(access.move)
    steps.step("the market stream tells of a trade", traded, Decimal("60500.1"))
    heard = client.listen(lambda heard: bool(heard.fills))
    _compare_fill(steps, "the limit order's", heard, figures.HALF)
    steps.value("the limit order is done", heard.orders["half"], "FILLED")
    steps.value("position", client.position(), (Decimal("0.006"), Decimal("60000.1")))


def _take_the_rest(client: Client, steps: Steps, access: Access) -> None:
    access.move()
    ends = {"target": "FINISHED", "closing-stop": "EXPIRED"}
    heard = client.listen(lambda heard: heard.algos == ends and bool(heard.fills))
    _compare_fill(steps, "the target's", heard, figures.TARGET)
    steps.value("what became of target and stop", heard.algos, ends)
    if heard.names:
        algos = [name for name in heard.names if name.startswith("ALGO_UPDATE")]
        steps.value("step by step", sorted(algos, key=_TRIGGER_EVENTS.index), _TRIGGER_EVENTS)
    steps.value("wallet", heard.wallet, figures.AFTER_TARGET)
    steps.value("flat", client.position(), None)
    steps.value("nothing waits", list(client.open_waiting()), [])


def _be_stopped_out(client: Client, steps: Steps, access: Access) -> None:
    client.buy("0.010")
    heard = client.listen(lambda heard: bool(heard.fills))
    _compare_fill(steps, "second entry", heard, figures.REENTRY)
    stop = client.wait_to_sell(
        type="STOP_MARKET",
        triggerPrice="60000",
        quantity="0.010",
        reduceOnly="true",
        clientAlgoId="stop",
    )
    access.move()
    heard = client.listen(lambda heard: heard.algos == {"stop": "FINISHED"} and bool(heard.fills))
    _compare_fill(steps, "the stop's", heard, figures.LOSS)
    steps.value("the stop, asked for", client.waiting(stop).status, "FINISHED")
    # A regular order's endpoint knows no conditional one (facts 2.5).
    steps.code("a stop is no order", client.refusal(lambda: client.order(stop.id)), -2013)


def _settle(client: Client, steps: Steps) -> None:
    steps.value("wallet", client.wallet(), figures.AFTER_LOSS)
    steps.value("fees of all trades", client.fees_paid(), figures.COMMISSIONS)
    steps.value("realised profit, as income", client.profit_made(), figures.PROFITS)


def _cancel(client: Client, steps: Steps) -> None:
    order = client.sell_limit("0.010", "62000", "never")
    canceled = client.cancel(order)
    steps.value(
        "an order is cancelled", (canceled.client_id, canceled.status), ("never", "CANCELED")
    )
    steps.code("only once", client.refusal(lambda: client.cancel(order)), -2011)
    stop = client.wait_to_sell(
        type="STOP_MARKET", triggerPrice="50000", quantity="0.010", clientAlgoId="far"
    )
    steps.value("a stop is cancelled", client.cancel_waiting(stop), stop.id)
    steps.value("it is, asked for", client.waiting(stop).status, "CANCELED")


def _refuse_orders(client: Client, steps: Steps) -> None:
    def place(**parameters: str) -> int | None:
        return client.refusal(lambda: client.place_nonsense(**parameters))

    limit = {"symbol": figures.SYMBOL, "side": "SELL", "type": "LIMIT", "timeInForce": "GTC"}
    steps.code(
        "no such symbol", place(**{**limit, "symbol": "NOUSDT"}, quantity="1", price="1"), -1121
    )
    worthless = place(**{**limit, "side": "BUY"}, quantity="0.001", price="49000")
    steps.code("worth less than 50", worthless, -4164)
    steps.code("between ticks", place(**limit, quantity="0.010", price="62000.05"), -4014)
    market = {"symbol": figures.SYMBOL, "side": "SELL", "type": "MARKET"}
    reducing = place(**market, quantity="0.010", reduceOnly="true")
    steps.code("nothing to reduce", reducing, -2022)
    steps.code("more than can be paid", place(**market, quantity="5"), -2019)
    conditional = {**market, "type": "STOP_MARKET"}
    steps.code("a stop at the wrong door", place(**conditional, quantity="0.010"), -4120)


def _compare_fill(steps: Steps, whose: str, heard: Heard, want: Fill) -> None:
    steps.value(f"{whose} fill: quantity, price, fee, profit", heard.fills, [want])
