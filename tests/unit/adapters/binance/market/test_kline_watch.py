"""A dead kline stream is noticed whatever else goes on; a quiet market is left in peace."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.kline_watch import KlineWatch
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import VenueUnreachable
from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.builders import BTCUSDT, START_MS, candle, candles
from tests.fakes.market_desk import FakeMarket, kline_frame

ETHUSDT = Symbol("ETHUSDT")
SETTINGS = CollectorSettings(
    check_ms=100, silence_ms=4_000, probe_ms=2_000, push_ms=1_000, unheard_max=2
)


class Line:
    """A connection that a test takes up and down."""

    def __init__(self, feeds: Sequence[CandleFeed]) -> None:
        self.candle_feeds = feeds
        self.names = [feed.stream for feed in feeds]
        self.restored_ms: int | None = None


class Scene:
    """Two feeds on one connection, a market that trades more and more, and who watches."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.market = FakeMarket([], clock.now_ms)
        self.counts = FeedCounts()
        self.renewed_ms: list[int] = []
        self.reasons: list[tuple[str, str]] = []
        self.btc, self.eth = self._feed(BTCUSDT), self._feed(ETHUSDT)
        self.line = Line([self.btc, self.eth])
        self.line.restored_ms = clock.elapsed_ms()
        self.watch = KlineWatch(
            source=self.market, clock=clock, settings=SETTINGS, counts=self.counts
        )

    def trade(self) -> None:
        """Let BTCUSDT trade once more."""
        trades = self.market.candles[0].trades + 1 if self.market.candles else 1
        self.market.candles = [candle(trades=trades)]

    def push(self, feed: CandleFeed) -> None:
        """Let the stream tell of it."""
        bar: Candle = replace(candle(), symbol=feed.symbol)
        feed.hear(kline_frame(bar, is_closed=False))

    def renew(self, reason: str, *, name: str) -> None:
        self.renewed_ms.append(self.clock.now_ms() - START_MS)
        self.reasons.append((reason, name))
        self.line.restored_ms = None

    def _feed(self, symbol: Symbol) -> CandleFeed:
        feed = CandleFeed(
            symbol,
            Timeframe.M1,
            outbox=EventOutbox(events_max=1_000),
            counts=self.counts,
            ask=lambda feed: None,
        )
        feed.place(START_MS)
        return feed


def played(story: Callable[[Scene], Awaitable[None]]) -> Scene:
    async def main(clock: VirtualClock) -> Scene:
        scene = Scene(clock)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(scene.watch.run([scene.line, Line([])], scene.renew))
            await story(scene)
            running.cancel()
        return scene

    return run_virtual(main, start_ms=START_MS)


async def trading(scene: Scene, seconds: int, *, pushed: CandleFeed | None = None) -> None:
    for _ in range(4 * seconds):
        scene.trade()
        if pushed is not None:
            scene.push(pushed)
        await scene.clock.sleep_ms(250)


def test_a_stream_that_is_silent_about_a_market_that_trades_is_dead_within_ten_seconds() -> None:
    scene = played(lambda scene: trading(scene, 15))
    assert scene.reasons == [("the market trades and no kline is pushed", "btcusdt@kline_1m")]
    assert 4_000 < scene.renewed_ms[0] < 10_000
    assert scene.counts.renewed == 1


def test_a_connection_that_never_said_anything_is_dead_too_whoever_trades_on_it() -> None:
    async def story(scene: Scene) -> None:
        scene.line.candle_feeds = [scene.eth, scene.btc]  # and only BTCUSDT trades
        await trading(scene, 15)

    assert played(story).reasons == [
        ("the market trades and no kline is pushed", "btcusdt@kline_1m")
    ]


def test_a_stream_that_is_pushed_is_not_asked_about() -> None:
    async def story(scene: Scene) -> None:
        await trading(scene, 30, pushed=scene.btc)

    scene = played(story)
    assert scene.reasons == []
    assert scene.market.asked == []


def test_a_market_that_stands_still_is_left_in_peace() -> None:
    async def story(scene: Scene) -> None:
        scene.trade()
        await scene.clock.sleep_ms(60_000)

    scene = played(story)
    assert scene.reasons == []
    assert len(scene.market.asked) > 10


def test_a_trade_that_is_still_on_its_way_proves_nothing() -> None:
    async def story(scene: Scene) -> None:
        scene.trade()
        await scene.clock.sleep_ms(5_900)
        scene.trade()
        await scene.clock.sleep_ms(600)
        scene.push(scene.btc)
        await scene.clock.sleep_ms(2_000)

    assert played(story).reasons == []


def test_while_rest_does_not_answer_nothing_is_proven() -> None:
    async def story(scene: Scene) -> None:
        scene.market.failures.extend([VenueUnreachable("down")] * 1_000)
        await trading(scene, 10)

    assert played(story).reasons == []


def test_a_connection_that_is_down_is_not_watched() -> None:
    async def story(scene: Scene) -> None:
        scene.line.restored_ms = None
        await trading(scene, 30)

    assert played(story).reasons == []


def test_a_single_stream_that_is_silent_about_traded_candles_is_dead_too() -> None:
    async def story(scene: Scene) -> None:
        scene.eth.fill(candles([1.0, 1.0], symbol=ETHUSDT), told_ms=START_MS + 2 * MINUTE_MS)
        await trading(scene, 10, pushed=scene.btc)

    scene = played(story)
    reason = "ethusdt@kline_1m is silent about candles that were traded"
    assert scene.reasons == [(reason, "btcusdt@kline_1m")]
    assert 4_000 <= scene.renewed_ms[0] < 4_500


def test_candles_that_closed_while_the_connection_was_down_are_no_fault_of_the_new_one() -> None:
    async def story(scene: Scene) -> None:
        scene.eth.listens_from_ms = START_MS + 2 * MINUTE_MS + 1
        scene.eth.fill(candles([1.0] * 3, symbol=ETHUSDT), told_ms=START_MS + 3 * MINUTE_MS)
        await trading(scene, 10, pushed=scene.btc)

    assert played(story).reasons == []


def test_streams_that_are_dead_together_are_renewed_once() -> None:
    async def story(scene: Scene) -> None:
        for feed in (scene.btc, scene.eth):
            feed.fill(candles([1.0, 1.0], symbol=feed.symbol), told_ms=START_MS + 2 * MINUTE_MS)
        await scene.clock.sleep_ms(5_000)
        assert len(scene.reasons) == 1
        scene.line.restored_ms = scene.clock.elapsed_ms()
        for feed in (scene.btc, scene.eth):
            feed.begin_anew()
        await scene.clock.sleep_ms(5_000)

    assert len(played(story).reasons) == 1


def test_silence_that_nobody_explains_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def story(scene: Scene) -> None:
        scene.market.failures.extend([VenueUnreachable("down")] * 1_000)
        await scene.clock.sleep_ms(60_000)

    scene = played(story)
    assert [record.getMessage() for record in caplog.records].count("silence not explained") == 1
    assert 10 < len(scene.market.asked) < 40
