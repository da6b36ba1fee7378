"""How far prices move over whole series: what the streaming indicators say, NaN before."""

from itertools import accumulate
from math import log

import numpy as np

from noctule.indicators.window_batch import Series, at_the_end, rolling_sum

__all__ = ["atr", "realised_volatility"]


def atr(high: Series, low: Series, close: Series, length: int) -> Series:
    """Return Wilder's average true ranges; each leans on the one before, so they go in order."""
    before = close[:-1]
    ranges = np.maximum(high[1:], before) - np.minimum(low[1:], before)
    if len(ranges) < length:
        return np.full(len(close), np.nan)
    seed = np.cumsum(ranges[:length])[-1:] / length
    values = accumulate(
        [*seed.tolist(), *ranges[length:].tolist()],
        lambda value, reach: (value * (length - 1) + reach) / length,
    )
    return at_the_end(np.fromiter(values, np.float64), len(close))


def realised_volatility(prices: Series, length: int, candles_a_year: float = 1) -> Series:
    """Return the roots of the mean squared logarithmic returns.

    The logarithm is Python's: numpy's own may differ in the last bit, from machine to machine.
    """
    changes = np.array([log(ratio) for ratio in (prices[1:] / prices[:-1]).tolist()])
    squares = rolling_sum(changes * changes, length)
    return at_the_end(np.sqrt(squares * (candles_a_year / length)), len(prices))
