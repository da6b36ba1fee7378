"""The desk as a recovery and the account check see it, on the real desk and book."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.events.desk import PositionProtected
from noctule.domain.events.order import OrderRequested
from noctule.domain.ids import client_order_id, parse_client_order_id
from noctule.domain.order import Leg, Order, OrderKey, OrderKind, OrderState
from noctule.domain.position import AccountSnapshot, Position
from noctule.domain.values import Side
from noctule.engine.takeover import TakeOver
from noctule.reconcile.diff import Belief
from noctule.reconcile.plan import Adoption, Sweep
from tests.builders import BTCUSDT, START_MS, order, order_request
from tests.fakes.desk_events import ACCOUNT as DESK
from tests.fakes.floor import TradingFloor, new_floor, plan
from tests.reconcile_builders import held, name

STOP = order(
    order_request(
        OrderKind.STOP_MARKET,
        client_order_id=name(Leg.STOP),
        side=Side.SELL,
        leg=Leg.STOP,
        quantity=None,
        trigger_price="59000",
    )
)


async def test_a_naked_position_that_is_taken_over_gets_a_stop_at_once() -> None:
    floor = await new_floor(held())
    takeover = _over(floor)
    assert not takeover.has_bracket(BTCUSDT)

    await takeover.adopt(_adoption())

    assert takeover.has_bracket(BTCUSDT)
    requested = [each for each in floor.bus.events if isinstance(each, OrderRequested)]
    assert [(each.request.leg, each.request.trigger_price) for each in requested] == [
        (Leg.PROTECT, Decimal(59_000))
    ]


async def test_a_position_behind_a_stop_of_the_owners_gets_none_of_ours() -> None:
    floor = await new_floor(held())

    await _over(floor).adopt(_adoption(foreign_stops=1))

    requested = [each for each in floor.bus.events if isinstance(each, OrderRequested)]
    assert [each.request.leg for each in requested] == [Leg.TARGET]


async def test_a_stop_that_rests_is_taken_over_with_its_position() -> None:
    floor = await new_floor(held())
    takeover = _over(floor)

    await takeover.adopt(_adoption(STOP))

    assert takeover.knows(name(Leg.STOP))
    assert any(isinstance(each, PositionProtected) for each in floor.bus.events)
    belief = takeover.beliefs()[BTCUSDT]
    assert belief.signed_quantity == Decimal("0.010")
    assert belief.resting == {name(Leg.STOP)}
    assert belief.live > belief.resting  # the target is on its way


async def test_a_name_that_was_used_up_is_not_used_again() -> None:
    floor = await new_floor(held())
    used = client_order_id(
        account=DESK, strategy=plan().strategy, symbol=BTCUSDT, key=_protecting(attempt=0)
    )
    request = replace(STOP.request, client_order_id=used, leg=Leg.PROTECT)
    over = replace(STOP, request=request, state=OrderState.CANCELED)

    await _over(floor).adopt(replace(_adoption(), ended=(over,)))

    (stop,) = [each for each in floor.bus.events if isinstance(each, OrderRequested)]
    assert parse_client_order_id(stop.request.client_order_id) == _protecting(attempt=1)


async def test_an_order_that_rests_no_more_is_asked_for() -> None:
    floor = await new_floor(held())
    takeover = _over(floor)
    await takeover.adopt(_adoption(STOP))

    await takeover.ask(BTCUSDT, name(Leg.STOP))
    floor.wait(300)
    floor.follow()

    assert f"ask {name(Leg.STOP)}" in floor.lanes.notes


async def test_nobody_asks_where_nothing_is_led() -> None:
    floor = await new_floor()

    await _over(floor).ask(BTCUSDT, name(Leg.STOP))

    assert floor.lanes.notes == []


async def test_a_symbol_is_looked_at() -> None:
    floor = await new_floor()

    await _over(floor).look_at(BTCUSDT)

    assert floor.lanes.notes == ["look at BTCUSDT"]


async def test_an_order_that_no_bracket_leads_is_taken_out() -> None:
    floor = await new_floor()

    _over(floor).sweep(
        Sweep(symbol=BTCUSDT, client_order_id=name(Leg.STOP), kind=OrderKind.STOP_MARKET)
    )

    assert floor.lanes.notes == [f"cancel {name(Leg.STOP)}"]


async def test_what_is_not_ours_is_told_once_and_what_changed_is_looked_at(
    caplog: pytest.LogCaptureFixture,
) -> None:
    floor = await new_floor()
    takeover = _over(floor)

    for text in ("a stop of the owner's", "a stop of the owner's", None, None):
        takeover.note_foreign(BTCUSDT, text)
        floor.desk.looks.end(BTCUSDT)

    assert [each.getMessage() for each in caplog.records] == ["foreign, left alone"]
    assert floor.lanes.notes == ["look at BTCUSDT"] * 2


async def test_positions_that_nobody_leads_are_believed_in_too() -> None:
    floor = await new_floor()
    takeover = _over(floor)
    assert takeover.beliefs() == {}

    await takeover.believe(_snapshot(held()), asked_ms=START_MS)

    assert takeover.beliefs() == {BTCUSDT: Belief(signed_quantity=Decimal("0.010"))}


async def test_what_the_stream_told_otherwise_is_part_of_what_is_believed() -> None:
    floor = await new_floor()
    takeover = _over(floor)
    await takeover.believe(_snapshot(held()), asked_ms=START_MS)
    await takeover.believe(_snapshot(), asked_ms=START_MS + 2)
    floor.book.hear_report(held())

    assert takeover.beliefs() == {BTCUSDT: Belief(told=Decimal("0.010"))}

    await takeover.believe(_snapshot(), asked_ms=START_MS + 3)

    assert takeover.beliefs() == {}


async def test_an_answer_that_lags_behind_a_trade_is_not_believed_but_makes_its_bracket_look() -> (
    None
):
    floor = await new_floor()
    floor.wait(1_000)
    floor.protect()
    floor.lanes.notes.clear()

    await _over(floor).believe(_snapshot(), asked_ms=floor.clock.now_ms())

    assert floor.book.position(BTCUSDT).signed_quantity == Decimal("0.010")
    assert floor.book.reported(BTCUSDT).signed_quantity == Decimal("0.010")
    assert floor.lanes.notes == ["look at BTCUSDT"]


async def test_an_answer_that_agrees_leaves_the_brackets_alone() -> None:
    floor = await new_floor()
    floor.wait(1_000)
    floor.protect()
    floor.lanes.notes.clear()

    await _over(floor).believe(_snapshot(held()), asked_ms=floor.clock.now_ms())

    assert floor.lanes.notes == []


async def test_before_the_account_is_told_nothing_is_believed() -> None:
    floor = TradingFloor((await new_floor()).contracts)

    assert _over(floor).beliefs() == {}


def _over(floor: TradingFloor) -> TakeOver:
    return TakeOver(
        desk=floor.desk,
        book=floor.book,
        lanes=floor.lanes,
        clock=floor.clock,
        follow=floor.let_decide,
    )


def _adoption(*orders: Order, foreign_stops: int = 0) -> Adoption:
    return Adoption(
        symbol=BTCUSDT,
        plan=plan(),
        orders=orders,
        signed_quantity=Decimal("0.010"),
        entry_price=None,
        foreign_stops=foreign_stops,
        told_ms=START_MS,
    )


def _protecting(*, attempt: int) -> OrderKey:
    return replace(plan().key, leg=Leg.PROTECT, attempt=attempt)


def _snapshot(*positions: Position) -> AccountSnapshot:
    return AccountSnapshot(at_ms=START_MS, balances=(), positions=positions)
