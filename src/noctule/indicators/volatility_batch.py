"""How far prices move over whole series: what the streaming indicators say, NaN before."""

from itertools import accumulate

import numpy as np

from noctule.indicators.window_batch import Series, at_the_end

__all__ = ["atr"]


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
