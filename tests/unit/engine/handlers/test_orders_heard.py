"""What is told of orders beside a trip of ours: by the account, by strangers, by time."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.events.desk import (
    LookFailed,
    SymbolReported,
)
from noctule.domain.events.order import (
    AccountSnapshotTaken,
    AlertRaised,
    OrderTimerFired,
    PositionReported,
)
from noctule.domain.ids import client_order_id
from noctule.domain.order import ClientOrderId, Leg, OrderKey
from noctule.domain.position import AccountSnapshot, Balance, Position
from noctule.domain.report import OrderReport
from noctule.domain.values import Timeframe, quote
from noctule.engine.order_desk import desk_timer
from tests.builders import BTCUSDT, START_MS, order_request, position
from tests.fakes.desk_events import (
    ACCOUNT,
    FOREIGN,
    STRATEGY,
    TRACE,
)
from tests.fakes.desk_events import accepted as accepted_event
from tests.fakes.floor import look, new_floor
from tests.fakes.order_queue import OrderQueue
from tests.unit.engine.test_looks import stranger

STRAY = client_order_id(
    account=ACCOUNT,
    strategy=STRATEGY,
    symbol=BTCUSDT,
    key=OrderKey(close_ms=START_MS - 60_001, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0),
)


def snapshot(*positions: Position, orders: tuple[OrderReport, ...] = ()) -> AccountSnapshotTaken:
    balance = Balance(asset="USDT", wallet=quote("9000"), available=quote("9000"))
    told = AccountSnapshot(at_ms=START_MS, balances=(balance,), positions=positions, orders=orders)
    return AccountSnapshotTaken(at_ms=START_MS, trace=TRACE, snapshot=told)


def reported_position(signed: str, *, at_ms: int = START_MS) -> PositionReported:
    held = position(signed, None if Decimal(signed) == 0 else "60000")
    return PositionReported(
        at_ms=at_ms, trace=TRACE, position=replace(held, updated_ms=at_ms), cause="ORDER"
    )


async def test_a_look_that_was_asked_for_is_believed() -> None:
    queue = OrderQueue(await new_floor())
    queue.floor.desk.look_at(BTCUSDT)
    queue.hear(SymbolReported(at_ms=START_MS, trace=TRACE, look=look("0", stranger())))
    assert queue.floor.desk.looks.strangers_on(BTCUSDT) is not None


async def test_a_look_that_failed_may_be_asked_for_again() -> None:
    queue = OrderQueue(await new_floor())
    queue.floor.desk.look_at(BTCUSDT)
    queue.hear(
        LookFailed(at_ms=START_MS, trace=TRACE, symbol=BTCUSDT, cause="busy", retry_after_ms=5)
    )
    queue.floor.desk.look_at(BTCUSDT)
    assert queue.floor.lanes.notes == ["look at BTCUSDT"] * 2


async def test_somebody_elses_order_on_a_symbol_makes_us_look() -> None:
    queue = OrderQueue(await new_floor())
    queue.hear(accepted_event(FOREIGN))
    assert queue.floor.lanes.notes == ["look at BTCUSDT"]


async def test_somebody_elses_trade_changes_the_book_and_makes_us_look() -> None:
    queue = OrderQueue(await new_floor())
    theirs = order_request(client_order_id=FOREIGN)
    assert queue.trade(theirs) == ["PositionChanged"]
    assert queue.floor.lanes.notes == ["look at BTCUSDT"]


async def test_an_order_with_our_mark_that_nobody_here_derived_is_told_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = OrderQueue(await new_floor())
    queue.hear(accepted_event(STRAY))
    (record,) = caplog.records
    assert record.getMessage() == "order with our mark that we did not derive"
    strays: list[ClientOrderId] = []
    queue.handler.on_stray = lambda _symbol, name: strays.append(name)
    queue.hear(accepted_event(STRAY))
    assert strays == [STRAY]


async def test_word_of_an_order_whose_bracket_is_gone_is_heard_without_harm() -> None:
    queue = OrderQueue(await new_floor())
    entry = queue.enter()
    queue.floor.desk.brackets.clear()
    assert queue.accept(entry.client_order_id) == []


async def test_a_bracket_is_asked_again_when_its_time_has_come() -> None:
    queue = OrderQueue(await new_floor())
    entry = queue.enter()
    queue.accept(entry.client_order_id)
    queue.floor.wait(300)
    timer = OrderTimerFired(at_ms=START_MS + 300, trace="t", timer=desk_timer(BTCUSDT))
    queue.hear(timer)
    asked = [f"ask {entry.client_order_id}", "look at BTCUSDT"]
    assert queue.floor.lanes.notes[-2:] == asked


async def test_a_timer_of_somebody_else_is_left_to_him() -> None:
    queue = OrderQueue(await new_floor())
    assert queue.hear(OrderTimerFired(at_ms=START_MS, trace="t", timer="equity")) == []


async def test_a_snapshot_replaces_what_was_believed_and_makes_looks_under_way_stale() -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    queue.floor.desk.looks.begin(BTCUSDT)
    held = replace(position("0.010", "60000"), updated_ms=START_MS)
    queue.hear(snapshot(held, orders=(stranger(),)))
    assert queue.floor.book.portfolio(at_ms=START_MS, in_flight={}, ours=set()).wallet == 9_000
    assert queue.floor.desk.looks.strangers_on(BTCUSDT) is not None
    assert not queue.floor.desk.looks.is_fresh(BTCUSDT)
    queue.hear(snapshot(held))
    assert queue.floor.desk.looks.strangers_on(BTCUSDT) is None


async def test_a_snapshot_without_our_position_lets_its_orders_be_swept() -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    queue.floor.wait(1_000)
    queue.hear(replace(snapshot(), at_ms=START_MS + 1_000))
    queue.hear(reported_position("0", at_ms=START_MS + 1_000))
    assert [each for each in queue.floor.lanes.notes if each.startswith("cancel")] != []


async def test_what_a_snapshot_does_not_show_of_our_resting_orders_is_asked_for() -> None:
    queue = OrderQueue(await new_floor())
    queue.protect()
    stop, target = (queue.sent(leg).client_order_id for leg in (Leg.STOP, Leg.TARGET))
    queue.floor.lanes.notes.clear()
    held = replace(position("0.010", "60000"), updated_ms=START_MS)
    queue.hear(snapshot(held, orders=(replace(stranger(), client_order_id=target),)))
    assert queue.floor.lanes.notes == [f"ask {stop}", "look at BTCUSDT"]


async def test_a_trip_whose_entry_a_snapshot_told_first_is_booked() -> None:
    queue = OrderQueue(await new_floor())
    entry = queue.enter()
    queue.accept(entry.client_order_id)
    queue.floor.wait(1_000)
    held = replace(position("0.010", "60000"), updated_ms=queue.floor.clock.now_ms())
    queue.hear(snapshot(held))
    assert "PositionChanged" not in queue.trade(entry)
    queue.floor.wait(1_000)
    stop = queue.sent(Leg.STOP)
    queue.accept(stop.client_order_id)
    assert "PositionClosed" in queue.trade(stop, trade_id=2)


@pytest.mark.parametrize(("is_urgent", "level"), [(True, "ERROR"), (False, "WARNING")])
async def test_an_alert_reaches_the_owner(
    caplog: pytest.LogCaptureFixture, is_urgent: bool, level: str
) -> None:
    queue = OrderQueue(await new_floor())
    alert = AlertRaised(at_ms=START_MS, trace=TRACE, text="naked", is_urgent=is_urgent)
    queue.handler.on_alert_raised(alert)
    (record,) = caplog.records
    assert (record.levelname, vars(record)["fields"]) == (level, {"text": "naked"})
