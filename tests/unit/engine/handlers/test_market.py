"""A closed candle becomes history and perhaps a signal; a bad strategy harms only itself."""

from collections.abc import Callable
from typing import cast

import pytest
from typing_extensions import override

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleRevised,
    CandleUpdated,
    FeedLost,
    FeedRestored,
    MarkPriceUpdated,
)
from noctule.domain.events.signal import RegimeChanged, SignalGenerated, StrategyDisabled
from noctule.domain.market import BookTicker, Candle, MarkPrice
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe
from noctule.engine.bus import EventBus
from noctule.engine.desk import Desk
from noctule.engine.handlers.market import MarketHandler
from noctule.engine.opinions import Opinions
from noctule.market.board import Board
from noctule.market.regime_settings import RegimeSettings
from noctule.market.view import MarketView
from noctule.strategies.base import Strategy, StrategySettings
from tests.builders import BTCUSDT, START_MS, candle, candles
from tests.fakes.bus import Published
from tests.fakes.carried import carried
from tests.fakes.feed import closed
from tests.fakes.market_weather import Weather

LONG = Signal(direction=Direction.LONG, reason="close above the band", stop=59_000.0)
MARK = MarkPrice(
    symbol=BTCUSDT,
    mark_price=60_000.1,
    index_price=60_001.0,
    funding_rate=0.0001,
    next_funding_ms=START_MS + 28_800_000,
)
BOOK = BookTicker(
    symbol=BTCUSDT,
    bid_price=60_000.0,
    bid_quantity=1.0,
    ask_price=60_000.1,
    ask_quantity=2.0,
    update_id=7,
)


class Opinionated(Strategy):
    """Says what its test wants it to say, and notes what it was asked about and could see."""

    def __init__(self, say: Callable[[], Signal | None]) -> None:
        super().__init__(StrategySettings())
        self.asked: list[str] = []
        self._say = say

    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        assert view.history(candle.timeframe)[-1] is candle
        seen = " ".join(f"{len(view.history(each))}x{each}" for each in view.timeframes)
        self.asked.append(f"{candle.timeframe} seeing {seen}")
        return self._say()


def new_desk(say: Callable[[], Signal | None], *higher: Timeframe) -> Desk:
    regimes = RegimeSettings(trend_candles=10, recent_candles=5, norm_candles=50)
    board = Board(BTCUSDT, base=Timeframe.M1, higher=higher, capacity=10, regimes=regimes)
    return Desk(label="mine", strategy=Opinionated(say), board=board)


def new_handler(desk: Desk, bus: Published | EventBus | None = None) -> MarketHandler:
    clock = VirtualClock(START_MS)
    opinions = Opinions([desk], stopwatch_ns=lambda: 0)
    desks = {BTCUSDT: desk}
    return MarketHandler(bus=bus or Published(), desks=desks, clock=clock, opinions=opinions)


def asked(desk: Desk) -> list[str]:
    return cast("Opinionated", desk.strategy).asked


def divide_by_zero() -> Signal:
    raise ZeroDivisionError("no volume")


async def test_what_the_strategy_wants_is_published_with_the_candles_trace_and_price() -> None:
    bus, desk = Published(), new_desk(lambda: LONG)
    await carried(new_handler(desk, bus).on_candle_closed(closed(candle(60_123.4))))

    assert bus.events == [
        SignalGenerated(
            at_ms=START_MS + 59_999,
            trace="BTCUSDT:1m:29842561",
            symbol=BTCUSDT,
            timeframe=Timeframe.M1,
            strategy="mine",
            close_ms=START_MS + 59_999,
            price=60_123.4,
            signal=LONG,
        )
    ]


async def test_a_strategy_without_an_opinion_publishes_nothing_and_the_candle_is_kept() -> None:
    bus, desk = Published(), new_desk(lambda: None)
    await carried(new_handler(desk, bus).on_candle_closed(closed(candle())))

    assert bus.events == []
    assert list(desk.view.history(Timeframe.M1)) == [candle()]


