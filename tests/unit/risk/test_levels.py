"""Stop and target stand on ticks, on their own sides, and rounding never makes a loss larger."""

from typing import Any

import pytest

from noctule.domain import values
from noctule.domain.signals import Direction
from noctule.domain.values import Price
from noctule.risk.case import EntryCase
from noctule.risk.levels import level_reasons, levels_of
from noctule.risk.limits import RiskLimits
from tests.builders import instrument
from tests.risk_builders import case, scene, wish

LONG, SHORT = Direction.LONG, Direction.SHORT
LIMITS = RiskLimits()


def limits(**keys: str) -> RiskLimits:
    return RiskLimits.model_validate(keys)


def texts(of: EntryCase, under: RiskLimits = LIMITS) -> dict[str, str]:
    reasons = level_reasons(levels_of(of, under), of, under)
    return {reason.check: reason.text for reason in reasons}


@pytest.mark.parametrize(
    ("direction", "stop", "target"),
    [(LONG, "59400.0", "61200.0"), (SHORT, "60600.0", "58800.0")],
)
def test_without_a_strategys_word_they_stand_at_their_shares(
    direction: Direction, stop: str, target: str
) -> None:
    levels = levels_of(case(wish(direction)), LIMITS)
    assert (levels.stop, levels.target) == (values.price(stop), values.price(target))


@pytest.mark.parametrize(
    ("direction", "stop", "target", "expected"),
    [
        (LONG, 59_400.01, 61_200.09, ("59400.1", "61200.0")),
        (SHORT, 60_600.09, 58_800.01, ("60600.0", "58800.1")),
    ],
)
def test_a_strategys_levels_are_rounded_towards_the_entry(
    direction: Direction, stop: float, target: float, expected: tuple[str, str]
) -> None:
    levels = levels_of(case(wish(direction, stop=stop, target=target)), LIMITS)
    assert (levels.stop, levels.target) == tuple(map(values.price, expected))


@pytest.mark.parametrize(
    ("direction", "keys", "entry"),
    [
        (LONG, {"bid": 59_990.0, "ask": 60_010.0}, "60010.0"),
        (SHORT, {"bid": 59_990.0, "ask": 60_010.0}, "59990.0"),
        (LONG, {"ask": None, "mark_price": 60_005.5}, "60005.5"),
        (SHORT, {"bid": None, "ask": None, "mark_price": None}, "60000.0"),
    ],
)
def test_a_market_entry_pays_what_the_other_side_asks_as_far_as_it_is_known(
    direction: Direction, keys: dict[str, Any], entry: str
) -> None:
    levels = levels_of(case(wish(direction), market=scene(**keys)), LIMITS)
    assert levels.entry == values.price(entry)


@pytest.mark.parametrize(
    ("direction", "worst_entry", "worst_exit"),
    [(LONG, "60060", "59340.6"), (SHORT, "59940", "60660.6")],
)
def test_slippage_makes_entry_and_exit_worse(
    direction: Direction, worst_entry: str, worst_exit: str
) -> None:
    levels = levels_of(case(wish(direction)), limits(slippage_allowance="0.001"))
    assert levels.worst_entry == values.price(worst_entry)
    assert levels.worst_exit == values.price(worst_exit)


def test_a_limit_entry_pays_its_price_and_no_more() -> None:
    levels = levels_of(case(wish(limit_price="59900.0")), LIMITS)
    assert levels.entry == levels.worst_entry == values.price("59900.0")
    assert levels.stop == values.price("59301.0")


@pytest.mark.parametrize(
    ("limit_price", "dearest", "cheapest"),
    [(None, "60030.0", "59000"), ("60100.0", "60100.0", "60100.0")],
)
def test_worth_is_measured_by_the_price_that_is_worse(
    limit_price: str | None, dearest: str, cheapest: str
) -> None:
    levels = levels_of(
        case(wish(limit_price=limit_price), market=scene(mark_price=59_000.0)), LIMITS
    )
    assert (levels.dearest, levels.cheapest) == (values.price(dearest), values.price(cheapest))


def test_a_mark_above_the_entry_is_what_a_shorts_margin_is_measured_by() -> None:
    levels = levels_of(case(wish(SHORT), market=scene(mark_price=61_000.0)), LIMITS)
    assert (levels.dearest, levels.cheapest) == (values.price("61000"), values.price("60000"))


@pytest.mark.parametrize(("price_min", "target"), [("0", "0.1"), ("556.80", "556.80")])
def test_a_short_may_ask_for_more_than_the_whole_price(price_min: str, target: str) -> None:
    levels = levels_of(
        case(wish(SHORT), contract=instrument(price_min=price_min)), limits(take_profit="10")
    )
    assert levels.target == Price(values.price(target))


@pytest.mark.parametrize("direction", [LONG, SHORT])
def test_levels_on_their_own_sides_are_no_reason(direction: Direction) -> None:
    assert texts(case(wish(direction))) == {}


@pytest.mark.parametrize(
    ("direction", "stop", "target", "expected"),
    [
        (
            LONG,
            60_000.0,
            59_999.0,
            {
                "stop": "the stop at 60000.00 is not below 59990.0: it would be hit at once",
                "target": "the target at 59999.00 is not above 60010.0: it would be hit at once",
            },
        ),
        (
            SHORT,
            60_000.0,
            60_001.0,
            {
                "stop": "the stop at 60000.00 is not above 60010.0: it would be hit at once",
                "target": "the target at 60001.00 is not below 59990.0: it would be hit at once",
            },
        ),
        (
            LONG,
            59_989.95,
            60_020.0,
            {"stop": "the stop at 59990.00 is not below 59990.0: it would be hit at once"},
        ),
        (
            SHORT,
            60_020.0,
            59_990.0,
            {"target": "the target at 59990.00 is not below 59990.0: it would be hit at once"},
        ),
    ],
)
def test_what_would_be_hit_at_once_is_refused(
    direction: Direction, stop: float, target: float, expected: dict[str, str]
) -> None:
    wished = wish(direction, stop=stop, target=target)
    assert texts(case(wished, market=scene(bid=59_990.0, ask=60_010.0))) == expected


@pytest.mark.parametrize(
    ("working_type", "refused"), [("CONTRACT_PRICE", set()), ("MARK_PRICE", {"stop"})]
)
def test_the_mark_matters_to_orders_that_it_triggers(working_type: str, refused: set[str]) -> None:
    fallen = case(market=scene(mark_price=59_300.0))
    assert texts(fallen, limits(working_type=working_type)).keys() == refused


def test_a_limit_entry_is_measured_by_its_own_price() -> None:
    wished = wish(limit_price="59000.0", stop=58_990.0, target=59_010.0)
    assert texts(case(wished)) == {}
    wished = wish(limit_price="59000.0", stop=59_000.0)
    assert texts(case(wished)).keys() == {"stop"}
