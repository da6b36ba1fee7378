"""A displacement is large, and mostly body."""

import pytest

from noctule.strategies.ict.displacement import Displacement, displaced
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import drawn


def judged(text: str, *, atr: float = 2.0) -> Displacement | None:
    (bar,) = drawn(text)
    return displaced(bar, atr, factor=1.5, body_share=0.6)


@pytest.mark.parametrize(
    ("text", "way"), [("100 105/99 104", Way.UP), ("104 105/99 100", Way.DOWN)]
)
def test_a_body_of_twice_the_average_range_is_one(text: str, way: Way) -> None:
    assert judged(text) == Displacement(way=way, at_ms=START_MS, multiple=2.0)


def test_a_body_of_just_the_factor_and_just_the_share_is_one() -> None:
    assert judged("100 104/99 103") == Displacement(way=Way.UP, at_ms=START_MS, multiple=1.5)


def test_a_body_a_little_too_small_is_none() -> None:
    assert judged("100 103/99.9 102.99") is None


def test_long_wicks_say_that_somebody_answered() -> None:
    assert judged("100 105/99.9 103") is None


def test_a_candle_that_closes_where_it_opened_is_none() -> None:
    assert judged("100 100/100 100", atr=0.0) is None


def test_after_no_ranges_at_all_any_body_is_one_of_just_the_factor() -> None:
    assert judged("100 101/100 101", atr=0.0) == Displacement(
        way=Way.UP, at_ms=START_MS, multiple=1.5
    )
