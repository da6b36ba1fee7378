"""A stop is a price on the losing side of the entry, or there is none."""

import pytest

from noctule.domain.signals import Direction
from noctule.strategies.stops import is_stop, stop_behind

LONG, SHORT = Direction.LONG, Direction.SHORT
INFINITY = float("inf")


@pytest.mark.parametrize(
    ("stop", "direction", "is_one"),
    [
        (99.0, LONG, True),
        (100.0, LONG, False),
        (101.0, LONG, False),
        (0.0, LONG, False),
        (101.0, SHORT, True),
        (100.0, SHORT, False),
        (99.0, SHORT, False),
        (INFINITY, SHORT, False),
    ],
)
def test_a_stop_lies_where_the_entry_loses(
    stop: float, direction: Direction, *, is_one: bool
) -> None:
    assert is_stop(stop, 100.0, direction) is is_one


def test_a_stop_lies_so_far_behind_the_close() -> None:
    assert stop_behind(100.0, 3.0, LONG) == 97.0
    assert stop_behind(100.0, 3.0, SHORT) == 103.0


@pytest.mark.parametrize("direction", [LONG, SHORT])
@pytest.mark.parametrize("distance", [0.0, 1e-15, -1.0])
def test_a_distance_that_is_none_makes_no_stop(distance: float, direction: Direction) -> None:
    assert stop_behind(100.0, distance, direction) is None


def test_a_distance_beyond_the_price_itself_makes_no_stop_of_a_long() -> None:
    assert stop_behind(100.0, 100.0, LONG) is None
    assert stop_behind(100.0, 100.0, SHORT) == 200.0
