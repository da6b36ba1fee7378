"""Swing highs and lows: the candles that stand out from those on both sides."""

from collections import deque
from typing import ClassVar, Final

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from noctule.indicators.base import Indicator, whole_at_least
from noctule.indicators.extremes import FirstHighest

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

    __slots__ = ("_bottom", "_is_first", "_opens", "_right", "_top", "_warmup")

    inputs: ClassVar[tuple[str, ...]] = ("high", "low", "open_ms")
    shape: ClassVar[type[Struct] | None] = SwingsValue

    def __init__(self, left: int, right: int, ties: str = "none") -> None:
        super().__init__(left, right, ties)
        whole_at_least(1, left=left, right=right)
        if ties not in {"none", "first"}:
            raise ValueError(f"ties is {ties!r}, it may be 'none' or 'first'")
        self._is_first = ties == "first"
        self._right = right
        self._warmup = left + right + 1
        self._top, self._bottom = FirstHighest(self._warmup), FirstHighest(self._warmup)
        self._opens: deque[int] = deque(maxlen=right + 1)

    @property
    @override
    def warmup(self) -> int:
        return self._warmup

    @override
    def update(self, high: float, low: float, open_ms: int) -> SwingsValue | None:
        """Take the next candle's high, low and time of opening."""
        self._opens.append(open_ms)
        is_full = self._top.push(high)
        self._bottom.push(-low)
        if is_full:
            self.value = self._judged(self.value or _NONE_YET, open_ms)
        return self.value

    def _judged(self, value: SwingsValue, now_ms: int) -> SwingsValue:
        """Look at the candle that has just got all its neighbours."""
        at_ms, right, is_first = self._opens[0], self._right, self._is_first
        top, bottom = self._top, self._bottom
        if top.age == right and (is_first or top.is_alone):
            value = replace(value, high=top.value, high_ms=at_ms, high_confirmed_ms=now_ms)
        if bottom.age == right and (is_first or bottom.is_alone):
            value = replace(value, low=-bottom.value, low_ms=at_ms, low_confirmed_ms=now_ms)
        return value