async def test_a_strategy_that_fails_is_logged_and_the_candle_and_its_bars_are_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus, desk = Published(), new_desk(divide_by_zero, Timeframe.M3)
    handler = new_handler(desk, bus)
    for bar in candles([1.0, 2.0, 3.0]):
        await carried(handler.on_candle_closed(closed(bar)))

    assert [type(event) for event in bus.events] == [StrategyDisabled, CandleClosed]
    assert desk.view.history(Timeframe.M1).closes(9) == [1.0, 2.0, 3.0]
    assert desk.view.history(Timeframe.M3).closes(9) == [3.0]
    assert [record.getMessage() for record in caplog.records] == ["strategy failed"] * 3


def test_the_strategy_is_asked_once_about_each_closed_candle_base_first_then_the_higher() -> None:
    bus, desk = EventBus(stopwatch_ns=lambda: 0), new_desk(lambda: None, Timeframe.M3, Timeframe.M5)
    bus.subscribe(CandleClosed, new_handler(desk, bus).on_candle_closed)
    for bar in candles([1.0] * 6):
        bus.drive(closed(bar))

    assert asked(desk) == [
        "1m seeing 1x1m 0x3m 0x5m",
        "1m seeing 2x1m 0x3m 0x5m",
        "1m seeing 3x1m 1x3m 0x5m",  # what closes together is seen together
        "3m seeing 3x1m 1x3m 0x5m",
        "1m seeing 4x1m 1x3m 0x5m",
        "1m seeing 5x1m 1x3m 1x5m",
        "5m seeing 5x1m 1x3m 1x5m",
        "1m seeing 6x1m 2x3m 1x5m",
        "3m seeing 6x1m 2x3m 1x5m",
    ]


def test_a_higher_bar_follows_its_last_base_candle_with_a_trace_of_its_own() -> None:
    bus, desk = EventBus(stopwatch_ns=lambda: 0), new_desk(lambda: LONG, Timeframe.M3)
    bus.subscribe(CandleClosed, new_handler(desk, bus).on_candle_closed)
    for bar in candles([60_001.0, 60_002.0, 60_003.0]):
        bus.drive(closed(bar))

    assert [(type(event), event.trace, event.at_ms) for event in bus.history()[-4:]] == [
        (CandleClosed, "BTCUSDT:1m:29842563", START_MS + 179_999),
        (CandleClosed, "BTCUSDT:3m:29842563", START_MS + 179_999),
        (SignalGenerated, "BTCUSDT:1m:29842563", START_MS + 179_999),
        (SignalGenerated, "BTCUSDT:3m:29842563", START_MS + 179_999),
    ]


async def test_a_candle_that_came_with_the_history_is_neither_added_nor_asked_about() -> None:
    bars, desk = candles([1.0, 2.0, 3.0]), new_desk(lambda: None)
    desk.board.seed(bars[:2], {})
    bus = Published()
    handler = new_handler(desk, bus)
    for bar in bars:
        await carried(handler.on_candle_closed(closed(bar)))

    assert desk.view.history(Timeframe.M1).closes(9) == [1.0, 2.0, 3.0]
    assert asked(desk) == ["1m seeing 3x1m"]


async def test_a_regime_is_told_once_when_it_becomes_known_and_then_whenever_it_changes() -> None:
    bus, desk, weather = Published(), new_desk(lambda: None), Weather()
    handler = new_handler(desk, bus)
    weather.swing(60)
    weather.go([1.0] * 20)
    for bar in weather.bars:
        await carried(handler.on_candle_closed(closed(bar)))

    twin = new_desk(lambda: None).board
    for bar in weather.bars[:50]:
        twin.take(bar)
    assert twin.regime_reading is not None
    first, second = bus.events
    assert first == RegimeChanged(
        at_ms=weather.bars[49].close_ms,
        trace=closed(weather.bars[49]).trace,
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        before=None,
        after=Regime.RANGE,
        trend=twin.regime_reading.trend,
        volatility=twin.regime_reading.volatility,
        liquidity=twin.regime_reading.liquidity,
    )
    assert isinstance(second, RegimeChanged)
    assert (second.before, second.after) == (Regime.RANGE, Regime.TREND_UP)
    reading = desk.board.regime_reading
    assert reading is not None
    assert second.at_ms == reading.since_ms


