"""How far prices move."""

from typing import ClassVar

from typing_extensions import override

from noctule.indicators.base import Indicator, at_least

__all__ = ["Atr"]


class Atr(Indicator[float]):
    """The average true range: how far a candle reaches, the gap before it included, on average.

    Wilder's: it begins with the mean of the first ranges, then each range counts one part in
    `length`. The first candle has no close before it and so no range.
    """

    __slots__ = ("_close", "_length", "_older", "_seeds", "_sum")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        at_least(1, length=length)
        self._length = length
        self._older = length - 1  # so many parts of the next value are what it was before
        self._close: float | None = None
        self._sum = 0.0
        self._seeds = 0

    @property
    @override
    def warmup(self) -> int:
        return self._length + 1

    @override
    def update(self, high: float, low: float, close: float) -> float | None:
        """Take the next candle's high, low and close."""
        before = self._close
        self._close = close
        if before is None:
            return None
        top = before if before > high else high
        reach = top - before if before < low else top - low
        value = self.value
        if value is None:
            return self._seed(reach)
        self.value = value = (value * self._older + reach) / self._length
        return value

    def _seed(self, reach: float) -> float | None:
        self._sum += reach
        self._seeds += 1
        if self._seeds == self._length:
            self.value = self._sum / self._length
        return self.value
