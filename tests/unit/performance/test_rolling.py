"""A rolling figure looks back only, and is thinned without losing its end."""

import pytest

from noctule.performance.equity import DAY_MS, days_of
from noctule.performance.ratios import known, sharpe
from noctule.performance.records import TradeRecord
from noctule.performance.rolling import POINTS_MAX, Rolling, Series, rolling_of
from noctule.performance.tally import scored
from tests.course_builders import HOUR_MS, START_MS, curve, trade

NOTHING = Series(at_ms=(), values=())


def rolling(*trades: TradeRecord, equity: tuple[float, ...] = ()) -> Rolling:
    line = curve(equity, base_ms=DAY_MS)
    return rolling_of(days_of(line.at_ms, line.equity, start=1_000.0), scored(trades))


def closing(count: int, risk: str | None = "10") -> tuple[TradeRecord, ...]:
    return tuple(
        trade(str(number), closed_ms=START_MS + number * HOUR_MS, risk=risk)
        for number in range(count)
    )


def test_a_run_that_is_too_short_to_look_back_has_no_series() -> None:
    found = rolling(*closing(49), equity=(1_000.0,) * 29)

    assert found == Rolling(sharpe=NOTHING, expectancy=NOTHING, expectancy_r=NOTHING)


def test_expectancy_is_the_mean_of_the_fifty_trades_before() -> None:
    found = rolling(*closing(52))

    assert found.expectancy == Series(
        at_ms=tuple(START_MS + hour * HOUR_MS for hour in (49, 50, 51)), values=(24.5, 25.5, 26.5)
    )
    assert found.expectancy_r.values == pytest.approx((2.45, 2.55, 2.65))


def test_trades_without_a_stop_are_left_out_of_what_was_risked() -> None:
    found = rolling(*closing(60, risk=None), *closing(50))

    assert len(found.expectancy.values) == 61
    assert found.expectancy_r.values == pytest.approx((2.45,))


def test_sharpe_is_of_the_thirty_days_before_and_absent_where_nothing_moved() -> None:
    moving = tuple(1_000.0 + 7 * (day % 3) for day in range(30))
    found = rolling(equity=(*moving, *[1_000.0] * 31))

    assert found.sharpe.at_ms[0] == START_MS + 30 * DAY_MS
    assert found.sharpe.values[0] == known(sharpe([1_000.0, *moving]))
    assert found.sharpe.at_ms[-1] == START_MS + 61 * DAY_MS
    assert found.sharpe.values[-1] is None


def test_a_long_series_is_thinned_and_keeps_both_ends() -> None:
    found = rolling(*closing(50 + 3 * POINTS_MAX)).expectancy

    assert len(found.at_ms) == len(found.values) == len(set(found.at_ms)) == POINTS_MAX
    assert found.at_ms[0] == START_MS + 49 * HOUR_MS
    assert found.at_ms[-1] == START_MS + (49 + 3 * POINTS_MAX) * HOUR_MS
    assert found.values[-1] == 24.5 + 3 * POINTS_MAX
