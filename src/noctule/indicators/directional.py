"""Whether there is a trend, and which way it goes."""

from typing import ClassVar

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.extremes import Highest, Lowest

__all__ = ["Adx", "AdxValue", "Aroon", "AroonValue"]


class AdxValue(Struct, frozen=True, gc=False):
    """How strong a trend is (ADX), and how much of all movement went up (+DI) and down (−DI)."""

    adx: float
    plus: float
    minus: float


class Adx(Indicator[AdxValue]):
    """Wilder's directional movement: +DI, −DI, and from how far they are apart the ADX.

    It is known once the ADX is: after twice so many candles, the first of which only has something
    to follow it. As long as nothing moves at all, +DI and −DI are 0 and so is the ADX, as TA-Lib
    has it.
    """

    __slots__ = (
        "_adx",
        "_close",
        "_down",
        "_high",
        "_length",
        "_low",
        "_minus",
        "_moves",
        "_plus",
        "_range",
        "_up",
    )

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close")
    shape: ClassVar[type[Struct] | None] = AdxValue

    def __init__(self, length: int = 14) -> None:
        super().__init__(length)
        whole_at_least(2, length=length)
        self._length = length
        self._moves = -1  # the first candle is none
        self._high = self._low = self._close = 0.0  # of the candle before
        self._up = self._down = self._range = 0.0  # sums that fade, as Wilder made them
        self._plus = self._minus = 0.0
        self._adx = 0.0  # while warming up, a sum

    @property
    @override
    def warmup(self) -> int:
        return 2 * self._length

    @override
    def update(self, high: float, low: float, close: float) -> AdxValue | None:
        """Take the next candle."""
        self._moves += 1
        if self._moves > 0:
            self._add(high, low)
        self._high, self._low, self._close = high, low, close
        if self._moves < self._length:
            return None
        self._average()
        if self._moves >= self.warmup - 1:
            self.value = AdxValue(self._adx, self._plus, self._minus)
        return self.value

    def _add(self, high: float, low: float) -> None:
        """Add what this candle moved beyond the one before, in the direction it went farther."""
        if self._moves >= self._length:
            self._up -= self._up / self._length
            self._down -= self._down / self._length
            self._range -= self._range / self._length
        up, down = high - self._high, self._low - low
        if down > 0 and up < down:
            self._down += down
        elif up > 0 and up > down:
            self._up += up
        span = max(high - low, abs(high - self._close), abs(low - self._close))
        if span:  # else all three fade alike, and what they are of each other stays to a digit
            self._range += span
            self._plus = 100 * (self._up / self._range)
            self._minus = 100 * (self._down / self._range)

    def _average(self) -> None:
        """Average how far +DI and −DI are apart: a mean to begin with, and Wilder's from then."""
        both = self._plus + self._minus
        apart = 100 * (abs(self._minus - self._plus) / both) if both else None
        if self._moves < self.warmup:
            self._adx += apart or 0.0
            if self._moves == self.warmup - 1:
                self._adx /= self._length
        elif apart is not None:
            self._adx = (self._adx * (self._length - 1) + apart) / self._length


class AroonValue(Struct, frozen=True, gc=False):
    """How fresh the highest high and the lowest low are, in percent, and the difference."""

    up: float
    down: float
    oscillator: float


class Aroon(Indicator[AroonValue]):
    """How long ago the highest high and the lowest low were: 100 for now, 0 for `length` candles.

    It is known once there is a candle so long ago. Of equal ones the newest counts.
    """

    __slots__ = ("_highest", "_length", "_lowest")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low")
    shape: ClassVar[type[Struct] | None] = AroonValue

    def __init__(self, length: int = 25) -> None:
        super().__init__(length)
        whole_at_least(1, length=length)
        self._length = length
        self._highest = Highest(length + 1)
        self._lowest = Lowest(length + 1)

    @property
    @override
    def warmup(self) -> int:
        return self._length + 1

    @override
    def update(self, high: float, low: float) -> AroonValue | None:
        """Take the next candle."""
        self._lowest.push(low)
        if self._highest.push(high):
            length = self._length
            up = 100 * (length - self._highest.age) / length
            down = 100 * (length - self._lowest.age) / length
            self.value = AroonValue(up, down, up - down)
        return self.value
