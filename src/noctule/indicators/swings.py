"""Swing highs and lows: the candles that stand out from those on both sides."""

from collections import deque
from typing import ClassVar, Final

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from noctule.indicators.base import Indicator, at_least
from noctule.indicators.extremes import Highest, Lowest

__all__ = ["Swings", "SwingsValue"]


class SwingsValue(Struct, frozen=True, gc=False):
    """The latest swing high and the latest swing low; None for as long as there was none.

    `high_ms` is when the candle of the high opened, `high_confirmed_ms` when the one opened at
    whose close the high was known for a swing; that is the latest candle just when it is news.
    """

    high: float | None = None
    high_ms: int | None = None
    high_confirmed_ms: int | None = None
    low: float | None = None
    low_ms: int | None = None
    low_confirmed_ms: int | None = None


_NONE_YET: Final = SwingsValue()


class Swings(Indicator[SwingsValue]):
    """The latest high above those of `left` candles before and `right` candles after; so the low.

    It is known only `right` candles later. Of equal highs so close to each other none is a swing;
    with `ties` "first" the first one is.
    """

    __slots__ = (
        "_high_after",
        "_high_before",
        "_highs",
        "_is_first",
        "_low_after",
        "_low_before",
        "_lows",
        "_opens",
        "_right",
        "_warmup",
    )

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "open_ms")
    shape: ClassVar[type[Struct] | None] = SwingsValue

    def __init__(self, left: int, right: int, ties: str = "none") -> None:
        super().__init__(left, right, ties)
        at_least(1, left=left, right=right)
        if ties not in {"none", "first"}:
            raise ValueError(f"ties is {ties!r}, it may be 'none' or 'first'")
        self._is_first = ties == "first"
        self._right = right
        self._warmup = left + right + 1
        self._high_before, self._high_after = Highest(left), Highest(right)
        self._low_before, self._low_after = Lowest(left), Lowest(right)
        self._highs: deque[float] = deque(maxlen=right + 1)
        self._lows: deque[float] = deque(maxlen=right + 1)
        self._opens: deque[int] = deque(maxlen=right + 1)

    @property
    @override
    def warmup(self) -> int:
        return self._warmup

    @override
    def update(self, high: float, low: float, open_ms: int) -> SwingsValue | None:
        """Take the next candle's high, low and time of opening."""
        highs, lows, opens = self._highs, self._lows, self._opens
        is_ready = False
        if len(highs) > self._right:
            self._high_before.push(highs[0])
            is_ready = self._low_before.push(lows[0])
        highs.append(high)
        lows.append(low)
        opens.append(open_ms)
        self._high_after.push(high)
        self._low_after.push(low)
        if is_ready:
            self.value = self._judged(self.value or _NONE_YET, open_ms)
        return self.value

    def _judged(self, value: SwingsValue, now_ms: int) -> SwingsValue:
        """Look at the candle that has just got all its neighbours."""
        high, low, at_ms = self._highs[0], self._lows[0], self._opens[0]
        after = self._high_after.value
        if high > self._high_before.value and (high > after or (self._is_first and high == after)):
            value = replace(value, high=high, high_ms=at_ms, high_confirmed_ms=now_ms)
        after = self._low_after.value
        if low < self._low_before.value and (low < after or (self._is_first and low == after)):
            value = replace(value, low=low, low_ms=at_ms, low_confirmed_ms=now_ms)
        return value
