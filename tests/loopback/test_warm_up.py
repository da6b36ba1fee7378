"""A board warmed up over the wire goes on without a hole, and shows what the exchange shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from noctule.adapters.binance.collector import BinanceDataCollector, MarketRoads
from noctule.adapters.binance.market.questions import MarketRest
from noctule.adapters.binance.transport.http import HttpTransport
from noctule.adapters.clock import ScaledClock, SystemClock
from noctule.domain.events.data import CandleClosed
from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.engine.warm_up import warm_up
from noctule.market.board import Board
from noctule.ports.clock import Clock
from noctule.strategies.sma_cross import SmaCross, SmaCrossSettings
from tests.builders import BTCUSDT
from tests.fakes.loopback import Loopback, loopback, market_of
from tests.fakes.rest_desk import rest_to

SPEED = 600
HIGHER = (Timeframe.M3, Timeframe.M5, Timeframe.H1, Timeframe.MO1)
OPEN_MS = 1_790_815_500_000  # 2026-10-01 00:45, a Thursday
HISTORY_MS = 3 * 3_600_000  # so the exchange has the last two hours of September
MINUTES = 20  # until after 01:00


async def test_the_boards_bars_are_the_exchanges_before_and_after_the_start() -> None:
    board = Board(BTCUSDT, base=Timeframe.M1, higher=HIGHER, capacity=50)
    desk = Desk(label="mine", strategy=SmaCross(SmaCrossSettings()), board=board)
    market = market_of("BTCUSDT", open_ms=OPEN_MS, history_ms=HISTORY_MS)
    async with loopback(market, speed=SPEED) as exchange:
        clock = ScaledClock(SystemClock(), start_ms=exchange.now_ms, speed=SPEED)
        async with collecting(exchange, clock) as collector:
            await warm_up(collector, [desk], clock=clock)
            warm = {each: len(series.history) for each, series in board.series.items()}
            await collector.start()
            built = [bar async for bar in taken(collector, board)]
            told = {each: await collector.history(BTCUSDT, each, 60) for each in board.series}

    assert warm[Timeframe.M1] == 50
    assert min(warm[Timeframe.M3], warm[Timeframe.M5]) > 30
    assert (warm[Timeframe.H1], warm[Timeframe.MO1]) in {(2, 1), (3, 1)}
    assert {bar.timeframe for bar in built} == {"3m", "5m", "1h"}
    for timeframe, series in board.series.items():
        shown = {bar.open_ms: bar for bar in series.history}
        known = {bar.open_ms: bar for bar in told[timeframe] if bar.open_ms in shown}
        assert len(known) >= min(len(shown), 40), timeframe
        for open_ms, bar in known.items():
            assert figures(shown[open_ms]) == figures(bar)


@asynccontextmanager
async def collecting(exchange: Loopback, clock: Clock) -> AsyncIterator[BinanceDataCollector]:
    """Give a collector of one symbol's minutes that has not started."""
    transport = HttpTransport(exchange.rest_url)
    async with rest_to(exchange) as rest:
        roads = MarketRoads(
            rest=MarketRest(rest), transport=transport, stream_url=exchange.stream_url
        )
        collector = BinanceDataCollector(
            roads, clock=clock, jitter=Random(1), candles=[(BTCUSDT, Timeframe.M1)]
        )
        try:
            yield collector
        finally:
            await collector.stop()
            await transport.close()


async def taken(collector: BinanceDataCollector, board: Board) -> AsyncIterator[Candle]:
    """Put the next minutes on the board and yield the bars they complete."""
    minutes = 0
    async for event in collector.events():
        if isinstance(event, CandleClosed):
            minutes += 1
            for bar in board.take(event.candle):
                yield bar
        if minutes == MINUTES:
            return


def figures(bar: Candle) -> tuple[float, ...]:
    """Return what two drawings of a bar must share, without the dust of additions."""
    return bar.open, bar.high, bar.low, bar.close, round(bar.volume, 6), float(bar.trades)
