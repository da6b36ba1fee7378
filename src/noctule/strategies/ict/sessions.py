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
    """One session that is over, seen from its first candle to its last."""

    zone: KillZone
    from_ms: int
    last_ms: int  # its last millisecond
    extremes: RunningRange


class Sessions:
    """Tells in which session a candle opens, and the sessions that end with it."""

    def __init__(self) -> None:
        self.zone: KillZone | None = None  # of the last candle
        self.past: deque[Session] = deque(maxlen=SESSIONS_KEPT)
        self._running: list[_Running] = []
        self._wake_ms: int | None = None  # when the next one begins, or the running one began
        self._rest_ms = 0  # the last millisecond of the one that ends first

    def update(self, candle: Candle) -> list[Session]:
        """Take a closed candle and return the sessions that end with it, of those seen whole."""
        if self._wake_ms is None:
            self._begin(candle)
        self.zone = None
        if self._wake_ms is None or candle.open_ms < self._wake_ms:
            return []
        ended = []
        for running in self._running:
            if candle.open_ms >= running.from_ms:
                self.zone = self.zone or running.zone
                ended += running.take(candle)
        if candle.close_ms >= self._rest_ms:
            self._look_ahead()
        self.past.extend(ended)
        return ended

    def _begin(self, candle: Candle) -> None:
        if candle.timeframe.ms_max > CANDLE_MS_MAX:
            return
        self._running = [_Running(zone, candle) for zone in KillZone]
        self._look_ahead()

    def _look_ahead(self) -> None:
        self._wake_ms = min(running.from_ms for running in self._running)
        self._rest_ms = min(running.last_ms for running in self._running)


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
        session = Session(
            zone=self.zone, from_ms=self.from_ms, last_ms=self.last_ms, extremes=self._range
        )
        was_whole, self._is_whole, self._range = self._is_whole, True, None
        self.from_ms, self.last_ms = window_after(self.zone, candle.close_ms + 1)
        return [session] if was_whole else []


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
