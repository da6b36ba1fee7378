"""BinanceDataCollector: candles exactly once, and whatever else of the market is wanted."""

import asyncio
from collections.abc import AsyncIterator, Callable, Container, Iterable, Sequence
from random import Random

from msgspec import Struct

from noctule.adapters.binance.market.backfill import Backfill
from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.connection import MarketConnection, StreamFeed
from noctule.adapters.binance.market.depth_feed import DepthFeed, DepthSnapshots
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.feed_states import FeedStates
from noctule.adapters.binance.market.history import KlineHistory
from noctule.adapters.binance.market.kline_watch import KlineWatch
from noctule.adapters.binance.market.price_feeds import BookTickerFeed, MarkPriceFeed, TradeFeed
from noctule.adapters.binance.market.questions import MarketQuestions
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.streams.feeds import Feeds
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.road import Transport
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import CandleClosed, CandleUpdated
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from noctule.ports.clock import Clock

__all__ = ["BinanceDataCollector", "MarketRoads", "OnCandle"]

OnCandle = Callable[[CandleUpdated | CandleClosed], None]


class MarketRoads(Struct, frozen=True, kw_only=True):
    """How the market is reached."""

    rest: MarketQuestions
    transport: Transport
    stream_url: str


class BinanceDataCollector:
    """Implements the Collector port over the market streams and REST.

    `history` says with which candle `events` begins: the one after the last it returned. A series
    nobody asked the history of begins with the candle that is running at `start`. Another `start`
    after a `stop` goes on where the first one ended, so a restart makes no gap.
    """

    def __init__(  # noqa: PLR0913  # what it stands on, and what is wanted
        self,
        roads: MarketRoads,
        *,
        clock: Clock,
        jitter: Random,
        candles: Iterable[tuple[Symbol, Timeframe]],
        settings: CollectorSettings | None = None,
        streams: StreamSettings | None = None,
        on_candle_callback: OnCandle | None = None,
    ) -> None:
        self._settings = settings = settings or CollectorSettings()
        rest = roads.rest
        self.counts = counts = FeedCounts()
        self._roads = roads
        self._clock = clock
        self._jitter = jitter
        self._stream_settings = streams or StreamSettings()
        self._on_candle = on_candle_callback
        self._outbox = outbox = EventOutbox(events_max=settings.events_max)
        self._history = KlineHistory(rest, counts)
        self._backfill = Backfill(
            source=rest, history=self._history, outbox=outbox, clock=clock, settings=settings
        )
        self._snapshots = DepthSnapshots(source=rest, clock=clock, settings=settings)
        self._watch = KlineWatch(source=rest, clock=clock, settings=settings, counts=counts)
        self._states = FeedStates(outbox=outbox, clock=clock, ask=self._backfill.ask)
        self._candles = {
            (symbol, timeframe): CandleFeed(
                symbol,
                timeframe,
                outbox=outbox,
                counts=counts,
                ask=self._backfill.ask,
                now_ms=clock.now_ms,
            )
            for symbol, timeframe in candles
        }
        self._feeds = {
            **{feed.stream: feed for feed in self._candles.values()},
            **self._other_feeds(settings),
        }
        self._work: asyncio.Task[None] | None = None

    def leave_out(self, symbols: Container[Symbol]) -> None:
        """Follow nothing of these: they are not listed, or not open; before the first start."""
        assert self._work is None, "it has been started"
        self._candles = {key: feed for key, feed in self._candles.items() if key[0] not in symbols}
        self._feeds = {
            **{feed.stream: feed for feed in self._candles.values()},
            **self._other_feeds(self._settings),
        }

    async def start(self) -> None:
        """Connect."""
        assert self._work is None, "started twice"
        now_ms = self._clock.now_ms()
        for feed in self._candles.values():
            if not feed.is_placed:
                feed.place(feed.timeframe.open_of(now_ms))
        self._outbox.reopen()
        # The root of a TaskGroup of its own: start and stop are two calls, no `with` spans both.
        self._work = asyncio.get_running_loop().create_task(self._run(), name="collector")
        self._work.add_done_callback(lambda _work: self._outbox.close())

    async def history(self, symbol: Symbol, timeframe: Timeframe, count: int) -> Sequence[Candle]:
        """Return the latest closed candles, oldest first, but none that `events` will yield."""
        candles = await self._history.latest(symbol, timeframe, count=max(count, 1))
        feed = self._candles.get((symbol, timeframe))
        if feed is not None and feed.is_placed:
            next_ms = self._next_ms(feed)
            candles = [candle for candle in candles if candle.open_ms < next_ms]
        elif feed is not None and candles:
            feed.place(candles[-1].close_ms + 1, after=candles[-1])
        return candles[-count:] if count else ()

    async def index_price(self, symbol: Symbol) -> float:
        """Return where a contract's index stands now; it need not be one that is traded."""
        return await self._roads.rest.index_price(symbol)

    async def events(self) -> AsyncIterator[DataEvent]:
        """Yield what happens from now on: each closed candle exactly once, in order."""
        while (event := await self._outbox.get()) is not None:
            if self._on_candle is not None and isinstance(event, CandleClosed | CandleUpdated):
                self._on_candle(event)
            yield event
        if self._work is not None:
            await self._work  # it has ended by itself: say why

    async def start_streaming(self) -> None:
        """Start, and tell `on_candle_callback` until stopped; for who has no bus."""
        await self.start()
        async for _ in self.events():
            pass

    async def stop(self) -> None:
        """Disconnect; `events` ends when everything that was heard has been yielded."""
        work, self._work = self._work, None
        if work is None:
            return
        work.cancel()
        await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # `events` has told it

    async def _run(self) -> None:
        connections: list[MarketConnection] = []
        streams = Feeds(
            transport=self._roads.transport,
            clock=self._clock,
            jitter=self._jitter,
            settings=self._stream_settings,
            base_url=self._roads.stream_url,
            names=self._feeds,
            listener=lambda names: self._connection(names, connections),
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self._backfill.run(tuple(self._candles.values())))
            group.create_task(self._snapshots.run())
            group.create_task(self._watch.run(connections, streams.renew))
            group.create_task(streams.run())

    def _connection(
        self, names: Sequence[str], connections: list[MarketConnection]
    ) -> MarketConnection:
        connection = MarketConnection(
            names, feeds=self._feeds, states=self._states, clock=self._clock, counts=self.counts
        )
        connections.append(connection)
        return connection

    def _other_feeds(self, settings: CollectorSettings) -> dict[str, StreamFeed]:
        """Make the feeds beside the candles, each by the name of its stream."""
        outbox, counts = self._outbox, self.counts
        feeds: dict[str, StreamFeed] = {}
        for symbol in {symbol: None for symbol, _ in self._candles}:
            stream = symbol.lower()
            if settings.mark_price != "off":
                speed = "@1s" if settings.mark_price == "1s" else ""
                feeds[f"{stream}@markPrice{speed}"] = MarkPriceFeed(symbol, outbox=outbox)
            if settings.trades:
                feeds[f"{stream}@aggTrade"] = TradeFeed(symbol, outbox=outbox, counts=counts)
            if settings.book_ticker:
                feeds[f"{stream}@bookTicker"] = BookTickerFeed(symbol, outbox=outbox)
            if settings.depth_levels:
                feeds[f"{stream}@depth"] = DepthFeed(
                    symbol,
                    levels=settings.depth_levels,
                    outbox=outbox,
                    counts=counts,
                    ask=self._snapshots.ask,
                )
        return feeds

    def _next_ms(self, feed: CandleFeed) -> int:
        """Return when the candle opens that `events` yields next of a feed."""
        waiting = (
            event.candle.open_ms
            for event in self._outbox.waiting()
            if isinstance(event, CandleClosed)
            and (event.candle.symbol, event.candle.timeframe) == (feed.symbol, feed.timeframe)
        )
        return next(waiting, feed.ledger.due_ms)
