"""Who asks REST for candles that the stream has not told, and when."""

import asyncio
from collections.abc import Sequence

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.history import KlineHistory
from noctule.adapters.binance.market.questions import MarketQuestions
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.wire.market_rest import KLINES_MAX, KlineRow
from noctule.domain.beat import until_beat_ms
from noctule.domain.errors import BudgetExhausted, VenueError
from noctule.domain.values import Timeframe
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["Backfill"]

_DOUBLINGS_MAX = 16
_SPARE = 2  # rows: the open one, and one more in case our clock is behind

_log = get_log(__name__)


class _Errand:
    """What is known about asking for one feed's candles."""

    __slots__ = (
        "doubt",
        "in_vain",
        "is_failing",
        "is_under_way",
        "late_for_ms",
        "late_since_ms",
        "not_before_ms",
    )

    def __init__(self) -> None:
        self.is_under_way = False
        self.late_for_ms = -1  # the candle that is late …
        self.late_since_ms = 0  # … and since when it is, in elapsed time
        self.not_before_ms = 0  # elapsed time
        self.is_failing = False
        self.in_vain = 0  # attempts in a row that failed, or to which the exchange knew nothing
        self.doubt: KlineRow | None = None  # a row that has to be told twice to be believed


class Backfill:
    """Fetches a candle at once when it is known to be missing, and on a deadline otherwise.

    It is known to be missing when a later one is heard of, and after a reconnect. The deadline
    counts real time from the candle's end by the market clock, so a candle that is never pushed,
    because nobody traded or the stream is dead, does not stall the feed.
    """

    def __init__(
        self,
        *,
        source: MarketQuestions,
        history: KlineHistory,
        outbox: EventOutbox,
        clock: Clock,
        settings: CollectorSettings,
    ) -> None:
        self._source = source
        self._history = history
        self._outbox = outbox
        self._clock = clock
        self._settings = settings
        self._errands: dict[CandleFeed, _Errand] = {}
        self._asked: asyncio.Queue[CandleFeed] = asyncio.Queue()  # each feed at most once

    def ask(self, feed: CandleFeed) -> None:
        """Fetch what a feed lacks, now, or after the pause that a failure has earned."""
        errand = self._errands.setdefault(feed, _Errand())
        if errand.is_under_way or self._clock.elapsed_ms() < errand.not_before_ms:
            return
        errand.is_under_way = True
        self._asked.put_nowait(feed)

    async def run(self, feeds: Sequence[CandleFeed]) -> None:
        """Keep the feeds complete until cancelled."""
        for errand in self._errands.values():
            errand.is_under_way = False  # of a run before this one
        self._asked = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.fetches_at_once):
                group.create_task(self._run_errands())
            while True:
                elapsed_ms = self._clock.elapsed_ms()
                await self._clock.sleep_ms(until_beat_ms(elapsed_ms, self._settings.check_ms))
                self._ask_for_late(feeds)

    def _ask_for_late(self, feeds: Sequence[CandleFeed]) -> None:
        """Ask for the candles that have been over for longer than their closes may take."""
        market_ms, now_ms = self._clock.now_ms(), self._clock.elapsed_ms()
        if self._outbox.is_full:
            return
        for feed in feeds:
            ledger = feed.ledger
            if ledger.due_close_ms >= market_ms:
                continue
            errand = self._errands.setdefault(feed, _Errand())
            if errand.late_for_ms != ledger.due_ms:
                errand.late_for_ms, errand.late_since_ms = ledger.due_ms, now_ms
            if now_ms - errand.late_since_ms >= self._settings.close_grace_ms:
                self.ask(feed)

    async def _run_errands(self) -> None:
        while True:
            feed = await self._asked.get()
            errand = self._errands[feed]
            pause_ms = await self._attempt(feed, errand)
            errand.not_before_ms = self._clock.elapsed_ms() + pause_ms
            errand.is_under_way = False

    async def _attempt(self, feed: CandleFeed, errand: _Errand) -> int:
        """Fetch, and return after how long it may be tried again."""
        due_ms = feed.ledger.due_ms
        try:
            is_known = await self._fetch(feed, errand)
        except VenueError as exc:
            if not errand.is_failing:
                _log.warning("candles not fetched", stream=feed.stream, cause=str(exc))
            errand.is_failing = True
            errand.in_vain += 1
            wait_ms = exc.retry_after_ms if isinstance(exc, BudgetExhausted) else 0
            return max(self._pause_ms(errand), wait_ms)
        errand.is_failing = False
        errand.in_vain = 0 if is_known else errand.in_vain + 1
        return 0 if feed.ledger.due_ms > due_ms else self._pause_ms(errand)

    async def _fetch(self, feed: CandleFeed, errand: _Errand) -> bool:
        """Fetch page by page, for as long as pages are full and bring something.

        Return False where the exchange knows of no candle, not even of a running one: the market
        stands still, and is not asked about every second.
        """
        while not self._outbox.is_full:
            doubt, errand.doubt = errand.doubt, None
            server_ms = 0 if doubt is None else await self._source.server_ms()
            due_ms, now_ms = feed.ledger.due_ms, self._clock.now_ms()
            limit = _page_limit(feed.timeframe, start_ms=due_ms, now_ms=now_ms)
            rows = await self._source.klines(
                feed.symbol, feed.timeframe, start_ms=due_ms, limit=limit
            )
            if not rows:
                return False
            self._take(feed, errand, rows, told_ms=now_ms, doubt=doubt, server_ms=server_ms)
            if len(rows) < KLINES_MAX or feed.ledger.due_ms == due_ms:
                break
        return True

    def _take(
        self,
        feed: CandleFeed,
        errand: _Errand,
        rows: Sequence[KlineRow],
        *,
        told_ms: int,
        doubt: KlineRow | None,
        server_ms: int,
    ) -> None:
        """Take what is settled; the last row is if, being over, it was told twice."""
        first, last = rows[0], rows[-1]
        is_hole = doubt is not None and doubt.open_ms == first.open_ms > feed.ledger.due_ms
        if is_hole:
            feed.fill_idle(first.open_ms, told_ms)
        is_settled = last == doubt and last.close_ms < server_ms
        settled = rows if is_settled else rows[:-1]
        feed.fill(self._history.candles(feed.symbol, feed.timeframe, settled), told_ms)
        if feed.ledger.due_ms < first.open_ms:
            errand.doubt = first  # a hole: believed when it is still there next time
        elif feed.ledger.due_ms == last.open_ms and not is_settled and last.close_ms < told_ms:
            errand.doubt = last

    def _pause_ms(self, errand: _Errand) -> int:
        doublings = min(max(errand.in_vain - 1, 0), _DOUBLINGS_MAX)
        return min(self._settings.retry_ms << doublings, self._settings.retry_ms_max)


def _page_limit(timeframe: Timeframe, *, start_ms: int, now_ms: int) -> int:
    """Return how many rows to ask for: no more than there can be, for they are paid by the row."""
    wanted = (timeframe.open_of(now_ms) - start_ms) // timeframe.ms_max
    return min(max(wanted, 0) + _SPARE, KLINES_MAX)
