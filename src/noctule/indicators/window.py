"""The latest numbers, and their sums, which are as exact after a year as after a minute."""

from collections import deque
from collections.abc import Iterator
from itertools import accumulate, islice

from typing_extensions import override

from noctule.indicators.base import whole_at_least
from noctule.indicators.remembered import Remembered

__all__ = ["WeightedWindow", "Window"]


class Window(Remembered):
    """Keeps so many numbers and their sum.

    A running sum, from which what leaves is taken away, drifts: what rounding took from it never
    comes back, and a spike that has long left still shows. So nothing is ever taken away here.
    The newer numbers are added up as they come; each time the window has been filled anew, the
    sums of what will be left of them, number after number, are made in advance. The work is two
    additions a number, and no sum is of anything but what is kept.
    """

    __slots__ = ("_kept", "_length", "_newer", "_older", "total")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        whole_at_least(1, length=length)
        self._length = length
        self._kept: deque[float] = deque(maxlen=length)
        self._older: list[float] = []  # the sums of what will be left of the older ones, next last
        self._newer = 0.0
        self.total = 0.0

    @property
    def is_full(self) -> bool:
        """Tell whether there are as many numbers as it keeps."""
        return len(self._kept) == self._length

    @property
    def oldest(self) -> float:
        """Return the number that has been there longest."""
        return self._kept[0]

    def push(self, number: float) -> bool:
        """Add a number, let go of the oldest if there are too many, and tell whether it is full."""
        self._kept.append(number)
        self._newer = newer = self._newer + number
        if self._older:
            self.total = self._older.pop() + newer
            return True
        self.total = newer
        return self.is_full and self._turn()

    def __iter__(self) -> Iterator[float]:
        return iter(self._kept)

    def _turn(self) -> bool:
        """Make what is kept the older ones; the oldest of them leaves before it is asked for."""
        self._older = [*accumulate(islice(reversed(self._kept), self._length - 1))]
        self._newer = 0.0
        return True


class WeightedWindow(Window):
    """Keeps also the sum in which the oldest number counts once, the next twice, and so on."""

    __slots__ = ("_newer_weighted", "_older_weighted", "weighted")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._older_weighted: list[float] = []
        self._newer_weighted = 0.0
        self.weighted = 0.0

    @override
    def push(self, number: float) -> bool:
        older = len(self._older)
        is_full = super().push(number)
        self._newer_weighted = newer = self._newer_weighted + (len(self._kept) - older) * number
        if older:  # each of the newer ones counts so many times more than among themselves
            self.weighted = self._older_weighted.pop() + older * self._newer + newer
            return True
        self.weighted = newer
        if is_full:
            self._older_weighted = [*accumulate(self._older)]
            self._newer_weighted = 0.0
        return is_full
