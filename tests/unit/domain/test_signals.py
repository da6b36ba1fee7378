"""Signals: a strategy's mistakes are told in words."""

import math
from typing import cast

import pytest

from noctule.domain.signals import Direction, Reason, Refused, Signal


def test_each_direction_is_closed_by_its_opposite_and_flat_by_nothing() -> None:
    assert {direction: direction.opposite for direction in Direction} == {
        Direction.LONG: Direction.SHORT,
        Direction.SHORT: Direction.LONG,
        Direction.FLAT: Direction.FLAT,
    }


@pytest.mark.parametrize(
    "signal",
    [
        Signal(direction=Direction.FLAT, reason="the day is over"),
        Signal(direction=Direction.LONG, reason="up", stop=99.0, target=102.0, confidence=0.0),
        Signal(direction=Direction.SHORT, reason="down", stop=1e-9, factors={"trend": -0.7}),
    ],
)
def test_a_signal_that_makes_sense_has_no_flaw(signal: Signal) -> None:
    assert signal.flaw() is None


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_signal_says_why(reason: str) -> None:
    assert Signal(direction=Direction.LONG, reason=reason).flaw() == "a signal needs a reason"


@pytest.mark.parametrize("confidence", [-0.1, 1.1, math.nan, math.inf])
def test_confidence_is_a_share(confidence: float) -> None:
    signal = Signal(direction=Direction.LONG, reason="up", confidence=confidence)
    assert signal.flaw() == f"confidence {confidence} is outside 0 to 1"


@pytest.mark.parametrize("level", [0.0, -0.0, -1.0, math.nan, math.inf])
def test_a_stop_and_a_target_are_prices(level: float) -> None:
    with_stop = Signal(direction=Direction.LONG, reason="up", stop=level)
    with_target = Signal(direction=Direction.LONG, reason="up", target=level)
    assert with_stop.flaw() == f"stop {level} is not a price"
    assert with_target.flaw() == f"target {level} is not a price"


def test_signals_do_not_share_their_factors() -> None:
    first, second = (Signal(direction=Direction.LONG, reason="up") for _ in range(2))
    first.factors["trend"] = 1.0
    assert second.factors == {}


def test_a_refusal_says_why() -> None:
    reasons = (Reason(check="spread", text="0.2 % is above 0.1 %"),)
    assert Refused(reasons=reasons).reasons == reasons
    with pytest.raises(AssertionError, match="a refusal has at least one reason"):
        Refused(reasons=())


@pytest.mark.parametrize("direction", ["long", "LONG", None, 1])
def test_a_direction_that_only_looks_like_one_is_a_flaw(direction: object) -> None:
    signal = Signal(direction=cast("Direction", direction), reason="up")

    assert signal.flaw() == f"direction {direction!r} is not one of Direction's"
