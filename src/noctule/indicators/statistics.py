"""What a statistician asks of the latest numbers: deviation, standing, slope and correlation.

All are exact but for the last rounding, whatever has come before; see `exact`.
"""

from math import sqrt
from typing import Any, ClassVar

from typing_extensions import override

from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.exact import ONE, SCALE, ExactWindow, Moments

__all__ = ["Correlation", "LinearSlope", "StdDev", "Variance", "ZScore"]


class _OfMoments(Indicator[float]):
    __slots__ = ("_length", "_moments")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(2, length=length)
        self._length = length
        self._moments = Moments(length)

    @property
    @override
    def warmup(self) -> int:
        return self._length


class Variance(_OfMoments):
    """The mean of the squared distances of the latest numbers from their mean."""

    __slots__ = ()

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        if self._moments.push(number):
            self.value = self._moments.variance
        return self.value


class StdDev(_OfMoments):
    """The standard deviation of the latest numbers, who are all there are (no sample of more)."""

    __slots__ = ()

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        if self._moments.push(number):
            self.value = self._moments.deviation
        return self.value


class ZScore(_OfMoments):
    """How many standard deviations the last number is above the mean of the latest, itself too.

    It is 0 while all are equal.
    """

    __slots__ = ()

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        moments = self._moments
        if moments.push(number):
            above = moments.newest
            self.value = above / moments.deviation if above else 0.0
        return self.value


class LinearSlope(Indicator[float]):
    """How much the straight line that fits the latest numbers best rises from one to the next."""

    __slots__ = ("_length", "_trend")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(2, length=length)
        self._length = length
        self._trend = _Trend(length)

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        if self._trend.push(number):
            self.value = self._trend.slope
        return self.value


class Correlation(Indicator[float]):
    """How closely the latest numbers of two series lie on a line: from −1 to 1.

    It is 0 while one of them stands still. A view feeds it close and volume of one symbol; a
    strategy that compares others tells it of both itself.
    """

    __slots__ = ("_length", "_pairs")

    inputs: ClassVar[tuple[str, ...]] = ("close", "volume")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(2, length=length)
        self._length = length
        self._pairs = _Pairs(length)

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, first: float, second: float) -> float | None:
        """Take the next number of each."""
        if self._pairs.push(first, second):
            self.value = self._pairs.correlation
        return self.value


class _Trend(ExactWindow):
    """Keeps also the sum in which the oldest number counts nothing, the next once, and so on."""

    __slots__ = ("_total", "_weighted")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._total = self._weighted = 0

    @property
    def slope(self) -> float:
        length = self._length
        rise = 12 * self._weighted - 6 * (length - 1) * self._total
        return rise / (length * (length * length - 1) * ONE)

    @override
    def push(self, number: float) -> bool:
        kept, length = self._kept, self._length
        new = int(number * SCALE)
        if len(kept) == length:  # the oldest leaves, and all others count once less
            self._total -= kept[0]
            self._weighted += (length - 1) * new - self._total
        else:
            self._weighted += len(kept) * new
        self._total += new
        kept.append(new)
        return len(kept) == length

    @override
    def _forget(self) -> None:
        self._total = self._weighted = 0


class _Pairs(ExactWindow):
    """Keeps two numbers at a time, and the sums of their squares and products."""

    __slots__ = ("_first", "_first_squares", "_products", "_second", "_second_squares", "_whole")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._whole = (length * ONE) ** 2
        self._forget()

    @property
    def correlation(self) -> float:
        length, whole, first, second = self._length, self._whole, self._first, self._second
        spread = sqrt((length * self._first_squares - first * first) / whole) * sqrt(
            (length * self._second_squares - second * second) / whole
        )
        if not spread:
            return 0.0
        together = (length * self._products - first * second) / whole
        return min(1.0, max(-1.0, together / spread))

    @override
    def push(self, first: float, second: float) -> bool:
        kept = self._kept
        new = new_first, new_second = int(first * SCALE), int(second * SCALE)
        first_old, second_old = kept[0] if len(kept) == self._length else (0, 0)
        kept.append(new)
        first_step, second_step = new_first - first_old, new_second - second_old
        self._first += first_step
        self._second += second_step
        self._first_squares += first_step * (new_first + first_old)
        self._second_squares += second_step * (new_second + second_old)
        self._products += new_first * new_second - first_old * second_old
        return len(kept) == self._length

    @override
    def _forget(self) -> None:
        self._first = self._second = 0
        self._first_squares = self._second_squares = self._products = 0

    @override
    def _numbers(self, kept: Any) -> list[float]:
        first, second = kept
        return [first / ONE, second / ONE]
