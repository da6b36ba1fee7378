"""What the exchange answers, in our words: conditional orders and their children are one."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, TypeVar

from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.retries import Retries
from noctule.adapters.binance.venue import BinanceVenue
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.instrument import Instrument
from noctule.domain.order import OrderState
from noctule.domain.position import IncomeKind
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT, START_MS, instrument
from tests.fakes.answers import refusing, scripted_rest
from tests.fakes.answers_by_path import PathWire

T = TypeVar("T")


def asked(
    ask: Callable[[BinanceVenue], Awaitable[T]], **contents: Any
) -> tuple[T, list[tuple[str, dict[str, str]]]]:
    """Ask an exchange with these contents, each under the last word of its path."""

    async def play(clock: VirtualClock) -> tuple[T, list[tuple[str, dict[str, str]]]]:
        wire = PathWire(clock)
        for name, content in contents.items():
            version = "v3" if name in ("balance", "positionRisk") else "v1"
            wire.contents[f"/fapi/{version}/{name}"] = content
        once = RestSettings(retries=Retries(attempts_max=1))
        rest = scripted_rest(wire, clock, settings=once)  # type: ignore[arg-type]  # a Transport
        venue = BinanceVenue(rest, instruments=_instruments)
        return await ask(venue), wire.asked

    return run_virtual(play, start_ms=START_MS)


async def _instruments() -> dict[Symbol, Instrument]:
    return {BTCUSDT: instrument()}


def order(order_id: int = 7, **changes: Any) -> dict[str, Any]:
    usual = {"symbol": "BTCUSDT", "status": "FILLED", "side": "BUY", "clientOrderId": "mine"}
    money = {"origQty": "2", "executedQty": "2", "avgPrice": "5", "price": "0"}
    return {
        "orderId": order_id,
        "type": "MARKET",
        "origType": "MARKET",
        **usual,
        **money,
        **changes,
    }


def child(order_id: int = 8, **changes: Any) -> dict[str, Any]:
    return order(order_id, **{"clientOrderId": "auto-8", "origType": "STOP_MARKET", **changes})


def algo(**changes: Any) -> dict[str, Any]:
    usual = {"symbol": "BTCUSDT", "side": "BUY", "clientAlgoId": "stop", "quantity": "2"}
    state = {"algoStatus": "FINISHED", "actualOrderId": "8", "orderType": "STOP_MARKET"}
    return {"algoId": 400, **usual, **state, **changes}


def trade(trade_id: int, order_id: int) -> dict[str, Any]:
    money = {"price": "5", "qty": "2", "commission": "0.1", "commissionAsset": "USDT"}
    names = {"symbol": "BTCUSDT", "side": "BUY", "orderId": order_id}
    return {"id": trade_id, "time": START_MS - 5, **money, **names}


def test_instruments_are_whoever_s_that_knows_them() -> None:
    told, _ = asked(lambda venue: venue.instruments())
    assert told == {BTCUSDT: instrument()}


def test_a_snapshot_is_everything_but_what_is_flat_or_hedged() -> None:
    row = {"positionSide": "BOTH"}
    rows = [
        {**row, "symbol": "BTCUSDT", "positionAmt": "-2", "entryPrice": "7", "markPrice": "6.5"},
        {**row, "symbol": "ETHUSDT", "positionAmt": "0", "entryPrice": "0", "markPrice": "0"},
        {"symbol": "XRPUSDT", "positionAmt": "9", "entryPrice": "1", "positionSide": "LONG"},
    ]
    told, _ = asked(
        lambda venue: venue.snapshot(),
        positionRisk=rows,
        openOrders=[order(status="NEW")],
        openAlgoOrders=[algo(algoStatus="NEW", actualOrderId="")],
    )
    assert [(each.symbol, each.signed_quantity) for each in told.positions] == [
        (BTCUSDT, Decimal(-2))
    ]
    assert [each.client_order_id for each in told.orders] == ["mine", "stop"]
    assert [each.wallet for each in told.balances] == [Decimal(1000)]
    assert told.at_ms == START_MS
    assert told.marks == {BTCUSDT: Decimal("6.5")}


def names(trades: list[dict[str, Any]], **contents: Any) -> list[str]:
    fills, _ = asked(
        lambda venue: venue.fills_since(BTCUSDT, START_MS - 1_000), userTrades=trades, **contents
    )
    return [fill.client_order_id for fill in fills]


def test_without_trades_nobody_asks_for_names() -> None:
    fills, paths = asked(lambda venue: venue.fills_since(BTCUSDT, START_MS - 1_000))
    assert fills == []
    assert [path for path, _ in paths] == ["/fapi/v1/userTrades"]


def test_fills_go_under_the_names_of_their_orders() -> None:
    assert names([trade(2, 7), trade(1, 7)], allOrders=[order()]) == ["mine", "mine"]


def test_an_order_older_than_the_span_is_asked_for_by_itself() -> None:
    assert names([trade(1, 7)], order=order(7, clientOrderId="old")) == ["old"]


def test_an_order_that_is_forgotten_leaves_no_name() -> None:
    assert names([trade(1, 7)], order=refusing(-2013)) == [""]


def test_fills_of_a_child_are_its_parent_s() -> None:
    assert names([trade(1, 8)], allOrders=[child()], allAlgoOrders=[algo()]) == ["stop"]


def orders(**contents: Any) -> list[tuple[str, str, OrderState, Decimal]]:
    told, _ = asked(lambda venue: venue.orders_since(BTCUSDT, START_MS - 1_000), **contents)
    return [(each.client_order_id, each.venue_order_id, each.state, each.filled) for each in told]


def test_a_child_and_its_parent_are_told_as_one() -> None:
    told = orders(allOrders=[order(), child()], allAlgoOrders=[algo()])
    assert told == [
        ("stop", "400", OrderState.FILLED, Decimal(2)),
        ("mine", "7", OrderState.FILLED, Decimal(2)),
    ]


def test_a_child_that_was_cancelled_says_so_of_its_parent() -> None:
    gone = child(status="CANCELED", executedQty="0.5")
    told = orders(allOrders=[gone], allAlgoOrders=[algo()])
    assert told == [("stop", "400", OrderState.CANCELED, Decimal("0.5"))]


def test_a_child_whose_id_is_hidden_is_known_by_its_name() -> None:
    told = orders(allOrders=[child(clientOrderId="stop")], allAlgoOrders=[algo(actualOrderId="")])
    assert told == [("stop", "400", OrderState.FILLED, Decimal(2))]


def test_finished_without_any_child_stays_unknown() -> None:
    told = orders(allOrders=[order()], allAlgoOrders=[algo(actualOrderId="")])
    assert told[0] == ("stop", "400", OrderState.UNKNOWN, Decimal(0))


def test_a_conditional_order_that_still_waits_takes_no_child() -> None:
    waits = algo(algoStatus="NEW", actualOrderId="")
    told = orders(allOrders=[child(clientOrderId="stop")], allAlgoOrders=[waits])
    assert [state for _, _, state, _ in told] == [OrderState.OPEN, OrderState.FILLED]


def test_a_look_tells_one_symbol() -> None:
    rows = [{"symbol": "BTCUSDT", "positionAmt": "-2", "entryPrice": "7"}]
    look, _ = asked(
        lambda venue: venue.look(BTCUSDT),
        positionRisk=rows,
        openAlgoOrders=[algo(algoStatus="NEW", actualOrderId="")],
    )
    assert (look.symbol, look.signed_quantity, look.at_ms) == (BTCUSDT, Decimal(-2), START_MS)
    assert [each.client_order_id for each in look.orders] == ["stop"]


def income(kind: str, at_ms: int) -> dict[str, Any]:
    return {"symbol": "", "incomeType": kind, "income": "3", "asset": "USDT", "time": at_ms}


def test_bookings_are_told_oldest_first_whichever_end_a_page_begins_with() -> None:
    rows = [income("TRANSFER", START_MS - 1), income("COMMISSION", START_MS - 9)]
    told, paths = asked(lambda venue: venue.income_since(START_MS - 1_000), income=rows)
    assert [(each.kind, each.at_ms) for each in told] == [
        (IncomeKind.FEE, START_MS - 9),
        (IncomeKind.TRANSFER, START_MS - 1),
    ]
    assert [fields["startTime"] for _, fields in paths] == [str(START_MS - 1_000)]


def test_bookings_that_the_exchange_keeps_no_longer_are_not_asked_for() -> None:
    told, paths = asked(lambda venue: venue.income_since(0))
    assert told == []
    spans = [(int(fields["startTime"]), int(fields["endTime"])) for _, fields in paths]
    assert min(spans)[0] == START_MS - 89 * 24 * 3_600_000
    assert max(spans)[1] >= START_MS
    assert len(spans) == 13
