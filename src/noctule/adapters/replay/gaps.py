"""Which candles a series should have and has not."""

import numpy as np
from numpy.typing import NDArray

from noctule.adapters.replay.columns import Gap
from noctule.adapters.replay.grid import candles_between, next_opens
from noctule.domain.values import Timeframe

__all__ = ["gaps_of"]


def gaps_of(open_ms: NDArray[np.int64], timeframe: Timeframe) -> tuple[Gap, ...]:
    """Return the holes in a series; before its first candle and after its last one is none."""
    expected = next_opens(open_ms[:-1], timeframe)
    return tuple(
        Gap(
            from_ms=int(expected[row]),
            to_ms=int(open_ms[row + 1]),
            candles=candles_between(int(expected[row]), int(open_ms[row + 1]), timeframe),
        )
        for row in np.flatnonzero(open_ms[1:] != expected)
    )
