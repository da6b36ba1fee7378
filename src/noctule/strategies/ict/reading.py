"""All that there is to see on one timeframe, candle by candle."""

from collections import deque
from typing import Final

from typing_extensions import override

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.indicators.volatility import Atr
from noctule.strategies.ict.camp import Camp
from noctule.strategies.ict.dealing_range import DealingRange
from noctule.strategies.ict.displacement import Displacement, displaced
from noctule.strategies.ict.drives import Push
from noctule.strategies.ict.entries import Entry, entry_at
from noctule.strategies.ict.followed import Followed
from noctule.strategies.ict.gaps import gap_between
from noctule.strategies.ict.periods import Period
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.sessions import KillZone, Sessions
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.structure import Break, Structure
from noctule.strategies.ict.way import Trend, Way

__all__ = ["ENTRIES_KEPT", "RECENT_KEPT", "Reading"]

RECENT_KEPT: Final = 24  # candles: an order block is sought no further back
ENTRIES_KEPT: Final = 16  # to draw


class Reading(Followed):
    """Follows the candles of one timeframe; its value is the trend of their structure.

    Every candle first meets what was known before it: zones are filled, pools swept, swings
    broken. Only then is added what its close made known, to be met by the next. It is made with
    the settings as JSON, for an indicator is known by its arguments.
    """

    __slots__ = (
        "_atr",
        "_camps",
        "_displaced",
        "_hunted",
        "_memory_ms",
        "_periods",
        "bears",
        "broken",
        "bulls",
        "entries",
        "large",
        "past",
        "recent",
        "sessions",
        "settings",
        "structure",
    )

    def __init__(self, settings_json: str, timeframe: str) -> None:
        settings = IctSettings.model_validate_json(settings_json)
        left, right, large = settings.swing_left, settings.swing_right, settings.range_strength
        warmup = max(left + right, settings.atr_bars) + 1
        super().__init__(settings_json, timeframe, warmup=warmup)
        self.settings = settings
        memory, candle_ms = settings.memory_bars, Timeframe(timeframe).ms_max
        self.structure = Structure(left=left, right=right, memory=memory)
        self.large = Structure(left=large, right=large, memory=memory)
        self.bulls = Camp(Way.UP, settings, candle_ms=candle_ms)
        self.bears = Camp(Way.DOWN, settings, candle_ms=candle_ms)
        self.sessions = Sessions()
        self.recent: deque[Candle] = deque(maxlen=RECENT_KEPT)  # newest first
        self.broken: Break | None = None  # by the last candle
        self.entries: tuple[Entry, ...] = ()  # that the last candle makes
        self.past: deque[Entry] = deque(maxlen=ENTRIES_KEPT)
        self._camps = (self.bulls, self.bears)
        self._periods = (
            Period(Timeframe.D1, PoolSource.DAY),
            Period(Timeframe.W1, PoolSource.WEEK),
        )
        self._atr = Atr(settings.atr_bars)
        self._displaced: Displacement | None = None  # by the last candle
        self._hunted = frozenset[KillZone | None](settings.kill_zones)
        self._memory_ms = (memory - 1) * candle_ms  # from the oldest candle to the latest

    @property
    def range(self) -> DealingRange | None:
        """Return the move between the latest large swings, the later one its end."""
        high, low = self.large.latest_high, self.large.latest_low
        if high is None or low is None or high.price <= low.price:
            return None
        began, ended = (low, high) if high.at_ms >= low.at_ms else (high, low)
        return DealingRange(
            began=began.price, ended=ended.price, began_ms=began.at_ms, ended_ms=ended.at_ms
        )

    @override
    def update(self, candle: Candle) -> Trend | None:
        """Take the next closed candle."""
        atr = self._atr.value or 0.0  # of the candles before this one
        tolerance = self.settings.equal_tolerance * atr
        oldest_ms = candle.open_ms - self._memory_ms
        above = self.bulls.meet(candle, oldest_ms=oldest_ms, tolerance=tolerance)
        below = self.bears.meet(candle, oldest_ms=oldest_ms, tolerance=tolerance)
        self._close_periods(candle)
        self.broken = self.structure.update(candle)
        self._note_swings(candle, tolerance)
        push = self._push(candle, atr)
        self._displaced = self._judge(candle, atr)
        self.recent.appendleft(candle)
        self.entries = ()
        self._advance(self.bulls, candle, swept=below, push=push)
        self._advance(self.bears, candle, swept=above, push=push)
        self._atr.update(candle.high, candle.low, candle.close)
        return self._told(self.structure.trend)

    def _close_periods(self, candle: Candle) -> None:
        """Add the highs and lows of the sessions, day and week that end with this candle."""
        for session in self.sessions.update(candle):
            name, since_ms = session.zone.replace("_", " "), session.from_ms
            for pool in session.extremes.pools(PoolSource.SESSION, name, since_ms=since_ms):
                self._camp(pool.way).note_pool(pool)
        for period in self._periods:
            for pool in period.update(candle):
                self._camp(pool.way).note_pool(pool)

    def _note_swings(self, candle: Candle, tolerance: float) -> None:
        for swing in self.structure.news:
            self._camp(swing.way).note_swing(swing, tolerance=tolerance)
        self.large.update(candle)
        for swing in self.large.news:
            self._camp(swing.way).note_large_swing(swing)

    def _push(self, candle: Candle, atr: float) -> Push | None:
        """Add the gap that ends with this candle; it is a push if the middle one was displaced."""
        if len(self.recent) < 2 or not atr:
            return None
        settings, (middle, first) = self.settings, (self.recent[0], self.recent[1])
        least = max(settings.gap_atr_min * atr, settings.gap_share_min * candle.close)
        gap = gap_between(first, middle, candle, least=least, filled_at=settings.gap_filled_at)
        if gap is None:
            return None
        self._camp(gap.way).gaps.add(gap)
        if self._displaced is None or self._displaced.way is not gap.way:
            return None
        return Push(displacement=self._displaced, gap=gap)

    def _judge(self, candle: Candle, atr: float) -> Displacement | None:
        if not atr:
            return None
        factor, body = self.settings.displacement_factor, self.settings.displacement_body
        return displaced(candle, atr, factor=factor, body_share=body)

    def _advance(
        self, camp: Camp, candle: Candle, *, swept: Pool | None, push: Push | None
    ) -> None:
        """Tell a camp's story on: a sweep begins it, a drive confirms it, an entry ends it."""
        broken, drive = self.broken, None
        if camp.setups.waiting is None and swept is None and push is None and broken is None:
            return
        ours = broken if broken is not None and broken.way is camp.way else None
        pushed = push if push is not None and push.gap.way is camp.way else None
        if ours or pushed:
            drive = camp.note_drive(candle, self.recent, broken=ours, push=pushed)
        zone = self.sessions.zone
        if zone not in self._hunted and not self.settings.anytime:
            swept = None
        ready = camp.setups.update(candle, swept=swept, zone=zone, drive=drive)
        if ready is None:
            return
        zones, targets, atr = camp.zones_of(ready, candle), camp.pools.resting, self._atr.value
        entry = entry_at(candle, ready, zones, targets, atr=atr or 0.0, settings=self.settings)
        if entry is not None:
            camp.setups.finish()
            self.entries += (entry,)
            self.past.append(entry)

    def _camp(self, way: Way) -> Camp:
        return self.bulls if way is Way.UP else self.bears
