"""How far prices move."""

from math import log, sqrt
from typing import ClassVar

from typing_extensions import override

from noctule.indicators.base import Indicator, at_least, whole_at_least
from noctule.indicators.window import Window

__all__ = ["Atr", "RealisedVolatility"]


class Atr(Indicator[float]):
    """The average true range: how far a candle reaches, the gap before it included, on average.

    Wilder's: it begins with the mean of the first ranges, then each range counts one part in
    `length`. The first candle has no close before it and so no range.
    """

    __slots__ = ("_close", "_length", "_older", "_seeds", "_sum")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(1, length=length)
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


class RealisedVolatility(Indicator[float]):
    """The root of the mean squared logarithmic return of the latest candles: 0.01 is one percent.

    It is that of one candle; told how many candles a year has, it is that of a year.
    """

    __slots__ = ("_before", "_per_candle", "_squares", "_warmup")

    def __init__(self, length: int, candles_a_year: float = 1) -> None:
        super().__init__(length, candles_a_year)
        whole_at_least(1, length=length)
        at_least(1, candles_a_year=candles_a_year)
        self._before: float | None = None
        self._per_candle = candles_a_year / length
        self._squares = Window(length)
        self._warmup = length + 1

    @property
    @override
    def warmup(self) -> int:
        return self._warmup

    @override
    def update(self, price: float) -> float | None:
        """Take the next price, which is above 0."""
        before = self._before
        self._before = price
        if before is not None:
            change = log(price / before)
            if self._squares.push(change * change):
                self.value = sqrt(self._squares.total * self._per_candle)
        return self.value
