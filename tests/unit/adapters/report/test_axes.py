import math

import pytest

from noctule.adapters.report.axes import (
    DAY_MS,
    Plane,
    decimals_of,
    exact,
    minute_text,
    price_step,
    price_ticks,
    time_ticks,
)
from tests.builders import START_MS

HOUR_MS = 3_600_000
PLANE = Plane(left=10, right=110, top=20, bottom=220, from_ms=1_000, to_ms=2_000, low=100, high=200)


def test_times_run_to_the_right_and_prices_upwards() -> None:
    assert [PLANE.x(at) for at in (1_000, 1_250, 2_000)] == [10, 35, 110]
    assert [PLANE.y(price) for price in (100, 125, 200)] == [220, 170, 20]


def test_what_lies_outside_lies_on_the_nearer_edge() -> None:
    assert (PLANE.x(0), PLANE.x(9_999)) == (10, 110)
    assert (PLANE.y(1), PLANE.y(999)) == (220, 20)


@pytest.mark.parametrize(
    ("low", "high", "from_ms", "to_ms", "shown"),
    [
        (120, 130, 0, None, True),
        (200, 300, 0, None, True),
        (200.1, 300, 0, None, False),
        (50, 99.9, 0, None, False),
        (50, 300, 0, 1_000, False),
        (50, 300, 0, 1_001, True),
        (50, 300, 2_000, None, False),
        (50, 300, 1_999, None, True),
    ],
)
def test_a_shape_is_shown_where_any_of_it_is_inside(
    low: float, high: float, from_ms: int, to_ms: int | None, shown: bool
) -> None:
    assert PLANE.shows(low, high, from_ms, to_ms) is shown


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [(0, 10, 1), (60_000, 61_000, 100), (1.0, 1.2, 0.02), (0.071, 0.0735, 0.00025), (0, 30, 5)],
)
def test_an_axis_has_round_steps(low: float, high: float, step: float) -> None:
    assert math.isclose(price_step(low, high), step)


def test_the_prices_at_an_axis_are_multiples_of_its_step_inside_of_it() -> None:
    assert price_ticks(59_950, 60_850) == [float(each) for each in range(60_000, 60_801, 100)]


@pytest.mark.parametrize(
    ("step", "decimals"), [(100, 0), (1, 0), (2.5, 1), (0.02, 2), (0.00025, 5), (1000, 0)]
)
def test_as_many_decimals_are_written_as_tell_the_steps_apart(step: float, decimals: int) -> None:
    assert decimals_of(step) == decimals


def test_times_at_an_axis_are_round_and_a_dozen_at_most() -> None:
    hours = time_ticks(START_MS + 1, START_MS + 12 * HOUR_MS + 1)

    assert hours == [START_MS + number * HOUR_MS for number in range(1, 13)]
    assert time_ticks(START_MS, START_MS + 2 * DAY_MS)[1] == START_MS + 4 * HOUR_MS
    assert len(time_ticks(START_MS, START_MS + 1_000 * DAY_MS)) == 11
    assert len(time_ticks(0, 40_000 * DAY_MS)) == 22  # a century of months: steps of five years


def test_instants_are_written_to_the_minute_in_utc() -> None:
    assert minute_text(START_MS + 754 * 60_000) == "2026-09-28 12:34"


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (60_000.0, "60000"),
        (0.00001234, "0.00001234"),
        (69115.02960000001, "69115.0296"),
        (math.inf, "inf"),
    ],
)
def test_prices_are_exact_but_for_the_noise_of_floats(price: float, text: str) -> None:
    assert exact(price) == text
