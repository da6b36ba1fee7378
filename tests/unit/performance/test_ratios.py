"""Growth is told by its risk, and where it cannot be, it is said why."""

import math

import pytest

from noctule.performance.ratios import Unknown, cagr, calmar, known, sharpe, sortino, t_value

BEYOND = Unknown("the numbers are beyond reckoning")
UP_AND_DOWN = [1_000.0, *(1_000.0 * factor for _ in range(15) for factor in (1.02, 1.02 * 0.99))]
# 1,000, 1,020, 1,009.8 and again 1,020 …: each return is known by hand.


def test_a_year_of_doubling_grew_by_one() -> None:
    assert cagr(start=1_000, end=2_000, days=365) == pytest.approx(1.0)
    assert cagr(start=1_000, end=2_000, days=730) == pytest.approx(math.sqrt(2) - 1)
    assert cagr(start=1_000, end=500, days=365) == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("end", "days", "found"),
    [
        (2_000.0, 29.5, Unknown("needs 30 days, there are 29.5")),
        (0.0, 400.0, Unknown("nothing was left at the end")),
        (-5.0, 400.0, Unknown("nothing was left at the end")),
        (1e300, 30.0, BEYOND),
    ],
)
def test_growth_that_no_year_can_show_is_not_told(end: float, days: float, found: Unknown) -> None:
    assert cagr(start=1_000, end=end, days=days) == found


def test_sharpe_is_the_mean_daily_return_by_its_deviation_times_the_root_of_365() -> None:
    down, up = 1 / 1.02 / 0.99, 1.02  # from 1,009.8 back to 1,020 it is less than from 1,000
    returns = [0.02, -0.01] + [1.02 / (1.02 * 0.99) - 1, -0.01] * 14
    mean = sum(returns) / 30
    deviation = math.sqrt(sum((each - mean) ** 2 for each in returns) / 29)

    assert up * down < 1.02
    assert sharpe(UP_AND_DOWN) == pytest.approx(mean / deviation * math.sqrt(365))


def test_sortino_counts_only_what_the_losing_days_lost() -> None:
    returns = [0.02, -0.01] + [1.02 / (1.02 * 0.99) - 1, -0.01] * 14
    downside = math.sqrt(15 * 0.01**2 / 30)

    assert sortino(UP_AND_DOWN) == pytest.approx(sum(returns) / 30 / downside * math.sqrt(365))


@pytest.mark.parametrize(
    ("worth", "why"),
    [
        ([], "needs 30 days, there are 0"),
        ([1_000.0, 1_001.0], "needs 30 days, there is 1"),
        ([1_000.0] * 30, "needs 30 days, there are 29"),
        ([1_000.0] * 40 + [0.0], "a day ended with nothing or less"),
        ([1_000.0] * 40 + [1e-150, 1e150], "the numbers are beyond reckoning"),
    ],
)
def test_days_that_tell_nothing_are_told_as_such(worth: list[float], why: str) -> None:
    assert sharpe(worth) == Unknown(why)
    assert sortino(worth) == Unknown(why)


def test_an_account_that_never_moved_has_no_ratio() -> None:
    still = [1_000.0] * 40
    rising = [1_000.0 + 3 * day for day in range(40)]

    assert sharpe(still) == Unknown("no day differed from another")
    assert sortino(rising) == Unknown("no day lost anything")


def test_calmar_is_growth_by_the_deepest_fall() -> None:
    short = Unknown("needs 30 days, there are 3.0")

    assert calmar(growth=0.5, drawdown_share=0.25) == 2.0
    assert calmar(growth=0.5, drawdown_share=None) == Unknown(
        "equity never fell below where it had been"
    )
    assert calmar(growth=short, drawdown_share=0.25) == short
    assert calmar(growth=1e300, drawdown_share=1e-300) == BEYOND


def test_a_mean_is_told_in_its_standard_errors() -> None:
    # Mean 1, deviation sqrt(((2-1)² + 0 + (0-1)²) / 2) = 1: 1 / (1 / sqrt 3).
    assert t_value([2.0, 1.0, 0.0]) == pytest.approx(math.sqrt(3))
    assert t_value([]) == Unknown("needs 2 trades, there are 0")
    assert t_value([1.0]) == Unknown("needs 2 trades, there is 1")
    assert t_value([1.0, 1.0]) == Unknown("every trade came out the same")


def test_what_is_not_known_is_none() -> None:
    assert known(1.5) == 1.5
    assert known(Unknown("because")) is None
