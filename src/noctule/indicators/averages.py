"""Moving averages: one number that stands for the latest ones."""

from math import isqrt

from typing_extensions import override

from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.window import WeightedWindow, Window

__all__ = ["Ema", "Hma", "Rma", "Sma", "Wma"]


class Sma(Indicator[float]):
    """The mean of the latest numbers, each counting the same; known once there are so many."""

    __slots__ = ("_length", "_window")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length
        self._window = Window(length)

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        if self._window.push(number):
            self.value = self._window.total / self._length
        return self.value


class Ema(Indicator[float]):
    """An average in which each number counts for less the older it is.

    It begins with the mean of the first so many numbers, and is known from then on.
    """

    __slots__ = ("_behind", "_length", "_seed")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length
        self._seed = Sma(length)
        self._behind = self._behind_of(length)

    @staticmethod
    def _behind_of(length: int) -> float:
        """Return how much of the way to a new number it stays behind."""
        return (length - 1) / (length + 1)

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        if self.value is None:
            self.value = self._seed.update(number)
        else:
            self.value = number + self._behind * (self.value - number)
        return self.value


class Rma(Ema):
    """Wilder's average: an `Ema` that is slower, as if it were nearly twice as long."""

    __slots__ = ()

    @staticmethod
    @override
    def _behind_of(length: int) -> float:
        return (length - 1) / length


class Wma(Indicator[float]):
    """The mean of the latest numbers, of which the oldest counts once, the next twice, and so on.

    It is known once there are so many.
    """

    __slots__ = ("_divisor", "_length", "_window")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length
        self._window = WeightedWindow(length)
        self._divisor = length * (length + 1) // 2

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        if self._window.push(number):
            self.value = self._window.weighted / self._divisor
        return self.value


class Hma(Indicator[float]):
    """Hull's average: how far a fast `Wma` is ahead of a slow one is added to it and smoothed.

    The fast one is half as long, the smoothing the square root, both rounded down. It is known
    once the smoothing has as many numbers as it needs.
    """

    __slots__ = ("_fast", "_length", "_slow", "_smooth")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(2, length=length)
        self._length = length
        self._fast = Wma(length // 2)
        self._slow = Wma(length)
        self._smooth = Wma(isqrt(length))

    @property
    @override
    def warmup(self) -> int:
        return self._length + isqrt(self._length) - 1

    @override
    def update(self, number: float) -> float | None:
        """Take the next number."""
        fast = self._fast.update(number)
        slow = self._slow.update(number)
        if fast is not None and slow is not None:
            self.value = self._smooth.update(2 * fast - slow)
        return self.value
