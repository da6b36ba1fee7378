from msgspec import structs

from noctule.domain.order import Leg, OrderState
from noctule.domain.signals import Direction
from noctule.domain.values import Symbol, Timeframe
from noctule.reconcile.case import case_of, cases_of
from tests.builders import BTCUSDT
from tests.reconcile_builders import (
    ACCOUNT,
    CLOSE_MS,
    OWNERS,
    case,
    evidence,
    held,
    key,
    name,
    remembered,
    report,
    stop,
)

ETHUSDT, SOLUSDT = Symbol("ETHUSDT"), Symbol("SOLUSDT")


def test_whatever_is_held_or_rests_or_is_remembered_is_a_case() -> None:
    known = evidence([held()], [report(symbol=ETHUSDT)], memory=[remembered(symbol=SOLUSDT)])

    assert [each.symbol for each in cases_of(known, ACCOUNT)] == [BTCUSDT, ETHUSDT, SOLUSDT]


def test_what_has_ended_since_the_snapshot_rests_no_more() -> None:
    filled = report(state=OrderState.FILLED, filled="0.010")
    known = evidence([held()], [report(), stop()], history={BTCUSDT: [filled]})

    assert case_of(BTCUSDT, known, ACCOUNT).orders == (stop(),)


def test_an_order_that_is_told_as_itself_and_as_its_child_is_one() -> None:
    child, parent = report(name(Leg.STOP)), stop()

    assert case_of(BTCUSDT, evidence([held()], [child, parent]), ACCOUNT).orders == (parent,)


def test_orders_are_ours_by_their_names_alone_but_for_another_bots() -> None:
    theirs = name(Leg.STOP, 7)
    found = case(
        held(),
        stop(),
        stop("59000", OWNERS),
        stop("58000", theirs),
        strangers=frozenset({theirs}),
    )

    assert [each.client_order_id for each in found.ours] == [name(Leg.STOP)]
    assert [each.client_order_id for each in found.others] == [OWNERS, theirs]


def test_a_memory_counts_for_positions_that_go_its_way() -> None:
    memory = remembered(direction=Direction.LONG)

    assert case(held(), memory=memory).remembers(Direction.LONG) == memory
    assert case(held("-1"), memory=memory).remembers(Direction.SHORT) is None
    assert case(held()).remembers(Direction.LONG) is None


def test_a_memory_is_void_once_ours_entered_at_a_later_candle() -> None:
    memory = remembered()
    entered = report(state=OrderState.FILLED, filled="0.010")
    earlier = structs.replace(memory, key=structs.replace(key(), close_ms=CLOSE_MS - 60_000))
    later = structs.replace(memory, key=structs.replace(key(), close_ms=CLOSE_MS + 60_000))
    hourly = structs.replace(memory, key=structs.replace(key(), timeframe=Timeframe.H1))
    unfilled = report(name(Leg.ENTRY, 1), state=OrderState.CANCELED)
    stopped = report(name(Leg.STOP), state=OrderState.FILLED, filled="0.010")

    for remembers, told, counts in [
        (memory, [entered], True),
        (earlier, [entered], False),
        (hourly, [entered], False),
        (later, [entered], True),  # its own entry is not told of yet
        (earlier, [unfilled, stopped], True),
        (earlier, [report(OWNERS, state=OrderState.FILLED, filled="0.010")], True),
    ]:
        found = case(held(), memory=remembers, history=told).remembers(Direction.LONG)
        assert (found == remembers) is counts


def test_a_position_has_a_direction() -> None:
    assert case(held("1")).direction is Direction.LONG
    assert case(held("-1")).direction is Direction.SHORT
    assert case().direction is Direction.FLAT
