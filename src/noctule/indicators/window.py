"""The latest numbers, and their sum, which is as exact after a year as after a minute."""

from collections import deque
from collections.abc import Iterator

from noctule.indicators.base import at_least
from noctule.indicators.remembered import Remembered

__all__ = ["Window"]


class Window(Remembered):
    """Keeps so many numbers and their sum.

    A running sum in one float drifts: what rounding took from it never comes back, and a spike
    that has long left still shows. So what each addition loses is kept beside the sum and carried
    along: the two together are as good as a sum made anew.
    """

    __slots__ = ("_kept", "_length", "_lost", "_sum")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        at_least(1, length=length)
        self._length = length
        self._kept: deque[float] = deque(maxlen=length)
        self._sum = self._lost = 0.0

    @property
    def is_full(self) -> bool:
        """Tell whether there are as many numbers as it keeps."""
        return len(self._kept) == self._length

    @property
    def oldest(self) -> float:
        """Return the number that has been there longest."""
        return self._kept[0]

    @property
    def total(self) -> float:
        """Return the sum of what is kept."""
        return self._sum + self._lost

    def push(self, number: float) -> bool:
        """Add a number, let go of the oldest if there are too many, and tell whether it is full."""
        kept = self._kept
        if len(kept) == self._length:
            self._add(-kept[0])
        kept.append(number)
        self._add(number)
        return len(kept) == self._length

    def __iter__(self) -> Iterator[float]:
        return iter(self._kept)

    def _add(self, number: float) -> None:
        total = self._sum + number
        shadow = total - self._sum
        self._lost += (self._sum - (total - shadow)) + (number - shadow)
        self._sum = total
