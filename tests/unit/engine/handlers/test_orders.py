"""From an order that leaves to a position that is protected, closed and told; step by step."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.events.desk import (
    ExitRequested,
    PositionClosed,
    StopMoveRequested,
)
from noctule.domain.events.order import (
    OrderFilled,
    PositionChanged,
    PositionReported,
)
from noctule.domain.order import Leg
from noctule.domain.trade import ExitReason, TradeStamps
from noctule.domain.values import Price, Quantity, Side, Symbol
from tests.builders import BTCUSDT, START_MS, fill, position
from tests.fakes.desk_events import (
    FUNDING,
    HALTED,
    PROTECTED,
    STRATEGY,
    TRACE,
)
from tests.fakes.floor import new_floor
from tests.fakes.order_queue import OrderQueue


def exit_requested(reason: ExitReason) -> ExitRequested:
    return ExitRequested(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, reason=reason, actor=STRATEGY)


def reported_position(signed: str, *, at_ms: int = START_MS) -> PositionReported:
    held = position(signed, None if Decimal(signed) == 0 else "60000")
    return PositionReported(
        at_ms=at_ms, trace=TRACE, position=replace(held, updated_ms=at_ms), cause="ORDER"
    )


def stop_move_requested(stop: Price) -> StopMoveRequested:
    return StopMoveRequested(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, stop=stop, reason="trail")


async def test_the_stop_leaves_with_the_first_fill_and_the_target_once_it_rests() -> None:
    queue = OrderQueue(await new_floor())
    entry = queue.enter()
    queue.accept(entry.client_order_id)
    caused = queue.trade(entry, size="0.004", remaining="0.006")
    assert caused == ["PositionChanged", "OrderRequested"]
    assert [each.leg for each in queue.floor.lanes.sent] == [Leg.ENTRY, Leg.STOP]
    caused = queue.accept(queue.sent(Leg.STOP).client_order_id)
    assert caused == ["OrderRequested", "PositionProtected"]
    assert queue.sent(Leg.TARGET).trigger_price == Decimal(62_000)


async def test_that_a_stop_rests_is_told_and_remembered(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    queue = OrderQueue(await new_floor())
    queue.protect()
    told = [each for each in caplog.records if each.getMessage() == "position protected"]
    assert [vars(each)["fields"] for each in told] == [
        {"symbol": "BTCUSDT", "stop": "59000", "target": "62000", "naked_ms": 0}
    ]
    assert queue.floor.saved == ["at 0"]


async def test_a_position_without_a_target_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    queue = OrderQueue(await new_floor())
    queue.handler.on_position_protected(PROTECTED)
    assert vars(caplog.records[-1])["fields"]["target"] == "none"


async def test_a_trade_that_is_told_twice_counts_once() -> None:
    queue = OrderQueue(await new_floor())
    entry = queue.enter()
    queue.trade(entry, size="0.004", remaining="0.006")
    assert queue.trade(entry, size="0.004", remaining="0.006") == []
    assert queue.floor.book.position(BTCUSDT).signed_quantity == Decimal("0.004")


async def test_a_trade_changes_the_position_and_is_logged_with_its_numbers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    queue = OrderQueue(await new_floor())
    queue.trade(queue.enter(), size="0.004", remaining="0.006")
    (changed,) = [each for each in queue.told if isinstance(each, PositionChanged)]
    assert changed.position.signed_quantity == Decimal("0.004")
    (record,) = caplog.records
    assert record.getMessage() == "order filled"
    assert vars(record)["fields"] == {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "quantity": "0.004",
        "price": "60000.00",
        "remaining": "0.006",
    }


async def test_a_trade_that_the_snapshot_had_is_told_to_nobody() -> None:
    queue = OrderQueue(await new_floor())
    entry = queue.enter()
    queue.floor.wait(10)
    late = fill(client_order_id=entry.client_order_id, at_ms=START_MS)
    queue.floor.tell_account(replace(position("0.010", "60000"), updated_ms=START_MS + 5))
    told = OrderFilled(at_ms=START_MS, trace=TRACE, fill=late, remaining=Quantity(Decimal(0)))
    assert "PositionChanged" not in queue.hear(told)
    assert queue.floor.book.position(BTCUSDT).signed_quantity == Decimal("0.010")


async def test_the_signal_to_leave_closes_and_the_whole_trip_is_told_when_it_is_flat() -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    queue.floor.wait(50)
    queue.hear(exit_requested(ExitReason.SIGNAL))
    close = queue.sent(Leg.CLOSE)
    assert (close.side, close.reduces_only) == (Side.SELL, True)
    queue.accept(close.client_order_id)
    queue.trade(close, trade_id=2, price="60100.00")
    (closed,) = [each for each in queue.told if isinstance(each, PositionClosed)]
    trade = closed.trade
    assert (trade.gross_pnl, trade.fees) == (Decimal(1), Decimal("0.60"))
    assert trade.exit_reason is ExitReason.SIGNAL
    assert trade.stamps == TradeStamps(
        candle_closed=START_MS - 1,
        decided=START_MS,
        sent=START_MS,
        acknowledged=START_MS,
        filled=START_MS,
        protected=START_MS,
    )


async def test_a_flat_symbol_is_swept_remembered_and_asked_what_comes_next() -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    queue.hear(exit_requested(ExitReason.SIGNAL))
    close = queue.sent(Leg.CLOSE)
    queue.accept(close.client_order_id)
    queue.next_events = (HALTED,)
    queue.trade(close, trade_id=2)
    queue.hear(reported_position("0"))
    assert queue.flat == []  # its orders rest still
    queue.sweep()
    assert queue.flat == [BTCUSDT]
    assert queue.floor.desk.busy_symbols == ()
    assert len(queue.floor.saved) == 2
    assert HALTED in queue.told


async def test_flatten_is_urgent_and_says_so_by_its_leg() -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    queue.hear(exit_requested(ExitReason.FLATTEN))
    assert queue.sent(Leg.FLATTEN).reduces_only


async def test_to_leave_what_is_not_held_is_nothing() -> None:
    queue = OrderQueue(await new_floor())
    assert queue.hear(exit_requested(ExitReason.FLATTEN)) == []
    assert queue.floor.lanes.notes == []


async def test_a_stop_moves_without_a_gap_and_that_is_told_and_remembered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    first, higher = queue.sent(Leg.STOP).client_order_id, Price(Decimal(59_500))
    queue.hear(stop_move_requested(higher))
    second = queue.sent(Leg.STOP)
    assert (second.trigger_price, second.reduces_only) == (higher, True)
    assert f"cancel {first}" not in queue.floor.lanes.notes  # before the new one rests
    queue.accept(second.client_order_id)
    assert queue.floor.lanes.notes[-1] == f"cancel {first}"
    caplog.set_level("INFO")
    queue.sweep()
    assert "StopMoved" in {type(each).__name__ for each in queue.told}
    assert vars(caplog.records[-1])["fields"] == {
        "symbol": "BTCUSDT",
        "stop": "59500",
        "before": "59000",
        "reason": "trail",
    }
    assert len(queue.floor.saved) == 2


async def test_where_nothing_is_held_no_stop_moves() -> None:
    queue = OrderQueue(await new_floor())
    assert queue.hear(stop_move_requested(Price(Decimal(59_500)))) == []


async def test_a_position_may_be_told_before_the_fill_that_explains_it() -> None:
    queue = OrderQueue(await new_floor())
    entry = queue.enter()
    queue.accept(entry.client_order_id)
    caused = queue.hear(reported_position("0.010"))
    assert caused == ["OrderRequested"]
    assert queue.sent(Leg.STOP).side is Side.SELL
    assert queue.trade(entry) == ["PositionChanged"]


async def test_a_position_that_no_bracket_leads_is_told_to_whoever_looks_after_it() -> None:
    queue = OrderQueue(await new_floor())
    unled: list[Symbol] = []
    queue.handler.on_unled = unled.append
    queue.hear(reported_position("0.010"), reported_position("0", at_ms=START_MS + 1))
    assert unled == [BTCUSDT]


async def test_who_else_is_there_to_look_is_warned(caplog: pytest.LogCaptureFixture) -> None:
    queue = OrderQueue(await new_floor())
    queue.hear(reported_position("0.010"))
    assert [each.getMessage() for each in caplog.records] == ["position that no bracket leads"]


async def test_funding_belongs_to_the_trip_that_paid_it() -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    queue.handler.on_funding_paid(FUNDING)
    queue.hear(exit_requested(ExitReason.SIGNAL))
    queue.trade(queue.sent(Leg.CLOSE), trade_id=2)
    (closed,) = [each for each in queue.told if isinstance(each, PositionClosed)]
    assert closed.trade.funding == FUNDING.amount
