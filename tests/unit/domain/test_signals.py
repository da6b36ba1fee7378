"""Signals: a strategy's mistakes are told in words."""

import math
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

import numpy as np
import pytest

from noctule.domain.signals import Direction, Reason, Refused, Signal, answer_flaw


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

    assert signal.flaw() == f"direction is {direction!r}, not one of Direction's"


CLOSE = 60_000.0
HUGE = 10**5_000  # so large that Python refuses to write it down
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"direction": object()}, "direction is an object, not one of Direction's"),
    ({"reason": None}, "reason is None, not text"),
    ({"reason": 7}, "reason is 7, not text"),
    ({"reason": "\ud800"}, "reason is '\\ud800', not text"),
    ({"reason": "x" * 4_001}, "reason has 4001 characters, 4000 at most"),
    ({"stop": "59400"}, "stop is '59400', not a number: give a float"),
    ({"stop": Decimal("NaN")}, "stop is a Decimal, not a number: give a float"),
    ({"stop": True}, "stop is True, not a number: give a float"),
    ({"stop": [59_400.0]}, "stop is a list, not a number: give a float"),
    ({"stop": HUGE}, "stop an int is not a price"),
    ({"stop": 60_000.0}, "stop 60000.0 of a LONG is not below the close 60000.0"),
    ({"stop": 60_100}, "stop 60100 of a LONG is not below the close 60000.0"),
    ({"target": 60_000.0}, "target 60000.0 of a LONG is not above the close 60000.0"),
    ({"target": 59_999.9}, "target 59999.9 of a LONG is not above the close 60000.0"),
    ({"target": 3 + 4j}, "target is a complex, not a number: give a float"),
    (
        {"direction": Direction.SHORT, "stop": 59_000.0},
        "stop 59000.0 of a SHORT is not above the close 60000.0",
    ),
    (
        {"direction": Direction.SHORT, "target": 61_000.0},
        "target 61000.0 of a SHORT is not below the close 60000.0",
    ),
    ({"confidence": None}, "confidence is None, not a number: give a float"),
    ({"confidence": HUGE}, "confidence an int is outside 0 to 1"),
    ({"factors": ["trend"]}, "factors are a list, not a dict of names and numbers"),
    ({"factors": {1: 1.0}}, "the name of a factor is 1, not text"),
    (
        {"factors": {"n" * 101: 1.0}},
        "the name of a factor has 101 characters, 100 at most",
    ),
    ({"factors": {"trend": "up"}}, "the factor trend is 'up', not a number"),
    ({"factors": {"trend": math.nan}}, "the factor trend is nan, not a number"),
    ({"factors": dict.fromkeys(map(str, range(101)), 0.5)}, "there are 101 factors, 100 at most"),
]


@pytest.mark.parametrize(("fields", "told"), WRONG, ids=[told for _, told in WRONG])
def test_each_flaw_is_told_in_words_that_say_what_is_wrong(
    fields: dict[str, Any], told: str
) -> None:
    signal = Signal(**{"direction": Direction.LONG, "reason": "up", **fields})
    assert answer_flaw(signal, CLOSE) == told


@pytest.mark.parametrize(
    "signal",
    [
        Signal(direction=Direction.LONG, reason="up", stop=59_999, target=60_001),
        Signal(direction=Direction.SHORT, reason="down", stop=np.float64(60_001), target=1e-9),
        Signal(direction=Direction.LONG, reason="no levels", confidence=1),
        Signal(direction=Direction.FLAT, reason="out"),
        Signal(direction=Direction.FLAT, reason="out", stop=math.nan, target=59_000.0),
    ],
)
def test_ints_and_numpys_floats_are_numbers_and_levels_on_their_sides_are_right(
    signal: Signal,
) -> None:
    assert answer_flaw(signal, CLOSE) is None


class MySignal(Signal, frozen=True):
    """What it does with its fields is its own affair."""


async def _late() -> None:
    """Be awaited by nobody."""


async def _streaming() -> AsyncIterator[None]:
    yield None


def _yielding() -> Iterator[None]:
    yield None


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("LONG", "analyze returned 'LONG', not a Signal or None"),
        (True, "analyze returned True, not a Signal or None"),
        (
            MySignal(direction=Direction.LONG, reason="up"),
            "analyze returned a MySignal, not a Signal or None",
        ),
        (_yielding(), "analyze returned a generator, not a Signal or None"),
        (_streaming(), "analyze is async, and is called without waiting: remove async"),
    ],
)
def test_what_is_no_signal_is_named(answer: object, told: str) -> None:
    assert answer_flaw(answer, CLOSE) == told


def test_an_analyze_that_would_have_to_be_awaited_is_told_so() -> None:
    answer = _late()
    assert answer_flaw(answer, CLOSE) == (
        "analyze is async, and is called without waiting: remove async"
    )
    answer.close()


class Setup(StrEnum):
    """A reason that is more than its text."""

    BREAKOUT = "breakout"


def test_a_plain_signal_has_no_types_and_no_factors_that_are_somebody_elses() -> None:
    factors: dict[str, float] = {"trend": np.float64(0.5)}
    signal = Signal(
        direction=Direction.LONG,
        reason=Setup.BREAKOUT,
        stop=np.float64(59_000.5),
        target=61_000,
        confidence=1,
        factors=factors,
    )
    plain = signal.plain()
    factors["trend"] = np.float64("nan")
    assert plain == Signal(
        direction=Direction.LONG,
        reason="breakout",
        stop=59_000.5,
        target=61_000.0,
        confidence=1.0,
        factors={"trend": 0.5},
    )
    kinds = (plain.reason, plain.stop, plain.target, plain.confidence, plain.factors["trend"])
    assert [type(each) for each in kinds] == [str, float, float, float, float]


def test_a_plain_signal_without_levels_has_none() -> None:
    signal = Signal(direction=Direction.FLAT, reason="out")
    assert signal.plain() == signal


def test_who_leaves_leaves_whatever_levels_are_named_and_those_are_idle() -> None:
    signal = Signal(direction=Direction.FLAT, reason="out", stop=59_000.0, target=61_000.0)
    assert signal.has_idle_levels
    assert signal.plain() == Signal(direction=Direction.FLAT, reason="out")
    assert not signal.plain().has_idle_levels
    assert not Signal(direction=Direction.LONG, reason="up", stop=59_000.0).has_idle_levels
