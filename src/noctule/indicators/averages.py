"""Moving averages: one number that stands for the latest ones."""

from typing_extensions import override

from noctule.indicators.base import Indicator, at_least
from noctule.indicators.window import Window

__all__ = ["Ema", "Sma"]


class Sma(Indicator[float]):
    """The mean of the latest numbers, each counting the same."""

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
    """An average in which each number counts for less the older it is; it begins with a mean."""

    __slots__ = ("_length", "_seed", "_share")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        at_least(1, length=length)
        self._length = length
        self._share = 2 / (length + 1)
        self._seed = Sma(length)

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
            self.value += self._share * (number - self.value)
        return self.value
