"""The account's worth over time: how far it fell, for how long, and what each day ended with."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

__all__ = [
    "DAY_MS",
    "Days",
    "Drawdown",
    "Falls",
    "Month",
    "Stretch",
    "days_of",
    "falls_of",
    "whole_ms",
]

DAY_MS: Final = 86_400_000
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


class Stretch(Struct, frozen=True, kw_only=True):
    """A time from one instant to another."""

    from_ms: int
    to_ms: int
    lasted_ms: int
    is_over: bool  # False: the run ended before it did


class Drawdown(Struct, frozen=True, kw_only=True):
    """The fall from a peak that took the largest share of it."""

    amount: float
    share: float  # of the peak
    from_ms: int  # at the peak
    to_ms: int  # at the deepest point
    recovered_ms: int | None  # when the peak was reached again; None: never
    lasted_ms: int  # from peak to recovery, or to the end of the run


class Falls(Struct, frozen=True, kw_only=True):
    """The deepest fall and the longest; None where there was none at all."""

    deepest: Drawdown | None = None
    longest: Stretch | None = None


class Month(Struct, frozen=True, kw_only=True):
    """A calendar month, UTC."""

    year: int
    month: int
    profit: float
    share: float | None  # of the equity that it began with; None: there was none


class Days(Struct, frozen=True, kw_only=True):
    """What each UTC day ended with; a day without a candle ends as the one before."""

    first: int  # days since the epoch
    worth: "array[float]"  # one more than there are days: it begins with the beginning

    def ends_ms(self, index: int) -> int:
        """Return when the day ended that ended with this worth."""
        return (self.first + index) * DAY_MS

    def months(self) -> Iterator[Month]:
        """Reckon what each calendar month made."""
        begun = self.worth[0]
        for (year, month), days in groupby(range(1, len(self.worth)), self._month):
            ended = self.worth[max(days)]
            share = ended / begun - 1 if begun > 0 else None
            yield Month(year=year, month=month, profit=ended - begun, share=share)
            begun = ended

    def _month(self, index: int) -> tuple[int, int]:
        day = date.fromordinal(_EPOCH_ORDINAL + self.first + index - 1)
        return day.year, day.month


def days_of(at_ms: "array[int]", worth: Sequence[float], *, start: float) -> Days:
    """Take what each UTC day ended with; midnight belongs to the day that it ends."""
    if not at_ms:
        return Days(first=0, worth=array("d", [start]))
    first, last = ((at - 1) // DAY_MS for at in (at_ms[0], at_ms[-1]))
    ends = array("d", [start])
    begun = 0
    for day in range(first, last + 1):
        begun = bisect_right(at_ms, (day + 1) * DAY_MS, lo=begun)
        ends.append(worth[begun - 1])
    return Days(first=first, worth=ends)


def whole_ms(at_ms: int) -> int:
    """Take a candle's last millisecond for the instant that follows: days have all their time."""
    return -(-at_ms // 1000) * 1000


def falls_of(at_ms: "array[int]", worth: "array[float]", *, start_ms: int, start: float) -> Falls:
    """Find the deepest fall below a peak, and the longest; the start is the first peak."""
    deepest: Drawdown | None = None
    longest: Stretch | None = None
    for fall in _falls(at_ms, worth, start_ms=start_ms, start=start):
        if deepest is None or fall.share > deepest.share:
            deepest = fall
        if longest is None or fall.lasted_ms > longest.lasted_ms:
            longest = _stretch(fall)
    return Falls(deepest=deepest, longest=longest)


def _falls(
    at_ms: "array[int]", worth: "array[float]", *, start_ms: int, start: float
) -> Iterator[Drawdown]:
    peak, peak_ms = start, start_ms
    low, low_ms = start, start_ms
    for at, each in zip(at_ms, worth, strict=True):
        if each < low:
            low, low_ms = each, at
        elif each >= peak:
            if low < peak:
                yield _drawdown(peak, low, from_ms=peak_ms, to_ms=low_ms, recovered_ms=at)
            peak, peak_ms = each, at
            low, low_ms = each, at
    if low < peak:
        fall = _drawdown(peak, low, from_ms=peak_ms, to_ms=low_ms, recovered_ms=None)
        yield replace(fall, lasted_ms=at_ms[-1] - peak_ms)


def _drawdown(
    peak: float, low: float, *, from_ms: int, to_ms: int, recovered_ms: int | None
) -> Drawdown:
    return Drawdown(
        amount=peak - low,
        share=(peak - low) / peak,
        from_ms=from_ms,
        to_ms=to_ms,
        recovered_ms=recovered_ms,
        lasted_ms=0 if recovered_ms is None else recovered_ms - from_ms,
    )


def _stretch(fall: Drawdown) -> Stretch:
    return Stretch(
        from_ms=fall.from_ms,
        to_ms=fall.from_ms + fall.lasted_ms,
        lasted_ms=fall.lasted_ms,
        is_over=fall.recovered_ms is not None,
    )
