"""What facts 4, 8 and 12 list about candles and market data, each played over real sockets."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.wire.market_rest import KLINES, KLINES_MAX
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import VenueRefused
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import (
    BookTickerUpdated,
    DepthUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
    TradePrinted,
)
from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from tests.builders import BTCUSDT
from tests.fakes.collector_desk import HASTY, HASTY_STREAMS, CollectorDesk, collector_at, history_of
from tests.fakes.loopback import Loopback, loopback, market_of
from tests.fakes.rest_desk import rest_to

THINUSDT = Symbol("THINUSDT")
CLOSES = "btcusdt@kline_1m closed"
BTC = [(BTCUSDT, Timeframe.M1)]
PATIENCE_S = 15


async def heard(desk: CollectorDesk, count: int, symbol: Symbol = BTCUSDT) -> list[Candle]:
    """Wait for so many candles, and hold them against the exchange's own."""
    async with asyncio.timeout(PATIENCE_S):
        await desk.heard(symbol, count)
    closed = desk.closed[symbol, Timeframe.M1][:count]
    assert closed == await history_of(desk.rest, symbol, Timeframe.M1, like=closed)
    return closed


async def found(desk: CollectorDesk, kind: type[DataEvent], count: int = 1) -> Sequence[DataEvent]:
    """Wait for so many events of a kind."""
    async with asyncio.timeout(PATIENCE_S):
        await desk.until(lambda: sum(isinstance(event, kind) for event in desk.events) >= count)
    return [event for event in desk.events if isinstance(event, kind)]


async def test_late_closed_klines_are_not_waited_for() -> None:
    """Facts 8 "Late / missing closed klines", facts 12.9."""
    async with loopback(market_of("BTCUSDT")) as exchange:
        exchange.arm(FaultKind.LATE_FRAME, CLOSES, times=None, share=0.5, delay_ms=1_000)
        async with collector_at(exchange, BTC) as desk:
            await heard(desk, 15)
            assert desk.collector.counts.fetched > 0
            assert desk.collector.counts.revised == 0


async def test_missing_closed_klines_are_fetched() -> None:
    """Facts 8 "Late / missing closed klines", facts 12.9."""
    async with loopback(market_of("BTCUSDT")) as exchange:
        exchange.arm(FaultKind.DROPPED_FRAME, CLOSES, times=None)
        async with collector_at(exchange, BTC) as desk:
            await heard(desk, 10)
            assert desk.collector.counts.fetched >= 10


async def test_duplicated_closed_klines_are_told_once() -> None:
    """Facts 12.9 "duplicated closes"."""
    async with loopback(market_of("BTCUSDT")) as exchange:
        exchange.arm(FaultKind.REPEATED_FRAME, CLOSES, times=None)
        async with collector_at(exchange, BTC) as desk:
            await heard(desk, 10)
            assert desk.collector.counts.revised == 0


async def test_a_trade_less_minute_without_a_push_does_not_stall_the_feed() -> None:
    """Facts 12.9 "optional no push in trade-less minutes", facts 4 "must not wait for x:true"."""
    async with loopback(market_of("BTCUSDT", "THINUSDT")) as exchange:
        exchange.protocol.venue.tape._tells_idle_closes = False
        async with collector_at(exchange, [(THINUSDT, Timeframe.M1)]) as desk:
            closed = await heard(desk, 20, THINUSDT)
            assert any(candle.is_idle for candle in closed)


async def test_the_last_rest_row_is_open_and_never_taken_for_closed() -> None:
    """Facts 12.9 "last REST row open", facts 2.1."""
    async with loopback(market_of("BTCUSDT")) as exchange, collector_at(exchange, BTC) as desk:
        for _ in range(20):
            candles = await desk.collector.history(BTCUSDT, Timeframe.M1, 5)
            assert candles[-1].close_ms < exchange.now_ms
            await desk.market_minutes(0.3)
            assert candles == await history_of(desk.rest, BTCUSDT, Timeframe.M1, like=candles)


async def test_1501_rows_are_refused_and_1500_are_not() -> None:
    """Facts 12.9 "1501 → −1130", facts 2.1."""
    async with loopback(market_of("BTCUSDT")) as exchange, rest_to(exchange) as rest:
        rows = await rest.run(
            KLINES,
            lambda: rest.client.klines("BTCUSDT", "1m", limit=KLINES_MAX),
            lane=Lane.READ,
            weight=10,
        )
        assert rows
        with pytest.raises(VenueRefused) as refused:
            await rest.run(
                KLINES,
                lambda: rest.client.klines("BTCUSDT", "1m", limit=KLINES_MAX + 1),
                lane=Lane.READ,
                weight=10,
            )
        assert refused.value.code == -1130


async def test_a_long_history_is_read_in_several_answers() -> None:
    """Facts 2.1 "limit (500, max 1500)"."""
    market = market_of("BTCUSDT", history_ms=1_490 * 60_000)
    async with loopback(market, speed=1) as exchange, collector_at(exchange, BTC, speed=1) as desk:
        candles = await desk.collector.history(BTCUSDT, Timeframe.M1, 1_485)
        assert len(candles) == 1_485
        assert all(one.close_ms + 1 == other.open_ms for one, other in pairwise(candles))


async def test_no_candle_is_lost_over_a_reconnect() -> None:
    """Facts 4 "lost across reconnect … No replay → after every (re)connect backfill by REST"."""
    async with loopback(market_of("BTCUSDT")) as exchange, collector_at(exchange, BTC) as desk:
        await desk.heard(BTCUSDT, 3)
        exchange.arm(FaultKind.CUT_SOCKET, CLOSES)
        await heard(desk, 20)
        (lost,) = await found(desk, FeedLost)
        (restored,) = await found(desk, FeedRestored)
        assert isinstance(lost, FeedLost)
        assert isinstance(restored, FeedRestored)
        assert lost.symbol == restored.symbol == BTCUSDT


