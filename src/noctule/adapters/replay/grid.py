"""The grid that candles stand on, for whole columns of times at once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from noctule.domain.values import Timeframe

__all__ = ["candles_between", "next_opens", "opens"]

_Times = NDArray[np.int64]
_DAY_MS: Final = 86_400_000


def opens(times_ms: _Times, timeframe: Timeframe) -> _Times:
    """Return when the candles that hold these instants open, as `Timeframe.open_of` does."""
    if timeframe is Timeframe.MO1:
        return _month_opens(_months(times_ms))
    anchor_ms = timeframe.open_of(0) % timeframe.ms
    return times_ms - (times_ms - anchor_ms) % timeframe.ms


def next_opens(times_ms: _Times, timeframe: Timeframe) -> _Times:
    """Return when the candles after those open, as `Timeframe.next_open` does."""
    if timeframe is Timeframe.MO1:
        return _month_opens(_months(times_ms) + 1)
    return opens(times_ms, timeframe) + timeframe.ms


def candles_between(from_ms: int, to_ms: int, timeframe: Timeframe) -> int:
    """Return how many candles open from the first instant on and before the other."""
    if timeframe is Timeframe.MO1:
        first, last = _months(np.array([from_ms, to_ms]))
        return int(last - first)
    return (to_ms - from_ms) // timeframe.ms


def _months(times_ms: _Times) -> _Times:
    return times_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)


def _month_opens(months: _Times) -> _Times:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) * _DAY_MS
