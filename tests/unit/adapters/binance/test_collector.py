"""The collector: history, then every closed candle once and in order, whatever the streams do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random

import pytest

from noctule.adapters.binance.collector import BinanceDataCollector, MarketRoads
from noctule.adapters.binance.market.settings import CollectorSettings
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import (
    CandleClosed,
    CandleUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
)
from noctule.domain.market import Candle
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.builders import BTCUSDT, START_MS, candles
from tests.fakes.market_desk import FakeMarket, enveloped, kline_frame
from tests.fakes.wire import FakeWire

BARS = candles([100.0 + number for number in range(200)])
BEGIN = 100  # the bar that is running when a story begins
MARK = {"e": "markPriceUpdate", "E": 5, "s": "BTCUSDT", "p": "1", "i": "1", "r": "0", "T": 9}
EVERYTHING = CollectorSettings(mark_price="3s", book_ticker=True, trades=True, depth_levels=5)


class Scene:
    """A collector of BTCUSDT's minutes, and everything under it in a test's hands."""

    def __init__(
        self,
        clock: VirtualClock,
        *,
        settings: CollectorSettings | None = None,
        on_candle: Callable[[CandleUpdated | CandleClosed], None] | None = None,
    ) -> None:
        self.clock = clock
        self.market = FakeMarket(BARS, clock.now_ms)
        self.wire = FakeWire(clock)
        self.events: list[DataEvent] = []
        roads = MarketRoads(rest=self.market, transport=self.wire, stream_url="wss://exchange")
        self.collector = BinanceDataCollector(
            roads,
            clock=clock,
            jitter=Random(1),
            candles=[(BTCUSDT, Timeframe.M1)],
            settings=settings or CollectorSettings(mark_price="off"),
            streams=StreamSettings(backoff_ms=0),
            on_candle_callback=on_candle,
        )

    async def listen(self) -> None:
        async for event in self.collector.events():
            self.events.append(event)

    async def until(self, number: int, real_ms: int) -> None:
        """Let time pass until so long after a bar has opened."""
        await self.clock.sleep_until_ms(BARS[number].open_ms + real_ms)

    async def say(self, *numbers: int, is_closed: bool = True) -> None:
        self.wire.last.say(*(kline_frame(BARS[number], is_closed=is_closed) for number in numbers))
        await self.clock.sleep_ms(1)

    @property
    def closed(self) -> list[Candle]:
        return [event.candle for event in self.events if isinstance(event, CandleClosed)]


def played(
    story: Callable[[Scene], Awaitable[None]], *, settings: CollectorSettings | None = None
) -> Scene:
    """Start a collector, listen to it while a story happens, and stop it."""

    async def main(clock: VirtualClock) -> Scene:
        scene = Scene(clock, settings=settings)
        async with asyncio.TaskGroup() as group:
            await scene.collector.start()
            group.create_task(scene.listen())
            await scene.clock.sleep_ms(500)
            await story(scene)
            await scene.collector.stop()
        return scene

    return run_virtual(main, start_ms=BARS[BEGIN].open_ms + 1_000)


def test_events_begin_with_the_candle_that_is_running() -> None:
    async def story(scene: Scene) -> None:
        await scene.say(BEGIN - 1)
        await scene.say(BEGIN, is_closed=False)
        await scene.until(BEGIN + 1, 100)
        await scene.say(BEGIN)

    scene = played(story)
    assert [type(event) for event in scene.events] == [CandleUpdated, CandleClosed]
    assert scene.closed == [BARS[BEGIN]]


def test_after_history_events_begin_with_the_candle_after_it() -> None:
    async def main(clock: VirtualClock) -> tuple[Sequence[Candle], Scene]:
        scene = Scene(clock)
        history = await scene.collector.history(BTCUSDT, Timeframe.M1, 10)
        await scene.until(BEGIN + 3, 0)
        async with asyncio.TaskGroup() as group:
            await scene.collector.start()
            group.create_task(scene.listen())
            await scene.until(BEGIN + 3, 1_000)
            await scene.collector.stop()
        return history, scene

    history, scene = run_virtual(main, start_ms=BARS[BEGIN].open_ms + 1_000)
    assert list(history) == BARS[BEGIN - 10 : BEGIN]
    assert scene.closed == BARS[BEGIN : BEGIN + 3]


def test_history_never_holds_what_events_has_yet_to_yield() -> None:
    async def main(clock: VirtualClock) -> list[Candle]:
        scene = Scene(clock)
        await scene.collector.start()
        await scene.clock.sleep_ms(500)
        await scene.say(BEGIN, BEGIN + 1)
        await scene.until(BEGIN + 2, 1_000)
        history = await scene.collector.history(BTCUSDT, Timeframe.M1, 3)
        await scene.collector.stop()
        await scene.listen()
        return [*history, *scene.closed]

    found = run_virtual(main, start_ms=BARS[BEGIN].open_ms + 1_000)
    assert found == BARS[BEGIN - 1 : BEGIN + 2]


def test_the_history_of_another_timeframe_and_of_nothing_may_be_asked() -> None:
    async def story(scene: Scene) -> None:
        assert list(await scene.collector.history(BTCUSDT, Timeframe.H1, 5)) == []
        assert list(await scene.collector.history(BTCUSDT, Timeframe.M1, 0)) == []

    played(story)


def test_a_missed_close_is_fetched_after_a_reconnect() -> None:
    async def story(scene: Scene) -> None:
        scene.wire.last.hang_up("cut")
        scene.wire.connect_ms = 3 * MINUTE_MS
        await scene.until(BEGIN + 1, 0)
        scene.wire.connect_ms = 0
        await scene.until(BEGIN + 5, 1_700)

    scene = played(story)
    assert scene.closed == BARS[BEGIN : BEGIN + 5]
    lost, *_ = [event for event in scene.events if isinstance(event, FeedLost)]
    restored, *_ = [event for event in scene.events if isinstance(event, FeedRestored)]
    assert (lost.symbol, lost.reason, restored.symbol) == (BTCUSDT, "cut", BTCUSDT)


def test_a_minute_without_trades_and_without_a_push_does_not_stall_the_feed() -> None:
    async def story(scene: Scene) -> None:
        await scene.until(BEGIN + 3, 1_700)

    assert played(story).closed == BARS[BEGIN : BEGIN + 3]


def test_what_is_wanted_beside_candles_is_subscribed_on_its_own_route() -> None:
    async def story(scene: Scene) -> None:
        names = {stream.url.split("/")[3]: set(stream.names) for stream in scene.wire.streams}
        assert names == {
            "market": {"btcusdt@kline_1m", "btcusdt@markPrice", "btcusdt@aggTrade"},
            "public": {"btcusdt@bookTicker", "btcusdt@depth"},
        }
        market = next(stream for stream in scene.wire.streams if "/market/" in stream.url)
        market.say(enveloped("btcusdt@markPrice", dict(MARK)))
        await scene.clock.sleep_ms(1)

    scene = played(story, settings=EVERYTHING)
    assert [type(event) for event in scene.events] == [MarkPriceUpdated]


def test_what_is_left_out_is_not_subscribed() -> None:
    async def main(clock: VirtualClock) -> Scene:
        scene = Scene(clock, settings=EVERYTHING)
        scene.collector.leave_out({BTCUSDT})
        await scene.collector.start()
        await clock.sleep_ms(500)
        await scene.collector.stop()
        return scene

    assert run_virtual(main, start_ms=BARS[BEGIN].open_ms).wire.streams == []


def test_mark_prices_come_every_second_unless_told_otherwise() -> None:
    async def story(scene: Scene) -> None:
        assert scene.wire.last.names == ["btcusdt@kline_1m", "btcusdt@markPrice@1s"]

    played(story, settings=CollectorSettings())


def test_a_restart_goes_on_where_it_ended() -> None:
    async def story(scene: Scene) -> None:
        await scene.until(BEGIN + 1, 100)
        await scene.say(BEGIN)
        await scene.collector.stop()
        await scene.until(BEGIN + 4, 100)
        async with asyncio.TaskGroup() as group:
            await scene.collector.start()
            group.create_task(scene.listen())
            await scene.until(BEGIN + 4, 2_000)
            await scene.collector.stop()

    assert played(story).closed == BARS[BEGIN : BEGIN + 4]


def test_the_seeds_callback_hears_every_candle() -> None:
    async def main(clock: VirtualClock) -> list[tuple[type, int]]:
        heard: list[tuple[type, int]] = []
        scene = Scene(
            clock, on_candle=lambda event: heard.append((type(event), event.candle.open_ms))
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(scene.collector.start_streaming())
            await scene.clock.sleep_ms(500)
            await scene.say(BEGIN, is_closed=False)
            await scene.say(BEGIN)
            await scene.collector.stop()
        return heard

    open_ms = BARS[BEGIN].open_ms
    found = run_virtual(main, start_ms=open_ms + 1_000)
    assert found == [(CandleUpdated, open_ms), (CandleClosed, open_ms)]


def test_a_failure_of_its_own_is_told_to_who_listens() -> None:
    async def main(clock: VirtualClock) -> None:
        scene = Scene(clock)

        async def broken(*_args: object, **_kwargs: object) -> None:
            raise AssertionError("a mistake of ours")

        scene.market.klines = broken  # type: ignore[method-assign,assignment]  # to see it break
        await scene.collector.start()
        with pytest.raises(ExceptionGroup) as caught:
            await scene.listen()
        assert caught.group_contains(AssertionError, match="a mistake of ours")
        await scene.collector.stop()

    run_virtual(main, start_ms=BARS[BEGIN].open_ms + 1_000)


def test_stopping_what_was_never_started_does_nothing() -> None:
    async def main(clock: VirtualClock) -> None:
        await Scene(clock).collector.stop()

    run_virtual(main, start_ms=START_MS)


def test_the_index_of_a_contract_that_is_not_traded_may_be_asked() -> None:
    async def main(clock: VirtualClock) -> float:
        scene = Scene(clock)
        scene.market.index_prices[Symbol("BNBUSDT")] = 655.17
        return await scene.collector.index_price(Symbol("BNBUSDT"))

    assert run_virtual(main, start_ms=START_MS) == 655.17
