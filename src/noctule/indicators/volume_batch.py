"""What the volume says about the price over whole series, NaN before it says anything."""

import numpy as np

from noctule.indicators.volume import ROUNDING
from noctule.indicators.window_batch import Series, at_the_end, rolling_sum

__all__ = ["delta", "mfi", "obv"]


def obv(close: Series, volume: Series) -> Series:
    """Return the on-balance volumes, with what each addition lost."""
    steps = volume * np.sign(np.diff(close, prepend=-np.inf))
    sums = np.cumsum(steps)
    before = np.concatenate(([0.0], sums))[:-1]
    shadow = sums - before
    return sums + np.cumsum((before - (sums - shadow)) + (steps - shadow))


def mfi(high: Series, low: Series, close: Series, volume: Series, length: int) -> Series:
    """Return the money flow indices."""
    typical = (high + low + close) / 3
    now, before = typical[1:], typical[:-1]
    change, turnover = now - before, now * volume[1:]
    counts = np.abs(change) > ROUNDING * (now + before)
    rising = rolling_sum(np.where(counts & (change > 0), turnover, 0.0), length)
    total = rising + rolling_sum(np.where(counts & (change < 0), turnover, 0.0), length)
    part = np.divide(rising, total, out=0 * total, where=total != 0)
    return at_the_end(100 * part, len(close))


def delta(bought: Series, volume: Series, length: int) -> Series:
    """Return what takers bought, less what they sold."""
    return rolling_sum(bought - (volume - bought), length)
