"""What the volume says about the price: who was in a hurry, and on which side."""

from typing import ClassVar, Final

from typing_extensions import override

from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.window import Window

__all__ = ["ROUNDING", "Delta", "Mfi", "Obv"]

ROUNDING: Final = 1e-14  # of two prices: what they differ by no more than is no move


class Obv(Indicator[float]):
    """On-balance volume: that of candles that closed higher, less that of those closing lower.

    It begins with the first candle's volume; only how it changes means anything. What each
    addition loses to rounding is kept beside the sum.
    """

    __slots__ = ("_close", "_lost", "_sum")

    inputs: ClassVar[tuple[str, ...]] = ("close", "volume")

    def __init__(self) -> None:
        super().__init__()
        self._close: float | None = None
        self._sum = self._lost = 0.0

    @property
    @override
    def warmup(self) -> int:
        return 1

    @override
    def update(self, close: float, volume: float) -> float | None:
        """Take the next candle's close and volume."""
        before = self._close
        self._close = close
        if before is None or close > before:
            self._add(volume)
        elif close < before:
            self._add(-volume)
        return self.value

    def _add(self, volume: float) -> None:
        before = self._sum
        self._sum = total = before + volume
        shadow = total - before
        self._lost += (before - (total - shadow)) + (volume - shadow)
        self.value = total + self._lost


class Mfi(Indicator[float]):
    """The money flow index: the part of the latest turnover that came as the price rose, in %.

    A candle's turnover is its volume at its typical price, the mean of high, low and close; it
    counts as rising or falling as the typical price did. The index is 0 when nothing counts.
    """

    __slots__ = ("_before", "_falling", "_rising", "_warmup")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close", "volume")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(1, length=length)
        self._before: float | None = None
        self._rising, self._falling = Window(length), Window(length)
        self._warmup = length + 1

    @property
    @override
    def warmup(self) -> int:
        return self._warmup

    @override
    def update(self, high: float, low: float, close: float, volume: float) -> float | None:
        """Take the next candle's high, low, close and volume."""
        typical = (high + low + close) / 3
        before = self._before
        self._before = typical
        if before is None:
            return None
        change, turnover = typical - before, typical * volume
        if abs(change) <= ROUNDING * (typical + before):
            turnover = 0.0
        self._rising.push(0.0 if change < 0 else turnover)
        if self._falling.push(turnover if change < 0 else 0.0):
            rising = self._rising.total
            total = rising + self._falling.total
            self.value = 100 * (rising / total) if total else 0.0
        return self.value


class Delta(Indicator[float]):
    """What takers bought, less what they sold, over the latest candles."""

    __slots__ = ("_length", "_window")

    inputs: ClassVar[tuple[str, ...]] = ("taker_buy_volume", "volume")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length
        self._window = Window(length)

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, bought: float, volume: float) -> float | None:
        """Take what takers bought during the next candle, and its whole volume."""
        if self._window.push(bought - (volume - bought)):
            self.value = self._window.total
        return self.value
