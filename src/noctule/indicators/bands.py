"""Bands around the price: where it has been, or would be far out."""

from typing import ClassVar

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.averages import Ema
from noctule.indicators.base import Indicator, at_least, whole_at_least
from noctule.indicators.exact import Moments
from noctule.indicators.extremes import Highest, Lowest
from noctule.indicators.volatility import Atr

__all__ = ["Bollinger", "BollingerValue", "Channel", "Donchian", "Keltner"]


class Channel(Struct, frozen=True, gc=False):
    """Two bands and what lies between."""

    upper: float
    middle: float
    lower: float


class BollingerValue(Struct, frozen=True, gc=False):
    """The bands; how far apart they are, as a share of the middle; where the price is in them.

    `percent_b` is 0 on the lower band, 1 on the upper one, and 0.5 while all prices are equal.
    """

    upper: float
    middle: float
    lower: float
    width: float
    percent_b: float


class Bollinger(Indicator[BollingerValue]):
    """Bands of so many standard deviations around the mean of the latest prices."""

    __slots__ = ("_factor", "_length", "_moments")

    shape: ClassVar[type[Struct] | None] = BollingerValue

    def __init__(self, length: int, factor: float) -> None:
        super().__init__(length, factor)
        whole_at_least(2, length=length)
        if not factor > 0:
            raise ValueError(f"factor is {factor}, it must be above 0")
        self._length = length
        self._factor = factor
        self._moments = Moments(length)

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, price: float) -> BollingerValue | None:
        """Take the next price."""
        moments = self._moments
        if not moments.push(price):
            return None
        middle, distance = moments.mean, self._factor * moments.deviation
        width = 2 * distance
        place = 0.5 + moments.newest / width if width else 0.5
        share = width / middle if middle else 0.0
        self.value = value = BollingerValue(
            middle + distance, middle, middle - distance, share, place
        )
        return value


class Keltner(Indicator[Channel]):
    """Bands of so many average true ranges around the exponential average of typical prices.

    A candle's typical price is the mean of its high, low and close. Whichever of the two averages
    needs fewer candles begins so much later, so that both have their first value together.
    """

    __slots__ = ("_atr", "_atr_from", "_average", "_average_from", "_factor", "_taken")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close")
    shape: ClassVar[type[Struct] | None] = Channel

    def __init__(self, length: int, atr_length: int, factor: float) -> None:
        super().__init__(length, atr_length, factor)
        at_least(0, factor=factor)
        self._average = Ema(length)
        self._atr = Atr(atr_length)
        self._average_from = max(0, self._atr.warmup - self._average.warmup)
        self._atr_from = max(0, self._average.warmup - self._atr.warmup)
        self._factor = factor
        self._taken = 0

    @property
    @override
    def warmup(self) -> int:
        return max(self._average.warmup, self._atr.warmup)

    @override
    def update(self, high: float, low: float, close: float) -> Channel | None:
        """Take the next candle's high, low and close."""
        taken = self._taken
        self._taken = taken + 1
        middle = reach = None
        if taken >= self._average_from:
            middle = self._average.update((high + low + close) / 3)
        if taken >= self._atr_from:
            reach = self._atr.update(high, low, close)
        if middle is not None and reach is not None:
            distance = self._factor * reach
            self.value = Channel(middle + distance, middle, middle - distance)
        return self.value


class Donchian(Indicator[Channel]):
    """The highest high and the lowest low of the latest candles, the last one included.

    No candle closes beyond a channel that it belongs to: a breakout is measured against the one
    `before` it.
    """

    __slots__ = ("_highest", "_length", "_lowest", "before")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low")
    shape: ClassVar[type[Struct] | None] = Channel

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(1, length=length)
        self._length = length
        self._highest = Highest(length)
        self._lowest = Lowest(length)
        self.before: Channel | None = None  # the channel as it stood before the latest candle

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, high: float, low: float) -> Channel | None:
        """Take the next candle's high and low."""
        self.before = self.value
        self._highest.push(high)
        if self._lowest.push(low):
            upper, lower = self._highest.value, self._lowest.value
            self.value = Channel(upper, (upper + lower) / 2, lower)
        return self.value

    @override
    def _shape(self, name: str) -> type[Struct] | None:
        return Channel if name in ("before", "value") else None
