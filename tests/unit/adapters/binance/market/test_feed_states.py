"""Lost and restored: each said once, symbol by symbol, with what is being fetched."""

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.feed_states import FeedStates
from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import FeedLost, FeedRestored
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.builders import BTCUSDT, START_MS

ETHUSDT = Symbol("ETHUSDT")


class Scene:
    """Feeds of two symbols, one of them in two timeframes, all beginning at the start."""

    def __init__(self, now_ms: int) -> None:
        self.asked: list[str] = []
        self.outbox = EventOutbox(events_max=10)
        self.states = FeedStates(outbox=self.outbox, clock=VirtualClock(now_ms), ask=self._ask)
        self.feeds = [
            self._feed(BTCUSDT, Timeframe.M1),
            self._feed(BTCUSDT, Timeframe.M5),
            self._feed(ETHUSDT, Timeframe.M5),
        ]

    @property
    def told(self) -> tuple[DataEvent, ...]:
        return self.outbox.waiting()

    async def fetched(self) -> list[DataEvent]:
        return [event for _ in self.told if (event := await self.outbox.get()) is not None]

    def _feed(self, symbol: Symbol, timeframe: Timeframe) -> CandleFeed:
        feed = CandleFeed(symbol, timeframe, outbox=self.outbox, counts=FeedCounts(), ask=self._ask)
        feed.place(START_MS)
        return feed

    def _ask(self, feed: CandleFeed) -> None:
        self.asked.append(feed.stream)


def lost(symbol: Symbol, now_ms: int) -> FeedLost:
    return FeedLost(at_ms=now_ms, trace=f"feed:{symbol}:{now_ms}", symbol=symbol, reason="cut")


def restored(symbol: Symbol, now_ms: int, gap_from_ms: int | None) -> FeedRestored:
    trace = f"feed:{symbol}:{now_ms}"
    return FeedRestored(at_ms=now_ms, trace=trace, symbol=symbol, gap_from_ms=gap_from_ms)


async def test_each_symbol_is_lost_once_and_restored_once() -> None:
    now_ms = START_MS + 2 * MINUTE_MS
    scene = Scene(now_ms)
    scene.states.lost(scene.feeds, "cut")
    scene.states.lost(scene.feeds, "cut again")
    assert await scene.fetched() == [lost(BTCUSDT, now_ms), lost(ETHUSDT, now_ms)]
    scene.states.restored(scene.feeds)
    scene.states.restored(scene.feeds)
    assert scene.told == (
        restored(BTCUSDT, now_ms, START_MS),
        restored(ETHUSDT, now_ms, None),
    )


async def test_those_that_are_restored_at_once_are_told_in_the_order_of_their_feeds() -> None:
    """The order of a set would be another in every process."""
    scene = Scene(START_MS)
    symbols = [Symbol(f"COIN{number}USDT") for number in range(20)]
    feeds = [scene._feed(symbol, Timeframe.M1) for symbol in symbols]
    scene.outbox = EventOutbox(events_max=100)
    states = FeedStates(outbox=scene.outbox, clock=VirtualClock(START_MS), ask=scene._ask)
    states.lost(feeds, "cut")
    states.restored(feeds)
    assert [event.symbol for event in scene.told if isinstance(event, FeedRestored)] == symbols


async def test_a_restored_feed_answers_for_the_candles_that_open_from_now_on() -> None:
    scene = Scene(START_MS + 1)
    scene.states.restored(scene.feeds)
    assert {feed.listens_from_ms for feed in scene.feeds} == {START_MS + 1}


async def test_what_was_missed_is_asked_for_even_the_first_time() -> None:
    scene = Scene(START_MS + 6 * MINUTE_MS)
    scene.states.restored(scene.feeds)
    assert scene.told == ()
    assert scene.asked == ["btcusdt@kline_1m", "btcusdt@kline_5m", "ethusdt@kline_5m"]


async def test_whoever_is_slow_to_listen_hears_only_how_it_is_now() -> None:
    now_ms = START_MS + MINUTE_MS
    scene = Scene(now_ms)
    for _ in range(3):
        scene.states.lost(scene.feeds[:2], "cut")
        scene.states.restored(scene.feeds[:2])
    assert scene.told == (restored(BTCUSDT, now_ms, START_MS),)
