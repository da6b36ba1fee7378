"""Which candles a series should have and has not."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from noctule.adapters.replay.columns import Gap
from noctule.adapters.replay.grid import candles_between, next_opens
from noctule.domain.values import Timeframe

__all__ = ["gaps_of"]

_ROWS: Final = 1 << 16  # at a time


def gaps_of(open_ms: NDArray[np.int64], timeframe: Timeframe) -> tuple[Gap, ...]:
    """Return the holes in a series; before its first candle and after its last one is none."""
    stretches = (open_ms[at : at + _ROWS + 1] for at in range(0, len(open_ms) - 1, _ROWS))
    return tuple(gap for each in stretches for gap in _within(each, timeframe))


def _within(open_ms: NDArray[np.int64], timeframe: Timeframe) -> Iterator[Gap]:
    expected = next_opens(open_ms[:-1], timeframe)
    for row in np.flatnonzero(open_ms[1:] != expected):
        from_ms, to_ms = int(expected[row]), int(open_ms[row + 1])
        yield Gap(from_ms=from_ms, to_ms=to_ms, candles=candles_between(from_ms, to_ms, timeframe))
