"""One symbol's order book on the stream, and who fetches the snapshots it begins with."""

import asyncio
from collections.abc import Callable

from noctule.adapters.binance.market.depth_book import LocalBook, Taking
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.questions import MarketQuestions
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.wire.depth import DEPTH_UPDATE
from noctule.adapters.binance.wire.market import read_frame
from noctule.domain.errors import BudgetExhausted, VenueError
from noctule.domain.events.data import DepthUpdated
from noctule.domain.ids import trace_of
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["DepthFeed", "DepthSnapshots"]

_log = get_log(__name__)


class DepthFeed:
    """Tells the upper levels of the book after every change, while the book is whole."""

    def __init__(
        self,
        symbol: Symbol,
        *,
        levels: int,
        outbox: EventOutbox,
        counts: FeedCounts,
        ask: Callable[["DepthFeed"], None],
    ) -> None:
        self.symbol = symbol
        self.book = LocalBook(symbol)
        self._levels = levels
        self._outbox = outbox
        self._counts = counts
        self._ask = ask
        self._cause = f"depth:{symbol}"
        self._slot = ("depth", symbol)

    def begin_anew(self) -> None:
        """Forget the book: changes may have been missed."""
        self.book.clear()

    def hear(self, frame: bytes) -> None:
        """Take a frame of the stream; raises FeedMalformed for one that cannot be true."""
        event = read_frame(DEPTH_UPDATE, frame)
        match self.book.take(event):
            case Taking.APPLIED:
                self.tell(event.event_ms)
            case Taking.BROKEN:
                self._counts.resynced += 1
                self._ask(self)
            case Taking.WAITS:
                self._ask(self)
            case Taking.STALE:
                pass

    def tell(self, at_ms: int) -> None:
        """Publish how the book is now."""
        trace = trace_of(self._cause, at_ms)
        self._outbox.replace(
            DepthUpdated(at_ms=at_ms, trace=trace, depth=self.book.best(self._levels)), self._slot
        )


class DepthSnapshots:
    """Fetches a snapshot for every book that is void, one after the other."""

    def __init__(
        self, *, source: MarketQuestions, clock: Clock, settings: CollectorSettings
    ) -> None:
        self._source = source
        self._clock = clock
        self._settings = settings
        self._waiting: dict[DepthFeed, None] = {}  # in the order they asked, each once
        self._asked = asyncio.Event()

    def ask(self, feed: DepthFeed) -> None:
        """Fetch a snapshot for a book; asking twice is asking once."""
        self._waiting[feed] = None
        self._asked.set()

    async def run(self) -> None:
        """Fetch until cancelled; a book whose snapshot does not fit comes again, after a pause."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            while self._waiting:
                feed = next(iter(self._waiting))
                await self._clock.sleep_ms(await self._begin(feed))

    async def _begin(self, feed: DepthFeed) -> int:
        """Fetch one snapshot, and return how long to wait before the next."""
        settings = self._settings
        try:
            snapshot = await self._source.depth(feed.symbol)
        except VenueError as exc:
            self._waiting[feed] = self._waiting.pop(feed)  # after the others: it may be refused
            _log.warning("order book not fetched", symbol=feed.symbol, cause=str(exc))
            wait_ms = exc.retry_after_ms if isinstance(exc, BudgetExhausted) else 0
            return max(settings.retry_ms, wait_ms)
        del self._waiting[feed]
        if feed.book.begin(snapshot):
            return 0
        self._waiting[feed] = None
        return settings.retry_ms
