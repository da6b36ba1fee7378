"""The tape: what it answers, what it tells, and that its books and klines fit together."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.market_updates import (
    AggTrade,
    BookTicker,
    DepthUpdate,
    KlineUpdate,
    MarketUpdate,
    MarkUpdate,
    TickerUpdate,
)
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.tape import PriceKind, Tape
from tests.fakes.sim_market import START_MS, Quotes, decimals, mark, rules_of, tick


class Scene:
    """A tape, and quotes that follow the trades as the exchange's do."""

    def __init__(self, *, tells_idle_closes: bool = True) -> None:
        self.quotes = Quotes()
        self.tape = Tape(rules_of("BTCUSDT"), self.quotes, tells_idle_closes=tells_idle_closes)

    def play(self, *events: MarketEvent) -> list[MarketUpdate]:
        told: list[MarketUpdate] = []
        for event in events:
            self.tape.see(event)
            if isinstance(event, Tick):
                self.quotes.last[event.symbol] = event.price
            told += self.tape.updates(event)
        return told


def instant(minute: int) -> Instant:
    return Instant(time_ms=START_MS + minute * MINUTE_MS)


def closes(updates: Iterable[MarketUpdate]) -> list[tuple[str, int, str]]:
    return [
        (each.interval, (each.kline.open_ms - START_MS) // MINUTE_MS, str(each.kline.close))
        for each in updates
        if isinstance(each, KlineUpdate) and each.is_closed
    ]


def test_a_trade_is_told_as_a_trade_and_as_a_book() -> None:
    told = Scene().play(tick("100"))
    assert [type(each) for each in told] == [AggTrade, BookTicker]


def test_a_mark_is_told_as_a_mark() -> None:
    assert [type(each) for each in Scene().play(mark("100"))] == [MarkUpdate]


def test_time_alone_closes_candles() -> None:
    scene = Scene()
    assert closes(scene.play(tick("100"), instant(1))) == [("1m", 0, "100")]
    assert closes(scene.play(tick("101", at=MINUTE_MS), instant(3))) == [
        ("1m", 1, "101"),
        ("1m", 2, "101"),
        ("3m", 0, "101"),
    ]


def test_candles_are_closed_before_the_trade_that_comes_after_them_is_told() -> None:
    scene = Scene()
    scene.tape.watch("BTCUSDT", "1m")
    told = scene.play(tick("100"), tick("105", at=MINUTE_MS))[-4:]
    assert [type(each) for each in told] == [KlineUpdate, AggTrade, BookTicker, KlineUpdate]
    assert [each.is_closed for each in told if isinstance(each, KlineUpdate)] == [True, False]


def test_closes_of_tradeless_minutes_can_be_kept_from_everybody() -> None:
    scene = Scene(tells_idle_closes=False)
    assert closes(scene.play(tick("100"), instant(1), instant(2))) == [("1m", 0, "100")]
    assert len(scene.tape.klines("BTCUSDT", "1m")) == 3


def test_what_is_watched_is_told_with_each_trade() -> None:
    scene = Scene()
    scene.play(tick("100"))
    for topic in ("5m", "ticker", "depth", "5m"):
        scene.tape.watch("BTCUSDT", topic)
    told = scene.play(tick("101", at=1))
    assert [type(each) for each in told] == [
        AggTrade,
        BookTicker,
        KlineUpdate,
        TickerUpdate,
        DepthUpdate,
    ]


def test_a_book_kept_by_its_diffs_is_the_book() -> None:
    scene = Scene()
    scene.play(tick("64000.0"))
    scene.tape.watch("BTCUSDT", "depth")
    start = scene.tape.book("BTCUSDT")
    bids, asks, last_id = dict(start.bids), dict(start.asks), start.update_id
    prices = ("64000.1", "63999.0", "63999.0", "64003.7")
    for at, price in enumerate(prices, start=1):
        diff = scene.play(tick(price, at=at))[-1]
        assert isinstance(diff, DepthUpdate)
        assert diff.previous_id == last_id
        assert diff.first_id == last_id + 1 <= diff.last_id
        last_id = diff.last_id
        bids.update(diff.bids)
        asks.update(diff.asks)
    end = scene.tape.book("BTCUSDT")
    assert end.update_id == last_id
    assert {price: qty for price, qty in bids.items() if qty} == dict(end.bids)
    assert {price: qty for price, qty in asks.items() if qty} == dict(end.asks)


@pytest.mark.parametrize(
    ("start", "end", "limit", "minutes"),
    [
        (None, None, 3, [7, 8, 9]),
        (2, None, 3, [2, 3, 4]),
        (None, 5, 3, [3, 4, 5]),
        (2, 3, 500, [2, 3]),
        (8, None, 500, [8, 9]),
        (20, None, 500, []),
    ],
)
def test_klines_are_the_first_from_a_start_else_the_last(
    start: int | None, end: int | None, limit: int, minutes: list[int]
) -> None:
    scene = Scene()
    scene.play(*(tick(str(100 + minute), at=minute * MINUTE_MS) for minute in range(10)))
    rows = scene.tape.klines(
        "BTCUSDT",
        "1m",
        start_ms=None if start is None else START_MS + start * MINUTE_MS,
        end_ms=None if end is None else START_MS + end * MINUTE_MS,
        limit=limit,
    )
    assert [(row.open_ms - START_MS) // MINUTE_MS for row in rows] == minutes


def test_mark_and_index_have_klines_too() -> None:
    scene = Scene()
    scene.play(mark("100"))
    (of_mark,) = scene.tape.klines("BTCUSDT", "5m", kind=PriceKind.MARK)
    (of_index,) = scene.tape.klines("BTCUSDT", "5m", kind=PriceKind.INDEX)
    assert (of_mark.close, of_index.close) == decimals("100 99")


def test_trades_are_found_by_id_and_by_time() -> None:
    scene = Scene()
    scene.play(*(tick("100", at=at) for at in range(10)))
    tape = scene.tape
    assert [each.agg_id for each in tape.agg_trades("BTCUSDT", limit=2)] == [9, 10]
    assert [each.agg_id for each in tape.agg_trades("BTCUSDT", from_id=4, limit=2)] == [4, 5]
    between = tape.agg_trades("BTCUSDT", start_ms=START_MS + 2, end_ms=START_MS + 3)
    assert [each.agg_id for each in between] == [3, 4]


def test_a_symbol_that_never_traded_has_nothing_to_show() -> None:
    tape = Scene().tape
    assert tape.ticker_24h("BTCUSDT") is None
    assert tape.mark("BTCUSDT") is None
    assert tape.last_ms("BTCUSDT") is None
    assert tape.klines("BTCUSDT", "1m") == []
    assert tape.agg_trades("BTCUSDT") == []
    assert tape.funding_history("BTCUSDT") == ()


def test_the_day_is_told_with_the_last_quantity() -> None:
    scene = Scene()
    scene.play(tick("100", qty="2"), tick("110", at=MINUTE_MS, qty="3"))
    ticker = scene.tape.ticker_24h("BTCUSDT")
    assert ticker is not None
    assert (ticker.open, ticker.last, ticker.last_qty, ticker.volume) == decimals("100 110 3 5")


def test_a_topic_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="topic is 7m"):
        Scene().tape.watch("BTCUSDT", "7m")


def test_a_watched_book_needs_no_trade_to_have_happened() -> None:
    scene = Scene()
    scene.tape.watch("BTCUSDT", "depth")
    told = scene.play(tick("64000.0"))[-1]
    assert isinstance(told, DepthUpdate)
    assert told.bids[0] == (Decimal("64000.0"), Decimal(10))


def test_it_is_due_when_the_minute_ends() -> None:
    scene = Scene()
    scene.play(tick("100", at=61_000))
    assert scene.tape.due_ms == START_MS + 2 * MINUTE_MS
