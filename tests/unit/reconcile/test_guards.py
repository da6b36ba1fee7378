from decimal import Decimal

import pytest

from noctule.domain import values
from noctule.domain.order import Leg, OrderKind
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Side
from noctule.reconcile.guards import (
    ending_stops,
    ending_targets,
    is_naked,
    our_stops,
    our_targets,
    stop_price,
    target_price,
)
from tests.reconcile_builders import (
    OWNERS,
    TERMS,
    case,
    held,
    name,
    remembered,
    report,
    stop,
    target,
)

ENTRY = values.price("60000.07")
LIMIT_TARGET = report(name(Leg.TARGET), kind=OrderKind.LIMIT, side=Side.SELL, price="61000")


@pytest.mark.parametrize(
    ("orders", "ends"),
    [
        ([], False),
        ([stop()], True),
        ([stop(quantity="0.010")], True),
        ([stop(quantity="0.004")], False),
        ([stop(quantity="0.004"), stop(quantity="0.006")], True),
        ([stop(side=Side.BUY)], False),
        ([stop(kind=OrderKind.TRAILING_STOP_MARKET)], True),
        ([stop(kind=OrderKind.STOP, quantity="0.010")], False),
        ([target()], False),
    ],
)
def test_stops_end_a_position_if_together_they_cover_it(
    orders: list[OrderReport], *, ends: bool
) -> None:
    assert bool(ending_stops(orders, Decimal("0.010"))) is ends


def test_a_limit_order_can_be_a_target() -> None:
    assert ending_targets([LIMIT_TARGET], Decimal("0.010")) == (LIMIT_TARGET,)
    assert ending_targets([LIMIT_TARGET], Decimal("0.020")) == ()


def test_a_position_is_naked_until_one_partys_stops_cover_it() -> None:
    assert is_naked(case(held()))
    assert not is_naked(case())
    assert not is_naked(case(held(), stop()))
    assert not is_naked(case(held(), stop("59000", OWNERS)))
    halves = (stop(quantity="0.005"), stop("59000", OWNERS, quantity="0.005"))
    assert is_naked(case(held(), *halves))


def test_the_stop_nearest_to_the_market_comes_first() -> None:
    low, high = stop("59000", name(Leg.STOP, 1)), stop("59500", name(Leg.PROTECT))
    assert our_stops(case(held(), low, high)) == (high, low)
    assert our_stops(case(held("-0.010"), high, low)) == (low, high)


def test_targets_of_ours_are_those_with_a_price() -> None:
    nowhere = report(name(Leg.TARGET, 1), side=Side.SELL)
    assert our_targets(case(held(), LIMIT_TARGET, target(), nowhere)) == (LIMIT_TARGET, target())


@pytest.mark.parametrize(
    ("direction", "stop_at", "target_at"),
    [(Direction.LONG, "59400.1", "61200.0"), (Direction.SHORT, "60600.0", "58800.1")],
)
def test_without_a_memory_the_configured_shares_say_where_ends_belong(
    direction: Direction, stop_at: str, target_at: str
) -> None:
    found = case(held())

    assert stop_price(found, TERMS, direction=direction, entry=ENTRY) == Decimal(stop_at)
    assert target_price(found, TERMS, direction=direction, entry=ENTRY) == Decimal(target_at)


def test_what_is_remembered_is_where_it_was() -> None:
    found = case(held(), memory=remembered(stop="59111.1", target="62222.2"))

    assert stop_price(found, TERMS, direction=Direction.LONG, entry=ENTRY) == Decimal("59111.1")
    assert target_price(found, TERMS, direction=Direction.LONG, entry=ENTRY) == Decimal("62222.2")


def test_a_position_without_a_target_gets_none() -> None:
    found = case(held(), memory=remembered(target=None))

    assert target_price(found, TERMS, direction=Direction.LONG, entry=ENTRY) is None
