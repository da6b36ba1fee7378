"""Sessions: the hours in which London and New York do their work, by the clocks on their walls.

A candle belongs to where it opens. Days are counted in each city, so its daylight saving moves
its hours against UTC, and for some weeks a year those of the two cities against each other.
"""

from collections import deque
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS
from noctule.strategies.ict.running_range import RunningRange

__all__ = ["CANDLE_MS_MAX", "SESSIONS_KEPT", "KillZone", "Session", "Sessions", "window_after"]

CANDLE_MS_MAX: Final = 60 * MINUTE_MS  # a longer candle is no part of a session
SESSIONS_KEPT: Final = 16  # to draw
_DAY_MS: Final = 24 * 60 * MINUTE_MS


class KillZone(StrEnum):
    """The hours in which stops are hunted, each a session with a high and a low of its own."""

    ASIA = "asia"
    LONDON_OPEN = "london_open"
    NEW_YORK_AM = "new_york_am"
    LONDON_CLOSE = "london_close"
    NEW_YORK_PM = "new_york_pm"


_LONDON, _NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
_HOURS: Final = {
    KillZone.ASIA: (_NEW_YORK, time(20, 0), timedelta(hours=4)),
    KillZone.LONDON_OPEN: (_LONDON, time(7, 0), timedelta(hours=3)),
    KillZone.NEW_YORK_AM: (_NEW_YORK, time(7, 0), timedelta(hours=3)),
    KillZone.LONDON_CLOSE: (_LONDON, time(15, 0), timedelta(hours=2)),
    KillZone.NEW_YORK_PM: (_NEW_YORK, time(13, 30), timedelta(hours=2, minutes=30)),
}


class Session(Struct, frozen=True, kw_only=True):
    """One session, seen from its first candle on."""

    zone: KillZone
    from_ms: int
    last_ms: int  # its last millisecond
    extremes: RunningRange


class Sessions:
    """Tells in which session a candle opens, and the sessions that end with it."""

    def __init__(self) -> None:
        self.zone: KillZone | None = None  # of the last candle
        self.past: deque[Session] = deque(maxlen=SESSIONS_KEPT)
        self._all: list[_Running] | None = None
        self._open: list[_Running] = []  # those that the last candle opened in
        self._next_ms = 0  # from then on others are open

    def update(self, candle: Candle) -> list[Session]:
        """Take a closed candle and return the sessions that end with it, of those seen whole."""
        if candle.open_ms >= self._next_ms:
            self._look_around(candle)
        if not self._open:
            return []
        ended = [session for running in self._open for session in running.take(candle)]
        self.past.extend(ended)
        return ended

    @property
    def running(self) -> list[Session]:
        """Return the sessions that are not over yet, with the range they have made so far."""
        return [session for running in self._open for session in running.so_far()]

    def _look_around(self, candle: Candle) -> None:
        if self._all is None:
            is_short = candle.timeframe.ms_max <= CANDLE_MS_MAX
            self._all = [_Running(zone, candle) for zone in KillZone] if is_short else []
        now_ms = candle.open_ms
        self._open = [running for running in self._all if running.from_ms <= now_ms]
        self.zone = self._open[0].zone if self._open else None
        ends = [running.last_ms + 1 for running in self._open]
        begins = [running.from_ms for running in self._all if running.from_ms > now_ms]
        self._next_ms = min((*ends, *begins, now_ms + _DAY_MS))


class _Running:
    """The session of one name that runs, or else the next one."""

    def __init__(self, zone: KillZone, candle: Candle) -> None:
        self.zone = zone
        self.from_ms, self.last_ms = window_after(zone, candle.open_ms)
        self._is_whole = candle.open_ms <= self.from_ms
        self._range: RunningRange | None = None

    def take(self, candle: Candle) -> list[Session]:
        if self._range is None:
            self._range = RunningRange(candle)
        else:
            self._range.take(candle)
        if candle.close_ms < self.last_ms:
            return []
        sessions = self.so_far()
        self._is_whole, self._range = True, None
        self.from_ms, self.last_ms = window_after(self.zone, candle.close_ms + 1)
        return sessions

    def so_far(self) -> list[Session]:
        """Return the session as it is, if it has begun and was seen from its first candle."""
        if self._range is None or not self._is_whole:
            return []
        return [
            Session(
                zone=self.zone, from_ms=self.from_ms, last_ms=self.last_ms, extremes=self._range
            )
        ]


def window_after(zone: KillZone, at_ms: int) -> tuple[int, int]:
    """Return the first and last millisecond of the session that an instant is in, or the next."""
    city, opens, lasts = _HOURS[zone]
    day = datetime.fromtimestamp(at_ms / 1_000, city).date() - timedelta(days=1)
    while True:
        begins = datetime.combine(day, opens)
        from_ms, to_ms = (
            round(local.replace(tzinfo=city).timestamp() * 1_000)
            for local in (begins, begins + lasts)
        )
        if to_ms > at_ms:
            return from_ms, to_ms - 1
        day += timedelta(days=1)
