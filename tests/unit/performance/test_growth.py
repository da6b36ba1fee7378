"""Equity alone tells what an account grew by, and how."""

import pytest

from noctule.performance.growth import growth_of
from noctule.performance.ratios import Unknown
from tests.course_builders import HOUR_MS, START_MS, course, curve, daily_course


def test_a_run_lasts_from_the_first_candles_opening_to_the_last_ones_close() -> None:
    found = growth_of(course(curve=curve([1_000, 1_100, 1_050])))

    assert (found.from_ms, found.to_ms) == (START_MS, START_MS + 3 * HOUR_MS)
    assert found.days == 3 / 24
    assert (found.equity, found.profit) == (1_050.0, 50.0)
    assert found.return_share == pytest.approx(0.05)


def test_thirty_days_are_enough_to_speak_of_a_year() -> None:
    line = [1_000 * (1.01 if day % 2 else 1.0) for day in range(29)]
    found = growth_of(daily_course(*line, 1_100.0))

    assert found.days == 30
    assert found.ratios["cagr"] == pytest.approx(1.1 ** (365 / 30) - 1)
    assert not isinstance(found.ratios["sharpe"], Unknown)
    assert not isinstance(found.ratios["sortino"], Unknown)
    assert found.ratios["calmar"] == pytest.approx((1.1 ** (365 / 30) - 1) / (10 / 1_010))


def test_without_a_candle_nothing_happened() -> None:
    found = growth_of(course(curve=curve([])))

    assert (found.from_ms, found.to_ms, found.days) == (0, 0, 0.0)
    assert (found.equity, found.profit) == (1_000.0, 0.0)
    assert found.ratios["calmar"] == Unknown("needs 30 days, there are 0.0")


def test_an_account_begins_with_something_and_is_always_a_number() -> None:
    with pytest.raises(AssertionError, match="begins with a balance"):
        growth_of(course(balance="0"))
    with pytest.raises(AssertionError, match="equity is a number"):
        growth_of(course(curve=curve([float("nan")])))
