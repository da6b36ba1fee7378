"""Our collector, listening to the exchange on loopback, and what it is compared with."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from random import Random

from noctule.adapters.binance.collector import BinanceDataCollector, MarketRoads
from noctule.adapters.binance.market.questions import MarketRest
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.rest.parts import rest_over
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.clock import ScaledClock, SystemClock
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import CandleClosed
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.loopback import Loopback

__all__ = ["HASTY", "HASTY_STREAMS", "CollectorDesk", "collector_at", "history_of"]

# A market that runs 600 times as fast gives a minute 100 ms; what waits for real time waits less.
HASTY = CollectorSettings(
    mark_price="3s",
    check_ms=20,
    close_grace_ms=250,
    retry_ms=100,
    retry_ms_max=1_000,
    silence_ms=1_500,
    probe_ms=500,
    push_ms=200,
)
HASTY_STREAMS = StreamSettings(
    backoff_ms=100,
    backoff_ms_max=500,
    ping_ms=1_000,
    pong_timeout_ms=1_000,
    silence_ms=2_000,
    message_gap_ms=110,
)


class CollectorDesk:
    """A collector at work, and everything it has told."""

    def __init__(self, collector: BinanceDataCollector, rest: MarketRest, speed: float) -> None:
        self.collector = collector
        self.rest = rest
        self.speed = speed
        self.events: list[DataEvent] = []
        self._told = asyncio.Event()
        self.closed = defaultdict[tuple[Symbol, Timeframe], list[Candle]](list)

    async def listen(self) -> None:
        """Keep all events but the updates, which may be replaced anyway."""
        async for event in self.collector.events():
            if isinstance(event, CandleClosed):
                self.closed[event.candle.symbol, event.candle.timeframe].append(event.candle)
            else:
                self.events.append(event)
            self._told.set()

    async def market_minutes(self, minutes: float) -> None:
        """Let so much market time pass."""
        await asyncio.sleep(minutes * 60 / self.speed)

    async def heard(self, symbol: Symbol, count: int) -> None:
        """Wait until so many candles of a symbol have been told."""
        await self.until(lambda: len(self.closed[symbol, Timeframe.M1]) >= count)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that an event brings about."""
        while not holds():
            self._told.clear()
            await self._told.wait()


@asynccontextmanager
async def collector_at(
    exchange: Loopback,
    candles: Iterable[tuple[Symbol, Timeframe]],
    *,
    speed: float = 600,
    settings: CollectorSettings = HASTY,
    streams: StreamSettings = HASTY_STREAMS,
) -> AsyncIterator[CollectorDesk]:
    """Collect until the context ends; the clock follows the exchange's at its speed."""
    transport = HttpTransport(exchange.rest_url)
    real = SystemClock()
    rest = MarketRest(rest_over(transport, keys=None, clock=real, jitter=Random(1)))
    clock = ScaledClock(real, start_ms=await rest.server_ms(), speed=speed)
    collector = BinanceDataCollector(
        MarketRoads(rest=rest, transport=transport, stream_url=exchange.stream_url),
        clock=clock,
        jitter=Random(1),
        candles=candles,
        settings=settings,
        streams=streams,
    )
    desk = CollectorDesk(collector, rest, speed)
    try:
        async with asyncio.TaskGroup() as group:
            await collector.start()
            group.create_task(desk.listen())
            yield desk
            await collector.stop()
    finally:
        await collector.stop()
        await transport.close()


async def history_of(
    rest: MarketRest, symbol: Symbol, timeframe: Timeframe, *, like: Sequence[Candle]
) -> list[Candle]:
    """Return what the exchange has where the collector has told these candles."""
    rows = await rest.klines(symbol, timeframe, start_ms=like[0].open_ms, limit=1_500)
    return [row.candle(symbol, timeframe) for row in rows if row.open_ms <= like[-1].open_ms]
