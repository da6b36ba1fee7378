"""Deviation, standing, slope and correlation: by hand, and right where floats would cancel."""

from collections.abc import Sequence
from fractions import Fraction
from math import isclose, sqrt
from random import Random
from statistics import fmean, linear_regression, pstdev, pvariance
from typing import Any

import msgspec
import pytest

from noctule.indicators.base import Indicator
from noctule.indicators.statistics import Correlation, LinearSlope, StdDev, Variance, ZScore

KINDS = (Correlation, LinearSlope, StdDev, Variance, ZScore)


def told(indicator: Indicator[float], *series: Sequence[float]) -> list[float | None]:
    return [indicator.update(*numbers) for numbers in zip(*series, strict=True)]


def test_of_two_four_and_nine_the_variance_is_that_of_the_last_two() -> None:
    assert told(Variance(2), [2.0, 4.0, 9.0]) == [None, 1.0, 6.25]


def test_the_standard_deviation_is_its_root() -> None:
    assert told(StdDev(2), [2.0, 4.0, 9.0]) == [None, 1.0, 2.5]


def test_the_z_score_says_how_far_the_last_one_is_from_the_mean() -> None:
    assert told(ZScore(4), [1.0, 1.0, 1.0, 1.0, 5.0])[3:] == [0.0, 3 / sqrt(3)]
    assert told(ZScore(2), [5.0, 3.0, 4.0]) == [None, -1.0, 1.0]


def test_the_slope_of_a_straight_line_is_its_step() -> None:
    assert told(LinearSlope(4), [1.0, 3.5, 6.0, 8.5, 11.0]) == [None, None, None, 2.5, 2.5]


def test_the_slope_of_a_bent_line_is_that_of_the_best_straight_one() -> None:
    assert told(LinearSlope(3), [0.0, 5.0, 1.0]) == [None, None, 0.5]


def test_what_moves_along_correlates_by_one_and_what_moves_against_by_minus_one() -> None:
    first = [1.0, 2.0, 4.0, 3.0]

    assert told(Correlation(3), first, [20.0, 40.0, 80.0, 60.0])[2:] == pytest.approx([1.0, 1.0])
    assert told(Correlation(3), first, [-1.0, -2.0, -4.0, -3.0])[2:] == pytest.approx([-1.0, -1.0])
    assert told(Correlation(3), [1.0, 2.0, 3.0], [1.0, 5.0, 1.0]) == [None, None, 0.0]


def test_nothing_correlates_with_what_stands_still() -> None:
    assert told(Correlation(2), [1.0, 2.0], [0.1, 0.1]) == [None, 0.0]
    assert told(Correlation(2), [0.1, 0.1], [1.0, 2.0]) == [None, 0.0]


def test_a_correlation_is_never_beyond_one() -> None:
    random = Random(3)
    first = [random.uniform(1, 2) for _ in range(500)]
    values = told(Correlation(3), first, [number / 3 for number in first])[2:]

    assert all(value is not None and 1 - 1e-12 < value <= 1 for value in values)


def test_they_are_what_the_standard_library_says_of_each_window() -> None:
    random = Random(1)
    first = [random.gauss(100, 5) for _ in range(60)]
    second = [number + random.gauss(0, 3) for number in first]
    length = 10
    kinds = (Variance, StdDev, ZScore, LinearSlope)
    columns: list[list[float | None]] = [told(kind(length), first) for kind in kinds]
    columns.append(told(Correlation(length), first, second))

    for stop in range(length, 61):
        window, other = first[stop - length : stop], second[stop - length : stop]
        right = (
            pvariance(window),
            pstdev(window),
            (window[-1] - fmean(window)) / pstdev(window),
            linear_regression(range(length), window).slope,
            linear_regression(window, other).slope * pstdev(window) / pstdev(other),
        )
        assert [column[stop - 1] for column in columns] == pytest.approx(right, rel=1e-9)


def test_a_spike_that_has_left_does_not_show() -> None:
    random = Random(7)
    prices = [round(random.gauss(60_000, 1), 1) for _ in range(40)]
    others = [round(random.gauss(60_000, 1), 1) for _ in range(40)]
    for kind in KINDS:
        spiked, calm = kind(20), kind(20)
        series = [prices, others][: len(kind.inputs)]
        told(spiked, *([6e10, 6e16, 6e-10] for _ in series))

        assert told(spiked, *series)[19:] == told(calm, *series)[19:]


def test_deviations_of_a_cent_in_a_hundred_billion_are_right() -> None:
    prices = [1e11, 1e11 + 0.01, 1e11 - 0.02, 1e11 + 0.01]
    exact = [Fraction(price) for price in prices]
    mean = sum(exact) / 4
    right = float(sum((price - mean) ** 2 for price in exact) / 4)

    (*_, value) = told(Variance(4), prices)
    assert value == right
    assert value is not None
    assert isclose(value, 1.5e-4, rel_tol=0.01)  # prices so high have hardly any cents left


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_down_goes_on_the_same(kind: Any) -> None:
    random, first, second = Random(9), kind(6), kind(6)
    rows = [[random.gauss(1, 1e-3) for _ in kind.inputs] for _ in range(30)]
    told(first, *zip(*rows[:9], strict=True))
    second.restore(msgspec.json.decode(msgspec.json.encode(first.snapshot())))

    rest = [*zip(*rows[9:], strict=True)]
    assert told(second, *rest) == told(first, *rest)
    assert second.snapshot() == first.snapshot()


@pytest.mark.parametrize("kind", KINDS)
def test_they_need_two_numbers_at_least(kind: Any) -> None:
    with pytest.raises(ValueError, match="length is 1, the least is 2"):
        kind(1)
    with pytest.raises(ValueError, match=r"length is 2\.5, it must be a whole number"):
        kind(2.5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_value_comes_with_the_last_number_of_the_first_window(kind: Any) -> None:
    indicator = kind(5)
    columns = [[1.0, 2.0, 4.0, 3.0, 5.0]] * len(kind.inputs)

    assert [value is None for value in told(indicator, *columns)] == [True] * 4 + [False]
    assert indicator.warmup == 5
