"""Where a number stands between the lowest and the highest of the latest ones, in percent."""

from typing import ClassVar

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.averages import Sma
from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.extremes import Highest, Lowest
from noctule.indicators.momentum import Rsi

__all__ = ["StochRsi", "Stochastic", "StochasticValue"]


class StochasticValue(Struct, frozen=True, gc=False):
    """The place in the range, %K, and its average, %D."""

    k: float
    d: float


class Stochastic(Indicator[StochasticValue]):
    """Lane's slow stochastic: the close's place in the range of the latest candles.

    `length` candles make the range, %K is the mean of the latest `slowing` places, and %D that of
    the latest `smoothing` %K; it is known once %D is. In a range without width the place is 0, as
    TA-Lib has it.
    """

    __slots__ = ("_d", "_highest", "_k", "_length", "_lowest")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close")
    shape: ClassVar[type[Struct] | None] = StochasticValue

    def __init__(self, length: int = 14, slowing: int = 3, smoothing: int = 3) -> None:
        super().__init__(length, slowing, smoothing)
        whole_at_least(1, length=length, slowing=slowing, smoothing=smoothing)
        self._length = length
        self._highest = Highest(length)
        self._lowest = Lowest(length)
        self._k = Sma(slowing)
        self._d = Sma(smoothing)

    @property
    @override
    def warmup(self) -> int:
        return self._length + self._k.warmup + self._d.warmup - 2

    @override
    def update(self, high: float, low: float, close: float) -> StochasticValue | None:
        """Take the next candle."""
        self._lowest.push(low)
        if not self._highest.push(high):
            return None
        k = self._k.update(_place(self._lowest.value, self._highest.value, close))
        if k is None:
            return None
        d = self._d.update(k)
        if d is not None:
            self.value = StochasticValue(k, d)
        return self.value


class StochRsi(Indicator[StochasticValue]):
    """Where the RSI stands between the lowest and the highest of its latest values.

    `length` is that of the RSI, `reach` values of it make the range; the place is %K, and %D is the
    mean of the latest `smoothing` of them. It is known once %D is.
    """

    __slots__ = ("_d", "_highest", "_lowest", "_reach", "_rsi")

    shape: ClassVar[type[Struct] | None] = StochasticValue

    def __init__(self, length: int = 14, reach: int = 14, smoothing: int = 3) -> None:
        super().__init__(length, reach, smoothing)
        whole_at_least(1, reach=reach, smoothing=smoothing)
        self._rsi = Rsi(length)
        self._reach = reach
        self._highest = Highest(reach)
        self._lowest = Lowest(reach)
        self._d = Sma(smoothing)

    @property
    @override
    def warmup(self) -> int:
        return self._rsi.warmup + self._reach + self._d.warmup - 2

    @override
    def update(self, number: float) -> StochasticValue | None:
        """Take the next number."""
        rsi = self._rsi.update(number)
        if rsi is None:
            return None
        self._lowest.push(rsi)
        if not self._highest.push(rsi):
            return None
        k = _place(self._lowest.value, self._highest.value, rsi)
        d = self._d.update(k)
        if d is not None:
            self.value = StochasticValue(k, d)
        return self.value


def _place(lowest: float, highest: float, number: float) -> float:
    """Return how much of the way from the lowest to the highest it is, in percent."""
    width = (highest - lowest) / 100
    return (number - lowest) / width if width else 0.0
