"""Moving averages of whole series: what the streaming ones say after each number, NaN before."""

from itertools import accumulate
from math import isqrt

import numpy as np

from noctule.indicators.base import whole_at_least
from noctule.indicators.window_batch import Series, at_the_end, rolling_sum, weighted_sum

__all__ = ["ema", "hma", "rma", "sma", "wma"]


def sma(numbers: Series, length: int) -> Series:
    """Return the means of the latest numbers."""
    return rolling_sum(numbers, length) / length


def ema(numbers: Series, length: int) -> Series:
    """Return the averages in which each number counts for less the older it is."""
    return _smoothed(numbers, length, (length - 1) / (length + 1))


def rma(numbers: Series, length: int) -> Series:
    """Return Wilder's averages."""
    return _smoothed(numbers, length, (length - 1) / length)


def wma(numbers: Series, length: int) -> Series:
    """Return the means in which each number counts once more than the one before it."""
    return weighted_sum(numbers, length) / (length * (length + 1) // 2)


def hma(numbers: Series, length: int) -> Series:
    """Return Hull's averages."""
    whole_at_least(2, length=length)
    ahead = (2 * wma(numbers, length // 2) - wma(numbers, length))[length - 1 :]
    return at_the_end(wma(ahead, isqrt(length)), len(numbers))


def _smoothed(numbers: Series, length: int, behind: float) -> Series:
    """Begin with a mean and stay a share of the way behind each number: in order, as it must be."""
    seed = sma(numbers[:length], length)[length - 1 :].tolist()
    later = numbers[length:].tolist()
    values = accumulate(seed + later, lambda value, number: number + behind * (value - number))
    return at_the_end(np.fromiter(values, np.float64), len(numbers))
