"""What was paid on average over whole series: what the streaming ones say, NaN before."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from noctule.indicators.vwap import DAY_MS, HOUR_MS
from noctule.indicators.window_batch import Series, rolling_sum

__all__ = ["session_vwap", "vwap"]


def vwap(high: Series, low: Series, close: Series, volume: Series, length: int) -> Series:
    """Return the means of the latest candles' typical prices, weighted by volume."""
    typical = (high + low + close) / 3
    return _mean(rolling_sum(typical * volume, length), rolling_sum(volume, length), typical)


def session_vwap(
    high: Series,
    low: Series,
    close: Series,
    volume: Series,
    open_ms: NDArray[np.int64],
    start_hour: int = 0,
) -> Series:
    """Return, at each candle, the mean of the session's typical prices, weighted by volume."""
    typical = (high + low + close) / 3
    sessions = (open_ms - start_hour * HOUR_MS) // DAY_MS
    starts = np.flatnonzero(np.diff(sessions, prepend=sessions[:1] - 1))
    paid, traded = np.zeros(len(close)), np.zeros(len(close))
    for start, stop in pairwise([*starts, len(close)]):
        paid[start:stop] = np.cumsum((typical * volume)[start:stop])
        traded[start:stop] = np.cumsum(volume[start:stop])
    return _mean(paid, traded, typical)


def _mean(paid: Series, volume: Series, typical: Series) -> Series:
    told = np.where(volume == 0, typical, np.nan)
    return np.divide(paid, volume, out=told, where=volume != 0)
