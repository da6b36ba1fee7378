"""Kline intervals and the grid each of them stands on."""

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

__all__ = ["DAY_MS", "INTERVALS", "MINUTE_MS", "Interval"]

MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * _HOUR_MS
_WEEK_OFFSET_MS: Final = 4 * DAY_MS  # the epoch was a Thursday, weeks begin on Monday


class Interval(Struct, frozen=True, kw_only=True):
    """One kline length: `1m` … `1d` lie on the epoch's grid, `1w` on Mondays, `1M` on firsts."""

    name: str
    ms: int  # of a month: the longest
    offset_ms: int = 0

    def open_of(self, time_ms: int) -> int:
        """Return when the kline that holds this instant opened."""
        if self.name == "1M":
            return _month(time_ms, 0)
        return time_ms - (time_ms - self.offset_ms) % self.ms

    def end_of(self, open_ms: int) -> int:
        """Return when the next kline opens; this one closes a millisecond before."""
        return _month(open_ms, 1) if self.name == "1M" else open_ms + self.ms

    def is_built_of(self, smaller: "Interval") -> bool:
        """Tell whether klines of the smaller interval never straddle one of this."""
        return smaller.ms < self.ms and DAY_MS % smaller.ms == 0 and self.ms % smaller.ms == 0


def _month(time_ms: int, ahead: int) -> int:
    at = datetime.fromtimestamp(time_ms // 1_000, UTC)
    years, month = divmod(at.year * 12 + at.month - 1 + ahead, 12)
    return int(datetime(years, month + 1, 1, tzinfo=UTC).timestamp()) * 1_000


_UNITS_MS: Final = {
    "m": MINUTE_MS,
    "h": _HOUR_MS,
    "d": DAY_MS,
    "w": 7 * DAY_MS,
    "M": 31 * DAY_MS,
}
_COUNTS: Final = {
    "m": (1, 3, 5, 15, 30),
    "h": (1, 2, 4, 6, 8, 12),
    "d": (1, 3),
    "w": (1,),
    "M": (1,),
}

INTERVALS: Final = {
    f"{count}{unit}": Interval(
        name=f"{count}{unit}",
        ms=count * _UNITS_MS[unit],
        offset_ms=_WEEK_OFFSET_MS if unit == "w" else 0,
    )
    for unit, counts in _COUNTS.items()
    for count in counts
}
