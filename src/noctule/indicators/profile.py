"""The volume profile: at which prices was traded how much."""

from bisect import bisect_left, insort
from collections import deque
from math import ceil, frexp, ldexp
from typing import ClassVar, Final

from msgspec import Struct
from typing_extensions import override

from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.remembered import Memento

__all__ = ["LEVELS_MAX", "UNITS", "ProfileValue", "VolumeProfile"]

LEVELS_MAX: Final = 512  # of one candle: of more, only every second, third … gets any volume
UNITS: Final = 1_000_000  # of volume are one: whole numbers, so that what comes goes to the last


class ProfileValue(Struct, frozen=True, gc=False):
    """The price most was traded at, and the bounds of the area around it that has the value.

    The point of control is the middle of its level; the bounds are outer edges of levels.
    """

    point_of_control: float
    value_area_high: float
    value_area_low: float


class VolumeProfile(Indicator[ProfileValue]):
    """The profile of the latest candles, told by its point of control and its value area.

    Between each power of two and the next there are `levels` price levels, all as wide: with 1000
    each is between 0.05 % and 0.1 % of the price, and the same one wherever a series begins. A
    candle's volume, counted in millionths, is spread evenly over the levels from its low's to its
    high's, each rounded down and one more, so that none is empty. Of levels with the same volume
    the lowest is the point of control. The value area begins with it and takes the next level
    below or above that has any, whichever has more (the lower of equal ones), until its share of
    the whole volume is reached. So its work grows with the levels that have any.
    """

    __slots__ = (
        "_at",
        "_highest",
        "_length",
        "_levels",
        "_lowest",
        "_share",
        "_total",
        "_traded",
        "_volumes",
    )

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "volume")
    shape: ClassVar[type[Struct] | None] = ProfileValue

    def __init__(self, length: int, levels: int = 1000, share: float = 0.7) -> None:
        super().__init__(length, levels, share)
        whole_at_least(1, length=length, levels=levels)
        if not 0 < share <= 1:
            raise ValueError(f"share is {share}, it must be above 0 and at most 1")
        self._length, self._levels, self._share = length, levels, share
        self._lowest: deque[int] = deque()  # of each candle its lowest level,
        self._highest: deque[int] = deque()  # its highest,
        self._volumes: deque[float] = deque()  # and its volume
        self._traded: dict[int, int] = {}  # how much, by level
        self._at: list[int] = []  # the levels there are, from the lowest on
        self._total = 0

    @property
    @override
    def warmup(self) -> int:
        return self._length

    @override
    def update(self, high: float, low: float, volume: float) -> ProfileValue | None:
        """Take the next candle's high, low and volume."""
        if len(self._volumes) == self._length:
            oldest = self._lowest.popleft(), self._highest.popleft(), self._volumes.popleft()
            self._take_away(*oldest)
        lowest, highest = self._level(low), self._level(high)
        self._lowest.append(lowest)
        self._highest.append(highest)
        self._volumes.append(volume)
        self._put(lowest, highest, volume)
        if len(self._volumes) == self._length:
            self.value = self._told()
        return self.value

    @override
    def snapshot(self) -> Memento:
        """Write down the candles only: being whole, the sums made of them anew are the same."""
        written = super().snapshot()
        kept = ("value", "_lowest", "_highest", "_volumes")
        return {**written, "state": {name: written["state"][name] for name in kept}}

    @override
    def restore(self, memento: Memento) -> None:
        super().restore(memento)
        self._traded, self._at, self._total = {}, [], 0
        for candle in zip(self._lowest, self._highest, self._volumes, strict=True):
            self._put(*candle)

    def _level(self, price: float) -> int:
        mantissa, exponent = frexp(price)
        return exponent * self._levels + int((2 * mantissa - 1) * self._levels)

    def _edge(self, level: int) -> float:
        """Return the lower edge of a level, which is the upper one of the level below."""
        exponent, place = divmod(level, self._levels)
        return ldexp(1 + place / self._levels, exponent - 1)

    def _put(self, lowest: int, highest: int, volume: float) -> None:
        touched, part = _spread(lowest, highest, volume)
        traded = self._traded
        for level in touched:
            before = traded.get(level)
            if before is None:
                insort(self._at, level)
                before = 0
            traded[level] = before + part
        self._total += part * len(touched)

    def _take_away(self, lowest: int, highest: int, volume: float) -> None:
        touched, part = _spread(lowest, highest, volume)
        traded = self._traded
        for level in touched:
            left = traded[level] - part
            if left:
                traded[level] = left
            else:
                del traded[level]
                del self._at[bisect_left(self._at, level)]
        self._total -= part * len(touched)

    def _told(self) -> ProfileValue:
        at = self._at
        sizes = [*map(self._traded.__getitem__, at)]
        covered, last = max(sizes), len(sizes) - 1
        control = bottom = top = sizes.index(covered)
        wanted = min(ceil(self._share * float(self._total)), self._total)
        while covered < wanted:
            below = sizes[bottom - 1] if bottom else -1
            above = sizes[top + 1] if top < last else -1
            if below >= above:
                bottom -= 1
                covered += below
            else:
                top += 1
                covered += above
        middle = (self._edge(at[control]) + self._edge(at[control] + 1)) / 2
        return ProfileValue(middle, self._edge(at[top] + 1), self._edge(at[bottom]))


def _spread(lowest: int, highest: int, volume: float) -> tuple[range, int]:
    """Return the levels that get some of a candle's volume, and how much each does."""
    stride = 1 + (highest - lowest) // LEVELS_MAX
    touched = range(lowest, highest + 1, stride)
    return touched, int(volume * UNITS) // len(touched) + 1
