"""Growth by its risk, as figures of a year; or why there is no such figure."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

__all__ = [
    "DAYS_MIN",
    "YEAR_DAYS",
    "Unknown",
    "cagr",
    "calmar",
    "known",
    "sharpe",
    "sortino",
    "t_value",
]

YEAR_DAYS: Final = 365  # crypto trades on all of them
DAYS_MIN: Final = 30  # fewer say nothing about a year
_NOTHING: Final = 1e-12  # a deviation below it is a rounding error
_BEYOND: Final = "the numbers are beyond reckoning"


class Unknown(Struct, frozen=True):
    """Why there is no figure, in words."""

    why: str


def cagr(*, start: float, end: float, days: float) -> float | Unknown:
    """Return the yearly growth that would have led from start to end."""
    assert start > 0, f"grew from {start}"
    if days < DAYS_MIN:
        return Unknown(f"needs {DAYS_MIN} days, there are {days:.1f}")
    if end <= 0:
        return Unknown("nothing was left at the end")
    exponent = (math.log(end) - math.log(start)) * YEAR_DAYS / days
    return Unknown(_BEYOND) if exponent > math.log(1e300) else math.expm1(exponent)


def sharpe(worth: Sequence[float]) -> float | Unknown:
    """Return the mean daily return by its deviation, for a year, from what each day ended with."""
    returns = _returns(worth)
    if isinstance(returns, Unknown):
        return returns
    deviation = _deviation(returns)
    if deviation < _NOTHING:
        return Unknown("no day differed from another")
    return _yearly(_mean(returns) / deviation)


def sortino(worth: Sequence[float]) -> float | Unknown:
    """Return the mean daily return by the deviation of the losing days below zero, for a year."""
    returns = _returns(worth)
    if isinstance(returns, Unknown):
        return returns
    downside = math.sqrt(_mean([min(each, 0.0) ** 2 for each in returns]))
    if downside < _NOTHING:
        return Unknown("no day lost anything")
    return _yearly(_mean(returns) / downside)


def calmar(*, growth: float | Unknown, drawdown_share: float | None) -> float | Unknown:
    """Return the yearly growth by the deepest fall."""
    if isinstance(growth, Unknown):
        return growth
    if drawdown_share is None:
        return Unknown("equity never fell below where it had been")
    return _finite(growth / drawdown_share)


def t_value(results: Sequence[float]) -> float | Unknown:
    """Return by how many of its standard errors a mean result lies from nothing."""
    if len(results) < 2:
        return Unknown(f"needs 2 trades, there {_are(len(results))}")
    deviation = _deviation(results)
    if deviation < _NOTHING:
        return Unknown("every trade came out the same")
    return _finite(_mean(results) / deviation * math.sqrt(len(results)))


def known(figure: float | Unknown) -> float | None:
    """Return a figure, or None where there is none."""
    return None if isinstance(figure, Unknown) else figure


def _returns(worth: Sequence[float]) -> list[float] | Unknown:
    days = len(worth) - 1
    if days < DAYS_MIN:
        return Unknown(f"needs {DAYS_MIN} days, there {_are(max(days, 0))}")
    if min(worth) <= 0:
        return Unknown("a day ended with nothing or less")
    returns = [after / before - 1 for before, after in pairwise(worth)]
    return returns if max(returns) < 1e100 else Unknown(_BEYOND)


def _mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def _deviation(numbers: Sequence[float]) -> float:
    mean = _mean(numbers)
    return math.sqrt(math.fsum((each - mean) ** 2 for each in numbers) / (len(numbers) - 1))


def _yearly(daily: float) -> float:
    return daily * math.sqrt(YEAR_DAYS)


def _finite(ratio: float) -> float | Unknown:
    return ratio if math.isfinite(ratio) else Unknown(_BEYOND)


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"
