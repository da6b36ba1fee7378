"""The high and the low of a while, and when they were made."""

from noctule.domain.market import Candle
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.way import Way

__all__ = ["RunningRange"]


class RunningRange:
    """Grows with every candle it takes."""

    __slots__ = ("high", "high_ms", "low", "low_ms")

    def __init__(self, candle: Candle) -> None:
        self.high, self.high_ms = candle.high, candle.open_ms
        self.low, self.low_ms = candle.low, candle.open_ms

    def take(self, candle: Candle) -> None:
        """Take the next candle; an equal extreme leaves the first one's time."""
        if candle.high > self.high:
            self.high, self.high_ms = candle.high, candle.open_ms
        if candle.low < self.low:
            self.low, self.low_ms = candle.low, candle.open_ms

    def pools(self, source: PoolSource, name: str, *, since_ms: int) -> tuple[Pool, Pool]:
        """Return the stops beyond its ends: above the high, below the low."""
        ends = ((Way.UP, self.high, self.high_ms), (Way.DOWN, self.low, self.low_ms))
        above, below = (
            Pool(
                way=way,
                source=source,
                label=f"{name} {way.extreme}",
                price=price,
                at_ms=at_ms,
                since_ms=since_ms,
            )
            for way, price, at_ms in ends
        )
        return above, below
