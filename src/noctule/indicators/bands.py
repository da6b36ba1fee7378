"""Bands around the price: where it has been, or would be far out."""

from typing import ClassVar

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.base import Indicator
from noctule.indicators.extremes import Highest, Lowest

__all__ = ["Channel", "Donchian"]


class Channel(Struct, frozen=True, gc=False):
    """Two bands and what lies between."""

    upper: float
    middle: float
    lower: float


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
