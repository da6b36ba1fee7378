"""Who notices a kline stream that is dead while everything else on its connection lives."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from typing import Final, Protocol

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.questions import MarketQuestions
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.rest.calls import Lane
from noctule.domain.beat import until_beat_ms
from noctule.domain.errors import VenueError
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["KlineWatch", "Renew", "Watched"]

_ROWS: Final = 4
_log = get_log(__name__)


class Watched(Protocol):
    """A connection with kline streams on it."""

    @property
    def candle_feeds(self) -> Sequence[CandleFeed]:
        """Return the feeds whose streams it carries."""
        ...

    @property
    def restored_ms(self) -> int | None:
        """Return since when it is up, in elapsed time; None while it is down."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """Return the names of its streams."""
        ...


class Renew(Protocol):
    """Whoever connects anew."""

    def __call__(self, reason: str, *, name: str) -> None:
        """Connect anew the connection that carries a stream."""
        ...


class KlineWatch:
    """Compares silence with the market: a stream that says nothing of what trades is dead.

    Silence alone proves nothing, for klines are pushed when somebody trades. So REST is asked:
    whether the market moved while the stream did not, or whether several traded candles in a row
    had to be fetched. Mark prices and pongs do not count as signs of life.
    """

    def __init__(
        self,
        *,
        source: MarketQuestions,
        clock: Clock,
        settings: CollectorSettings,
        counts: FeedCounts,
    ) -> None:
        self._source = source
        self._clock = clock
        self._settings = settings
        self._counts = counts

    async def run(self, connections: Iterable[Watched], renew: Renew) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            for connection in connections:
                if connection.candle_feeds:
                    group.create_task(self._watch(connection, renew))

    async def _watch(self, connection: Watched, renew: Renew) -> None:
        pulse = _Pulse(connection.candle_feeds)
        while True:
            elapsed_ms = self._clock.elapsed_ms()
            await self._clock.sleep_ms(until_beat_ms(elapsed_ms, self._settings.check_ms))
            pulse.feel(self._clock.elapsed_ms())
            reason = self._forgotten(connection, pulse)
            if reason is None and self._is_silent(connection, pulse):
                reason = await self._proof(connection, pulse)
            if reason is not None:
                self._counts.renewed += 1
                renew(reason, name=connection.names[0])

    def _forgotten(self, connection: Watched, pulse: "_Pulse") -> str | None:
        """Name a single stream that says nothing while its candles are traded."""
        for feed in connection.candle_feeds:
            if feed.unheard < self._settings.unheard_max:
                continue
            if self._silent_ms(connection, pulse.heard_ms(feed)) >= self._settings.silence_ms:
                feed.unheard = 0
                return f"{feed.stream} is silent about candles that were traded"
        return None

    def _is_silent(self, connection: Watched, pulse: "_Pulse") -> bool:
        return self._silent_ms(connection, pulse.latest_ms) >= self._settings.silence_ms

    def _silent_ms(self, connection: Watched, heard_ms: int) -> int:
        """Return for how long nothing was heard on a connection that is up."""
        if connection.restored_ms is None:
            return 0
        return self._clock.elapsed_ms() - max(heard_ms, connection.restored_ms)

    async def _proof(self, connection: Watched, pulse: "_Pulse") -> str | None:
        """Return why a silent connection is dead; None if the market stands still as well."""
        feed = pulse.liveliest()
        try:
            before = await self._trades(feed)
            await self._clock.sleep_ms(self._settings.probe_ms)
            after = await self._trades(feed)
        except VenueError as exc:
            if not pulse.is_unexplained:
                _log.info("silence not explained", stream=feed.stream, cause=str(exc))
            pulse.is_unexplained = True
            await self._clock.sleep_ms(self._settings.probe_ms)
            return None
        pulse.is_unexplained = False
        if not any(trades > before.get(open_ms, 0) for open_ms, trades in after.items()):
            return None
        await self._clock.sleep_ms(self._settings.push_ms)  # for what is on its way
        pulse.feel(self._clock.elapsed_ms())
        is_dead = self._is_silent(connection, pulse)
        return "the market trades and no kline is pushed" if is_dead else None

    async def _trades(self, feed: CandleFeed) -> Mapping[int, int]:
        """Return how many trades the latest candles have, by their opening times."""
        rows = await self._source.klines(feed.symbol, feed.timeframe, limit=_ROWS, lane=Lane.GUARD)
        return {row.open_ms: row.trades for row in rows}


class _Pulse:
    """When each feed was heard last, as often as somebody looks; costs the frames nothing."""

    def __init__(self, feeds: Sequence[CandleFeed]) -> None:
        self._frames = {feed: feed.frames for feed in feeds}
        self._heard_ms = dict.fromkeys(feeds, 0)
        self.latest_ms = 0
        self.is_unexplained = False  # REST was asked about the silence, and did not answer
        self._turns = cycle(feeds)

    def feel(self, now_ms: int) -> None:
        """Note which feeds have been heard since the last look."""
        for feed, frames in self._frames.items():
            if feed.frames != frames:
                self._frames[feed] = feed.frames
                self._heard_ms[feed] = self.latest_ms = now_ms

    def liveliest(self) -> CandleFeed:
        """Return the feed that has told most, or while none has told anything, each in turn."""
        feed = next(self._turns)
        return max((feed, *self._frames), key=lambda each: each.frames)

    def heard_ms(self, feed: CandleFeed) -> int:
        """Return when a feed was heard last, in elapsed time."""
        return self._heard_ms[feed]
