"""Previous days and weeks: their highs and lows, where stops rest."""

from collections.abc import Sequence

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.running_range import RunningRange

__all__ = ["Period"]


class Period:
    """Follows one day or week after the other, in UTC, from its first candle to its last.

    One that had begun before the first candle is not told: its extremes may lie before. Candles
    as long as the period, or longer, know nothing of what is in it.
    """

    def __init__(self, length: Timeframe, source: PoolSource) -> None:
        self._length = length
        self._source = source
        self._range: RunningRange | None = None
        self._last_ms: int | None = None  # of the running one

    def update(self, candle: Candle) -> Sequence[Pool]:
        """Take a closed candle, and return the pools of the period that ends with it."""
        if self._last_ms is None or candle.open_ms > self._last_ms:
            self._begin(candle)
        elif self._range is not None:
            self._range.take(candle)
        if candle.close_ms != self._last_ms or self._range is None:
            return ()
        name = f"previous {self._source}"
        since_ms = self._length.open_of(candle.open_ms)
        return self._range.pools(self._source, name, since_ms=since_ms)

    def _begin(self, candle: Candle) -> None:
        self._last_ms = self._length.close_of(candle.open_ms)
        is_whole = candle.open_ms == self._length.open_of(candle.open_ms)
        is_built = self._length.is_built_from(candle.timeframe)
        self._range = RunningRange(candle) if is_whole and is_built else None
