"""The latest closed candles of one symbol and timeframe, and never more than that."""

from collections import deque
from collections.abc import Iterator
from itertools import islice

from noctule.domain.market import Candle

__all__ = ["CandleSeries", "History"]


class History:
    """Closed candles, oldest first, to look at; who keeps them is the series."""

    def __init__(self, candles: deque[Candle]) -> None:
        self._candles = candles

    def latest(self, count: int) -> list[Candle]:
        """Return the latest candles, oldest first; fewer when there are no more."""
        newest_first = [*islice(reversed(self._candles), count)]
        return newest_first[::-1]

    def closes(self, count: int) -> list[float]:
        """Return the latest closing prices, oldest first; fewer when there are no more."""
        return [candle.close for candle in self.latest(count)]

    def __getitem__(self, index: int) -> Candle:
        return self._candles[index]

    def __len__(self) -> int:
        return len(self._candles)

    def __iter__(self) -> Iterator[Candle]:
        return iter(self._candles)


class CandleSeries:
    """Keeps a window of closed candles, each following the one before it."""

    last: Candle  # once there is one

    def __init__(self, *, capacity: int) -> None:
        assert capacity >= 1, f"capacity is {capacity}"
        self.capacity = capacity
        self.taken = 0  # candles so far, those that are no longer kept included
        self._candles: deque[Candle] = deque(maxlen=capacity)
        self.history = History(self._candles)

    def append(self, candle: Candle) -> None:
        """Add the next closed candle; the collector guarantees it is the next one."""
        if self._candles:
            last = self.last
            assert candle.open_ms == last.close_ms + 1, (
                f"{candle.symbol} {candle.timeframe} opened at {candle.open_ms} "
                f"after one that closed at {last.close_ms}"
            )
        self._candles.append(candle)
        self.last = candle
        self.taken += 1
