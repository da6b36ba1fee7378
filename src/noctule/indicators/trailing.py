"""Lines that follow the price at a distance and change sides when it comes through."""

from typing import ClassVar

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.base import Indicator, at_least
from noctule.indicators.volatility import Atr

__all__ = ["Supertrend", "SupertrendValue"]


class SupertrendValue(Struct, frozen=True, gc=False):
    """The line, and 1 while it lies below the price as a trend goes up, or −1."""

    line: float
    direction: int


class Supertrend(Indicator[SupertrendValue]):
    """A band of so many average true ranges behind the price, which only ever comes closer.

    The bands of one candle lie `factor` average true ranges from the middle of its high and low.
    The upper band in force goes down to that of the candle and never up, unless the close before
    was above it; the lower one likewise goes up, unless the close before was below it.
    The first candle with a range begins upwards. A close below the lower band in force turns the
    trend down, one above the upper band turns it up; a close on a band turns nothing.
    The line is the lower band in an upward trend and the upper band in a downward one.
    """

    __slots__ = ("_atr", "_close", "_direction", "_factor", "_lower", "_upper")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close")
    shape: ClassVar[type[Struct] | None] = SupertrendValue

    def __init__(self, length: int, factor: float) -> None:
        super().__init__(length, factor)
        at_least(0, factor=factor)
        self._atr = Atr(length)
        self._factor = factor
        self._close = self._lower = self._upper = 0.0
        self._direction = 1

    @property
    @override
    def warmup(self) -> int:
        return self._atr.warmup

    @override
    def update(self, high: float, low: float, close: float) -> SupertrendValue | None:
        """Take the next candle's high, low and close."""
        reach = self._atr.update(high, low, close)
        if reach is None:
            return None
        middle, distance = (high + low) / 2, self._factor * reach
        if self.value is None:
            self._upper, self._lower = middle + distance, middle - distance
        else:
            self._follow(middle + distance, middle - distance, close)
        self._close = close
        line = self._lower if self._direction > 0 else self._upper
        self.value = value = SupertrendValue(line, self._direction)
        return value

    def _follow(self, upper: float, lower: float, close: float) -> None:
        """Bring the bands closer, or let go of one that was closed beyond, and look who is out."""
        before = self._close
        if upper < self._upper or before > self._upper:
            self._upper = upper
        if lower > self._lower or before < self._lower:
            self._lower = lower
        if self._direction > 0:
            self._direction = -1 if close < self._lower else 1
        else:
            self._direction = 1 if close > self._upper else -1
