"""The highest and the lowest of the latest numbers, without looking at all of them each time."""

from abc import abstractmethod
from collections import deque

from typing_extensions import override

from noctule.indicators.base import at_least
from noctule.indicators.remembered import Remembered

__all__ = ["Extreme", "FirstHighest", "Highest", "Lowest"]


class Extreme(Remembered):
    """Keeps of the latest numbers those that can still become the most extreme one.

    A number that came before a more extreme one never will be, and is let go of at once. So the
    first that is kept is the answer, and each number is added once and let go of once.
    """

    __slots__ = ("_kept", "_length", "_places", "_taken")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        at_least(1, length=length)
        self._length = length
        self._taken = 0
        self._kept: deque[float] = deque()  # at most `length` of them, and of their places
        self._places: deque[int] = deque()

    @property
    def value(self) -> float:
        """Return the most extreme of the latest numbers; there must be one."""
        return self._kept[0]

    @property
    def age(self) -> int:
        """Return how many numbers came after the most extreme one."""
        return self._taken - self._places[0]

    @abstractmethod
    def push(self, number: float) -> bool:
        """Add a number, and tell whether there were as many as it looks back on."""


class Highest(Extreme):
    """The highest of the latest numbers, of equal ones the newest, and its age."""

    __slots__ = ()

    @override
    def push(self, number: float) -> bool:
        kept, places = self._kept, self._places
        while kept and kept[-1] <= number:
            kept.pop()
            places.pop()
        kept.append(number)
        self._taken = taken = self._taken + 1
        places.append(taken)
        if places[0] <= taken - self._length:
            kept.popleft()
            places.popleft()
        return taken >= self._length


class Lowest(Extreme):
    """The lowest of the latest numbers, and its age: as `Highest`, but for one sign."""

    __slots__ = ()

    @override
    def push(self, number: float) -> bool:
        kept, places = self._kept, self._places
        while kept and kept[-1] >= number:
            kept.pop()
            places.pop()
        kept.append(number)
        self._taken = taken = self._taken + 1
        places.append(taken)
        if places[0] <= taken - self._length:
            kept.popleft()
            places.popleft()
        return taken >= self._length


class FirstHighest(Extreme):
    """The highest of the latest numbers, of equal ones the oldest, and its age."""

    __slots__ = ()

    @property
    def is_alone(self) -> bool:
        """Tell whether no other number is as high."""
        kept = self._kept
        return len(kept) == 1 or kept[1] < kept[0]

    @override
    def push(self, number: float) -> bool:
        kept, places = self._kept, self._places
        while kept and kept[-1] < number:
            kept.pop()
            places.pop()
        kept.append(number)
        self._taken = taken = self._taken + 1
        places.append(taken)
        if places[0] <= taken - self._length:
            kept.popleft()
            places.popleft()
        return taken >= self._length
