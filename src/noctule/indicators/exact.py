"""Sums of the latest numbers and of their squares from which nothing is ever lost."""

from abc import abstractmethod
from collections import deque
from math import sqrt
from typing import Any, Final

from typing_extensions import override

from noctule.indicators.base import whole_at_least
from noctule.indicators.remembered import Memento, Remembered

__all__ = ["ONE", "SCALE", "ExactWindow", "Moments"]

ONE: Final = 1 << 128  # so many units are one
SCALE: Final = float(ONE)


class ExactWindow(Remembered):
    """Keeps the latest numbers, and sums of them in whole units.

    Squares of prices are ten billion times what their deviation makes of it: in floats a running
    sum of them is mostly rounding. Counted in units of 2⁻¹²⁸ every number from 1e-22 on is whole,
    so that sums and products are exact, in whatever order, and only what is read off is rounded.
    (Of anything smaller, what is below 3e-39 is cut off.) Only the numbers are written down: the
    sums made anew from them are the same.
    """

    __slots__ = ("_kept", "_length")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(1, length=length)
        self._length = length
        self._kept: deque[Any] = deque(maxlen=length)

    @abstractmethod
    def push(self, *numbers: Any, **named: Any) -> bool:
        """Add what comes next, let go of the oldest if need be, and tell whether it is full."""

    @override
    def snapshot(self) -> Memento:
        written = super().snapshot()
        return {**written, "state": {"kept": [self._numbers(each) for each in self._kept]}}

    @override
    def restore(self, memento: Memento) -> None:
        super().restore({**memento, "state": {}})
        self._kept.clear()
        self._forget()
        for numbers in memento["state"]["kept"]:
            self.push(*numbers)

    @abstractmethod
    def _forget(self) -> None:
        """Begin all sums at nothing."""

    def _numbers(self, kept: Any) -> list[float]:
        return [kept / ONE]


class Moments(ExactWindow):
    """The mean of the latest numbers, and how far they are from it."""

    __slots__ = ("_squares", "_total", "_whole")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._whole = length * ONE
        self._total = self._squares = 0

    @property
    def mean(self) -> float:
        """Return the mean."""
        return self._total / self._whole

    @property
    def variance(self) -> float:
        """Return the mean of the squared distances from the mean."""
        total = self._total
        return (self._length * self._squares - total * total) / (self._whole * self._whole)

    @property
    def deviation(self) -> float:
        """Return the standard deviation: these are all the numbers, not a sample of them."""
        return sqrt(self.variance)

    @property
    def newest(self) -> float:
        """Return how far above the mean the newest number is."""
        above: int = self._length * self._kept[-1] - self._total
        return above / self._whole

    @override
    def push(self, number: float) -> bool:
        kept = self._kept
        new = int(number * SCALE)
        old = kept[0] if len(kept) == self._length else 0
        kept.append(new)
        step = new - old
        self._total += step
        self._squares += step * (new + old)
        return len(kept) == self._length

    @override
    def _forget(self) -> None:
        self._total = self._squares = 0
