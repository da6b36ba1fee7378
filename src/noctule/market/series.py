"""The latest closed candles of one symbol and timeframe, and never more than that."""

from collections import deque
from collections.abc import Iterator

from noctule.domain.market import Candle

__all__ = ["CandleSeries"]


class CandleSeries:
    """A sliding window over closed candles, oldest first."""

    def __init__(self, *, capacity: int) -> None:
        assert capacity >= 1, f"capacity is {capacity}"
        self.capacity = capacity
        self._candles: deque[Candle] = deque(maxlen=capacity)

    def append(self, candle: Candle) -> None:
        """Add the next closed candle; the collector guarantees it is the next one."""
        if self._candles:
            last = self._candles[-1]
            assert candle.open_ms == last.close_ms + 1, (
                f"{candle.symbol} {candle.timeframe} opened at {candle.open_ms} "
                f"after one that closed at {last.close_ms}"
            )
        self._candles.append(candle)

    def closes(self, count: int) -> list[float]:
        """Return the latest closing prices, oldest first; fewer when there are no more."""
        first = max(0, len(self._candles) - count)
        return [self._candles[index].close for index in range(first, len(self._candles))]

    def __len__(self) -> int:
        return len(self._candles)

    def __iter__(self) -> Iterator[Candle]:
        return iter(self._candles)