async def test_a_planned_hand_over_makes_no_gap_and_no_double() -> None:
    """Facts 4 "24 h": the connection is replaced before its end, and two talk for a while."""
    short_lived = replace(
        HASTY_STREAMS, life_ms=700, life_jitter_ms=0, overlap_ms=300, stable_ms=100
    )
    trades = replace(HASTY, trades=True)
    async with (
        loopback(market_of("BTCUSDT")) as exchange,
        collector_at(exchange, BTC, settings=trades, streams=short_lived) as desk,
    ):
        await heard(desk, 25)
        ids = [event.trade.trade_id for event in desk.events if isinstance(event, TradePrinted)]
        assert ids == list(range(ids[0], ids[0] + len(ids)))
        assert not [event for event in desk.events if isinstance(event, FeedLost)]


async def test_a_half_open_socket_is_noticed_and_nothing_is_missing() -> None:
    """Facts 8 "Half-open sockets: connector blocks forever, no reconnect"."""
    async with loopback(market_of("BTCUSDT")) as exchange, collector_at(exchange, BTC) as desk:
        await desk.heard(BTCUSDT, 3)
        exchange.arm(FaultKind.MUTE_SOCKET, CLOSES)
        await found(desk, FeedRestored)
        await heard(desk, len(desk.closed[BTC[0]]) + 3)


async def test_a_kline_stream_that_dies_alone_is_noticed_though_marks_and_pongs_go_on() -> None:
    """Facts 8 "Half-open sockets", for one kind of stream on a connection that lives."""
    async with loopback(market_of("BTCUSDT")) as exchange, collector_at(exchange, BTC) as desk:
        await desk.heard(BTCUSDT, 3)
        exchange.arm(FaultKind.DROPPED_FRAME, "btcusdt@kline_1m*", times=None)
        lost, *_ = await found(desk, FeedLost)
        assert isinstance(lost, FeedLost)
        assert "kline" in lost.reason
        assert [event for event in desk.events if isinstance(event, MarkPriceUpdated)]
        exchange.disarm()
        await heard(desk, len(desk.closed[BTC[0]]) + 5)


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.EXTRA_FRAME_FIELDS,
        FaultKind.STRANGE_FRAME,
        FaultKind.TRUNCATED_FRAME,
        FaultKind.GARBAGE_FRAME,
    ],
)
async def test_unknown_fields_unknown_events_and_garbage_do_no_harm(kind: FaultKind) -> None:
    """Facts 12.10 "Extra unknown JSON fields and event types on every stream"."""
    everything = replace(HASTY, trades=True, book_ticker=True, depth_levels=5)
    async with (
        loopback(market_of("BTCUSDT")) as exchange,
        collector_at(exchange, BTC, settings=everything) as desk,
    ):
        await desk.heard(BTCUSDT, 1)
        exchange.arm(kind, "*", times=None, share=0.2)
        await desk.market_minutes(10)
        exchange.disarm()
        await heard(desk, 15)


async def test_the_order_book_is_begun_anew_when_a_change_is_missing() -> None:
    """Facts 4 "each next pu == previous u, else resync"."""
    book = replace(HASTY, depth_levels=5)
    async with (
        loopback(market_of("BTCUSDT")) as exchange,
        collector_at(exchange, BTC, settings=book) as desk,
    ):
        await found(desk, DepthUpdated, 10)
        exchange.arm(FaultKind.DROPPED_FRAME, "btcusdt@depth*")
        async with asyncio.timeout(PATIENCE_S):
            await desk.until(lambda: desk.collector.counts.resynced > 0)
        seen = len(await found(desk, DepthUpdated))
        (*_, last) = await found(desk, DepthUpdated, seen + 10)
        assert isinstance(last, DepthUpdated)
        assert last.depth.bids[0].price < last.depth.asks[0].price
        assert len(last.depth.bids) == len(last.depth.asks) == 5


async def test_prices_and_trades_arrive_on_the_routes_that_carry_them() -> None:
    """Facts 1: bookTicker and depth on /public, aggTrade and markPrice on /market."""
    everything = replace(HASTY, mark_price="1s", trades=True, book_ticker=True, depth_levels=5)
    async with loopback(market_of("BTCUSDT")) as exchange:
        async with collector_at(exchange, BTC, settings=everything) as desk:
            await found(desk, MarkPriceUpdated)
            await found(desk, BookTickerUpdated)
            await found(desk, DepthUpdated)
            trades = await found(desk, TradePrinted, 20)
        ids = [event.trade.trade_id for event in trades if isinstance(event, TradePrinted)]
        assert ids == sorted(set(ids))


async def test_several_timeframes_of_a_symbol_are_each_complete() -> None:
    """Facts 4 "dedupe by (symbol, interval, t)"."""
    series = [(BTCUSDT, Timeframe.M1), (BTCUSDT, Timeframe.M5)]
    async with loopback(market_of("BTCUSDT")) as exchange, collector_at(exchange, series) as desk:
        exchange.arm(FaultKind.DROPPED_FRAME, "*closed", times=None, share=0.3)
        await _heard_of(desk, exchange, Timeframe.M5, 3)
        await _heard_of(desk, exchange, Timeframe.M1, 12)


async def _heard_of(
    desk: CollectorDesk, exchange: Loopback, timeframe: Timeframe, count: int
) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await desk.until(lambda: len(desk.closed[BTCUSDT, timeframe]) >= count)
    closed = desk.closed[BTCUSDT, timeframe][:count]
    assert closed[-1].close_ms < exchange.now_ms
    assert closed == await history_of(desk.rest, BTCUSDT, timeframe, like=closed)