async def test_a_regime_that_came_with_the_history_is_told_at_the_first_candle_after_it() -> None:
    long = Signal(direction=Direction.LONG, reason="it rises")
    bus, desk, weather = Published(), new_desk(lambda: long), Weather()
    desk.board.seed(weather.go([1.0] * 60), {})
    handler = new_handler(desk, bus)
    await carried(handler.on_candle_closed(closed(weather.bars[-1])))
    assert bus.events == []
    for bar in weather.go([1.0] * 2):
        await carried(handler.on_candle_closed(closed(bar)))

    # Before the opinion, so that whoever hears the opinion knows the regime.
    assert [type(each) for each in bus.events] == [RegimeChanged, SignalGenerated, SignalGenerated]
    assert isinstance(bus.events[0], RegimeChanged)
    assert (bus.events[0].before, bus.events[0].after) == (None, Regime.TREND_UP)


async def test_a_revised_candle_is_told_and_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus, desk = Published(), new_desk(lambda: None)
    handler = new_handler(desk, bus)
    await carried(handler.on_candle_closed(closed(candle(1.0))))
    revised = CandleRevised(at_ms=1, trace="t", candle=candle(2.0), published=candle(1.0))
    handler.on_candle_revised(revised)

    assert desk.view.history(Timeframe.M1).closes(9) == [1.0]
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("WARNING", "candle revised")
    ]


def test_mark_price_and_best_prices_are_written_on_the_board() -> None:
    desk = new_desk(lambda: None)
    handler = new_handler(desk)
    handler.on_mark_price_updated(MarkPriceUpdated(at_ms=1, trace="t", mark=MARK))
    handler.on_book_ticker_updated(BookTickerUpdated(at_ms=1, trace="t", book=BOOK))

    assert desk.view.mark is MARK
    assert desk.view.book is BOOK
    assert handler.freshness.quote_age_ms(BOOK.symbol) == 0


@pytest.mark.parametrize(
    ("event", "is_heard"),
    [
        (closed(candle()), True),
        (CandleUpdated(at_ms=1, trace="t", candle=candle()), True),
        (MarkPriceUpdated(at_ms=1, trace="t", mark=MARK), True),
        (BookTickerUpdated(at_ms=1, trace="t", book=BOOK), False),  # another route's stream
        (FeedRestored(at_ms=1, trace="t", symbol=BTCUSDT, gap_from_ms=None), False),
    ],
)
def test_a_symbol_is_fresh_once_a_candle_or_a_mark_price_came(
    event: DataEvent, *, is_heard: bool
) -> None:
    bus = EventBus(stopwatch_ns=lambda: 0)
    handler = new_handler(new_desk(lambda: None), bus)
    bus.subscribe(CandleClosed, handler.on_candle_closed)
    bus.subscribe(CandleUpdated, handler.on_candle_updated)
    bus.subscribe(MarkPriceUpdated, handler.on_mark_price_updated)
    bus.subscribe(BookTickerUpdated, handler.on_book_ticker_updated)
    bus.subscribe(FeedRestored, handler.on_feed_restored)
    bus.drive(event)

    assert handler.freshness.silent_ms(BTCUSDT) == (0 if is_heard else None)


def test_a_lost_feed_is_remembered_until_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    handler = new_handler(new_desk(lambda: None))
    lost = FeedLost(at_ms=1, trace="t", symbol=BTCUSDT, reason="silent for 10 s")
    back = FeedRestored(at_ms=2, trace="t", symbol=BTCUSDT, gap_from_ms=1)
    assert not handler.freshness.is_lost(BTCUSDT)
    handler.on_feed_lost(lost)
    assert handler.freshness.is_lost(BTCUSDT)
    handler.on_feed_restored(back)
    assert not handler.freshness.is_lost(BTCUSDT)
    assert [record.getMessage() for record in caplog.records] == ["feed lost", "feed restored"]
