"""Klines of one symbol: minutes are built from ticks, longer ones from shorter ones.

Only closed klines are handed on to the longer interval, so a tick costs the same however many
intervals are kept; the running kline of a long interval is put together when somebody looks.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.intervals import DAY_MS, INTERVALS, Interval
from noctule.adapters.sim.model import ZERO

__all__ = ["KLINES_MAX", "Kline", "Klines"]

KLINES_MAX: Final = 1_500  # as many as one REST answer may hold
_PAST_MS: Final = 730 * DAY_MS  # nor more than two years, so that a long run stops growing
_MINUTE: Final = INTERVALS["1m"]


class Kline(Struct, kw_only=True):
    """One candle, as the exchange shows it; idle while nobody has traded in it."""

    open_ms: int
    close_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal = ZERO
    quote_volume: Decimal = ZERO
    count: int = 0
    taker_buy_volume: Decimal = ZERO
    taker_buy_quote: Decimal = ZERO
    first_id: int = -1
    last_id: int = -1

    @property
    def is_idle(self) -> bool:
        """Tell whether it only repeats the close before it."""
        return self.count == 0 and not self.volume

    def absorb(self, later: "Kline") -> None:
        """Add what came later; open, high and low come from traded klines only (facts 4)."""
        if self.is_idle:
            self.open, self.high, self.low = later.open, later.high, later.low
            self.first_id = later.first_id
        elif not later.is_idle:
            self.high = max(self.high, later.high)
            self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume
        self.quote_volume += later.quote_volume
        self.count += later.count
        self.taker_buy_volume += later.taker_buy_volume
        self.taker_buy_quote += later.taker_buy_quote
        self.last_id = max(self.last_id, later.last_id)

    def touch(self, price: Decimal) -> None:
        """Move to a price; the first one opens."""
        if self.is_idle:
            self.open = self.high = self.low = price
        elif price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.close = price


class Klines:
    """All klines of one symbol: of each kept interval 1500 at most, and two years at most."""

    def __init__(self, intervals: Iterable[str] = INTERVALS) -> None:
        kept = sorted((INTERVALS[name] for name in {*intervals, "1m"}), key=_length)
        self._series = {interval.name: _Series(interval) for interval in kept}
        for interval in kept[1:]:
            self._series[_parent(interval, kept).name].longer.append(self._series[interval.name])
        self._minutes = self._series["1m"]
        self._next_id = 1

    def trade(self, tick: Tick) -> None:
        """Take one tick into the running minute; roll() has been told the time before."""
        minute = self._minute(tick.time_ms, tick.price)
        minute.touch(tick.price)
        if minute.first_id < 0:
            minute.first_id = self._next_id
        self._next_id += tick.count
        minute.last_id = self._next_id - 1
        minute.count += tick.count
        minute.volume += tick.qty
        minute.quote_volume += tick.quote_qty
        minute.taker_buy_volume += tick.taker_buy_qty
        minute.taker_buy_quote += tick.taker_buy_quote

    def sample(self, time_ms: int, price: Decimal) -> None:
        """Take a price at which nobody traded: mark and index klines have a count, no volume."""
        minute = self._minute(time_ms, price)
        minute.touch(price)
        minute.count += 1

    def roll(self, now_ms: int) -> Iterator[tuple[str, Kline]]:
        """Close what has ended, shorter before longer; a minute without trades repeats the close.

        A symbol's klines begin with its first trade, not on the grid's next line.
        """
        minute = self._minutes.running
        while minute is not None and minute.close_ms < now_ms:
            yield from self._minutes.close(minute)
            minute = self._minutes.running = _idle(_MINUTE, minute.close_ms + 1, minute.close)

    def running(self, interval: str) -> Kline | None:
        """Return a copy of the kline that is still open; None before the first trade."""
        minute = self._minutes.running
        if minute is None:
            return None
        if interval not in self._series:
            return self._built(interval)[-1]
        wanted = self._series[interval].interval
        view = _idle(wanted, minute.open_ms, minute.close)
        for series in self._path(interval):
            if series.running is not None:
                view.absorb(series.running)
        return view

    def latest(self, interval: str, limit: int) -> list[Kline]:
        """Return the last so many klines, the running one last; copies where they may change."""
        if interval not in self._series:
            return self._built(interval)[-limit:]
        running = self.running(interval)
        if running is None:
            return []
        closed = self._series[interval].closed
        return [*islice(closed, max(0, len(closed) - limit + 1), None), running]

    def _minute(self, time_ms: int, price: Decimal) -> Kline:
        if self._minutes.running is None:
            self._minutes.running = _idle(_MINUTE, time_ms, price)
        return self._minutes.running

    def _path(self, interval: str) -> list["_Series"]:
        """Return the series whose running parts make up this interval's, oldest part first."""
        path = [self._series[interval]]
        while path[-1] is not self._minutes:
            path.append(
                next(each for each in self._series.values() if path[-1] in each.longer),
            )
        return path

    def _built(self, interval: str) -> list[Kline]:
        """Build an interval that is not kept from what is, as far back as that reaches."""
        wanted = INTERVALS[interval]
        parent = _parent(wanted, [series.interval for series in self._series.values()])
        built: list[Kline] = []
        for part in self.latest(parent.name, KLINES_MAX):
            if not built or built[-1].close_ms < part.open_ms:
                built.append(_idle(wanted, part.open_ms, part.close))
            built[-1].absorb(part)
        return built


class _Series:
    """One interval: what is closed, what has been closed below it since, and who builds on it."""

    def __init__(self, interval: Interval) -> None:
        self.interval = interval
        self.running: Kline | None = None
        self.closed: deque[Kline] = deque(maxlen=min(KLINES_MAX, _PAST_MS // interval.ms))
        self.longer: list[_Series] = []

    def close(self, kline: Kline) -> Iterator[tuple[str, Kline]]:
        self.closed.append(kline)
        self.running = None
        yield self.interval.name, kline
        for series in self.longer:
            yield from series.take(kline)

    def take(self, part: Kline) -> Iterator[tuple[str, Kline]]:
        running = self.running or _idle(self.interval, part.open_ms, part.close)
        running.absorb(part)
        self.running = running
        if part.close_ms == running.close_ms:
            yield from self.close(running)


def _idle(interval: Interval, at_ms: int, price: Decimal) -> Kline:
    open_ms = interval.open_of(at_ms)
    return Kline(
        open_ms=open_ms,
        close_ms=interval.end_of(open_ms) - 1,
        open=price,
        high=price,
        low=price,
        close=price,
    )


def _parent(interval: Interval, kept: Iterable[Interval]) -> Interval:
    """Return the longest kept interval that this one can be built of."""
    return max((each for each in kept if interval.is_built_of(each)), key=_length)


def _length(interval: Interval) -> int:
    return interval.ms
