"""What became of each order stands in the books: its latest state, its fills, the round trip."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from noctule.adapters.store import tables
from noctule.adapters.store.bookings import bookings_of
from noctule.adapters.store.store import Store
from noctule.domain.events.base import Event
from noctule.domain.events.desk import OrderHeldBack, OrderReported, PositionClosed
from noctule.domain.events.order import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderRequested,
    OrderSubmitted,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.order import OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.trade import ClosedTrade, ExitReason, TradeStamps
from noctule.domain.values import Side, price, quantity, quote
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, START_MS, fill, order_request
from tests.fakes.open_store import open_store, rows_of

COMMON: dict[str, Any] = {
    "at_ms": START_MS,
    "trace": "t",
    "symbol": BTCUSDT,
    "client_order_id": CLIENT_ORDER_ID,
}
REQUESTED = OrderRequested(at_ms=START_MS, trace="t", strategy="sma_cross", request=order_request())
SUBMITTED = OrderSubmitted(**COMMON)
ACCEPTED = OrderAccepted(**COMMON, venue_order_id="7")
REJECTED = OrderRejected(**COMMON, code=-2019, message="no margin")
UNKNOWN = OrderOutcomeUnknown(**COMMON, cause="time-out")
HELD_BACK = OrderHeldBack(**COMMON, cause="no budget", retry_after_ms=1)
CANCELED = OrderCanceled(**COMMON)
EXPIRED = OrderExpired(**COMMON, cause="by the venue")
PART = OrderFilled(at_ms=START_MS, trace="t", fill=fill(), remaining=quantity("0.1"))
LAST = OrderFilled(at_ms=START_MS, trace="t", fill=fill(), remaining=quantity("0"))
REPORTED = OrderReported(
    **COMMON,
    report=OrderReport(
        client_order_id=CLIENT_ORDER_ID,
        venue_order_id="8",
        symbol=BTCUSDT,
        side=Side.BUY,
        kind=OrderKind.MARKET,
        state=OrderState.CANCELED,
        quantity=quantity("1"),
        filled=quantity("0"),
    ),
)


def booked(home: Path, events: Iterable[Event], table: Any) -> list[Any]:
    with open_store(home / "a.db") as store:
        note_all(store, events)
        assert store.lost == 0
    return rows_of(home / "a.db", table)


def note_all(store: Store, events: Iterable[Event]) -> None:
    for event in events:
        store.note(bookings_of, event)


@pytest.mark.parametrize(
    ("told", "state", "known", "cause"),
    [
        ((), "reserved", None, None),
        ((SUBMITTED,), "sending", None, None),
        ((SUBMITTED, ACCEPTED), "open", "7", None),
        ((SUBMITTED, REJECTED), "rejected", None, "-2019 no margin"),
        ((HELD_BACK,), "rejected", None, "no budget"),
        ((SUBMITTED, UNKNOWN), "unknown", None, "time-out"),
        ((UNKNOWN, ACCEPTED), "open", "7", "time-out"),
        ((ACCEPTED, PART), "partially_filled", "7", None),
        ((PART, ACCEPTED), "partially_filled", None, None),
        ((ACCEPTED, LAST), "filled", "7", None),
        ((LAST, ACCEPTED, UNKNOWN), "filled", None, None),
        ((ACCEPTED, CANCELED), "canceled", "7", None),
        ((ACCEPTED, EXPIRED, CANCELED), "expired", "7", "by the venue"),
        ((REPORTED,), "canceled", "8", None),
        ((OrderReported(**COMMON, report=None),), "reserved", None, None),
    ],
)
def test_an_order_has_the_state_that_was_told_last_and_never_goes_back(
    tmp_path: Path, told: tuple[Event, ...], state: str, known: str | None, cause: str | None
) -> None:
    (row,) = booked(tmp_path, (REQUESTED, *told), tables.orders)
    assert (row.state, row.venue_order_id, row.cause) == (state, known, cause)
    assert (row.leg, row.quantity) == ("entry", REQUESTED.request.quantity)


def test_somebody_elses_order_is_not_ours(tmp_path: Path) -> None:
    assert booked(tmp_path, (ACCEPTED, CANCELED), tables.orders) == []


def test_a_fill_that_is_told_twice_is_one(tmp_path: Path) -> None:
    (row,) = booked(tmp_path, (PART, PART), tables.fills)
    told = fill()
    assert (row.trade_id, row.price, row.fee) == (told.trade_id, told.price, told.fee)


def test_a_closed_trade_is_kept_whole(tmp_path: Path) -> None:
    trade = ClosedTrade(
        symbol=BTCUSDT,
        strategy="sma_cross",
        direction=Direction.SHORT,
        quantity=quantity("0.5"),
        entry_price=price("100.1"),
        exit_price=price("90"),
        gross_pnl=quote("5.05"),
        fees=quote("0.05"),
        funding=quote("-0.00000001"),
        exit_reason=ExitReason.TARGET,
        opened_ms=START_MS,
        closed_ms=START_MS + 1,
        signal_price=100.5,
        stamps=TradeStamps(sent=3),
    )
    closed = PositionClosed(at_ms=START_MS, trace="t", trade=trade)
    (row,) = booked(tmp_path, (closed,), tables.trades)
    assert row.net_pnl == Decimal("4.99999999") == trade.net_pnl
    assert (row.slippage, row.exit_reason) == (trade.slippage, "target")
    assert (row.sent_ms, row.filled_ms, row.signal_price) == (3, None, 100.5)


def test_halts_and_resumptions_are_kept_with_whose_they_are(tmp_path: Path) -> None:
    halted = TradingHalted(at_ms=1, trace="t", cause="loss", actor="risk", ends_ms=9)
    resumed = TradingResumed(at_ms=2, trace="t", actor="owner")
    rows = booked(tmp_path, (halted, resumed, SUBMITTED), tables.halts)
    told = [(row.event, row.cause, row.actor, row.ends_ms) for row in rows]
    assert told == [("halted", "loss", "risk", 9), ("resumed", None, "owner", None)]


def test_many_rows_go_their_way_at_once(tmp_path: Path) -> None:
    """A statement that cannot take many rows would send each of them its own, slow way."""
    seen: list[str] = []
    with open_store(tmp_path / "a.db") as store:
        connection = store._connection
        assert connection is not None
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(seen.append)
        everything = (REQUESTED, SUBMITTED, UNKNOWN, ACCEPTED, PART, CANCELED)
        store.note(lambda events: [c for e in events for c in bookings_of(e)], everything * 3)
        raw.set_trace_callback(None)
    assert not [each for each in seen if each.startswith("SAVEPOINT")]
    assert sum(each.startswith("BEGIN") for each in seen) == 1
