"""Lines that follow the price at a distance and change sides when it comes through."""

from typing import ClassVar

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.base import Indicator, at_least
from noctule.indicators.volatility import Atr

__all__ = ["ParabolicSar", "Supertrend", "SupertrendValue"]


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


class ParabolicSar(Indicator[float]):
    """Wilder's stop and reverse: a stop that comes closer the faster, the further the price goes.

    It begins on the second candle, on the side of the price that the first two do not move to
    (below it, if they do not say), at the first one's extreme. Each candle it goes a share of the
    way to the furthest price of its trend, never into the last two candles; the share begins at
    `step` and grows by it, to `step_max`, whenever there is a new furthest price. A candle that
    reaches the stop turns it: it goes to the furthest price, and the other way from there.
    """

    __slots__ = ("_furthest", "_high", "_is_up", "_low", "_next", "_share", "_step", "_step_max")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low")

    def __init__(self, step: float = 0.02, step_max: float = 0.2) -> None:
        super().__init__(step, step_max)
        at_least(0, step=step)
        at_least(step, step_max=step_max)
        self._step, self._step_max = step, step_max
        self._high: float | None = None  # of the candle before, as is the low
        self._low = self._furthest = self._next = 0.0
        self._share = step
        self._is_up = True

    @property
    @override
    def warmup(self) -> int:
        return 2

    @override
    def update(self, high: float, low: float) -> float | None:
        """Take the next candle's high and low."""
        if self._high is not None:
            if self.value is None:
                self._begin(high, low, self._high)
            self.value = self._step_on(max(high, self._high), min(low, self._low), high, low)
        self._high, self._low = high, low
        return self.value

    def _begin(self, high: float, low: float, high_before: float) -> None:
        """Take sides, and forget the first candle's reach, which binds nothing but the start."""
        fell = self._low - low
        self._is_up = not (fell > 0 and fell > high - high_before)
        self._next = self._low if self._is_up else high_before
        self._furthest = high if self._is_up else low
        self._high, self._low = high, low

    def _step_on(self, top: float, bottom: float, high: float, low: float) -> float:
        """Return this candle's stop and make the next; top and bottom are those of two candles."""
        stop, furthest = self._next, self._furthest
        is_up = self._is_up
        if low <= stop if is_up else high >= stop:
            self._is_up = is_up = not is_up
            stop = min(furthest, bottom) if is_up else max(furthest, top)
            self._share = self._step
            furthest = high if is_up else low
        elif high > furthest if is_up else low < furthest:
            self._share = min(self._share + self._step, self._step_max)
            furthest = high if is_up else low
        following = stop + self._share * (furthest - stop)
        self._next = min(following, bottom) if is_up else max(following, top)
        self._furthest = furthest
        return stop
