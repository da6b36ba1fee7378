"""What a regime is told by: progress, volatility and liquidity, each without a unit."""

from collections import deque
from math import sqrt
from typing import ClassVar, Final

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.base import Indicator
from noctule.indicators.extremes import Highest
from noctule.indicators.window import Window

__all__ = ["Measures", "RegimeMeter"]

_NOTHING: Final = 1e-12  # sums of shares that are less are rounding


class Measures(Struct, frozen=True, gc=False):
    """How far, how wildly and how easily a symbol trades; the same numbers for every symbol."""

    trend: float
    volatility: float
    liquidity: float


class RegimeMeter(Indicator[Measures]):
    """Measures the latest candles, and sets them against many more: what is usual here.

    It reads nothing but candles, which are the same in live and in replay. The latest `norm` of
    them and the close before those decide what it says: it does not matter since when it has been
    looking, but for its first value, which knows no such close.
    """

    __slots__ = (
        "_closes",
        "_largest",
        "_moved",
        "_range",
        "_range_norm",
        "_recent",
        "_volume",
        "_volume_norm",
        "_way",
        "_weight",
    )

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "close", "volume")
    shape: ClassVar[type[Struct] | None] = Measures

    def __init__(self, trend: int, recent: int, norm: int) -> None:
        super().__init__(trend, recent, norm)
        assert norm > max(trend, recent), f"the norm is {norm} candles, of {trend} and {recent}"
        self._closes: deque[float] = deque(maxlen=trend + 1)
        self._way, self._largest = Window(trend), Highest(trend)  # of steps from close to close
        self._range, self._range_norm = Window(recent), Window(norm)  # as shares of the price
        self._volume, self._volume_norm = Window(recent), Window(norm)  # of their square roots
        self._moved = Window(recent)  # 1 for each candle in which the price did
        self._recent = recent
        self._weight = norm / recent  # makes quotients of means of those of sums

    @property
    @override
    def warmup(self) -> int:
        return int(self.arguments[-1])

    @override
    def update(self, high: float, low: float, close: float, volume: float) -> Measures | None:
        """Take the next candle."""
        closes = self._closes
        before = closes[-1] if closes else close
        closes.append(close)
        step = abs(close - before)
        self._way.push(step)
        self._largest.push(step)
        self._moved.push(1.0 if high > low else 0.0)
        spread = ((high if high > before else before) - (low if low < before else before)) / close
        self._range.push(spread)
        # Square roots, so that one burst of volume does not make all that follows look thin.
        root = sqrt(volume)
        self._volume.push(root)
        self._volume_norm.push(root)
        if self._range_norm.push(spread):
            self.value = Measures(self._trend(), self._volatility(), self._liquidity())
        return self.value

    def _trend(self) -> float:
        """Return the share of the way that was progress; its largest step is no progress.

        So no single candle makes a trend, however far it goes.
        """
        net = self._closes[-1] - self._closes[0]
        progress = abs(net) - self._largest.value
        if progress <= 0:
            return 0.0
        share = progress / self._way.total
        return share if net > 0 else -share

    def _volatility(self) -> float:
        """Return the mean range of the latest candles, as a multiple of the usual one."""
        usual = self._range_norm.total
        return self._weight * self._range.total / usual if usual > _NOTHING else 0.0

    def _liquidity(self) -> float:
        """Return the latest volume as a multiple of the usual, times the share that moved."""
        usual = self._volume_norm.total
        if usual <= _NOTHING:
            return 0.0
        busy = self._weight * self._volume.total / usual
        return busy * busy * self._moved.total / self._recent
