"""What happens in the market, and what of it may be replaced by something newer."""

import msgspec

from noctule.domain.events import data
from noctule.domain.events.base import DataEvent, Overflow
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleUpdated,
    DepthUpdated,
    MarkPriceUpdated,
)
from noctule.domain.market import BookTicker, DepthBook, MarkPrice
from noctule.domain.values import Symbol, Timeframe
from tests.builders import START_MS, candle

EVENTS: dict[str, type[DataEvent]] = {name: getattr(data, name) for name in data.__all__}


def test_the_market_speaks_in_these_words() -> None:
    assert sorted(EVENTS) == [
        "BookTickerUpdated",
        "CandleClosed",
        "CandleRevised",
        "CandleUpdated",
        "DataTimerFired",
        "DepthUpdated",
        "FeedLost",
        "FeedRestored",
        "MarkPriceUpdated",
        "TradePrinted",
    ]
    assert all(issubclass(event, DataEvent) for event in EVENTS.values())


def test_only_what_a_newer_event_makes_worthless_may_be_replaced() -> None:
    assert {name for name, event in EVENTS.items() if event.overflow is Overflow.REPLACE} == {
        "BookTickerUpdated",
        "CandleUpdated",
        "DepthUpdated",
        "MarkPriceUpdated",
    }


def test_a_running_candle_is_replaced_by_one_of_its_symbol_and_timeframe() -> None:
    event = CandleUpdated(at_ms=START_MS, trace="t", candle=candle(timeframe=Timeframe.M5))
    assert event.slot == ("BTCUSDT", "5m")


def test_a_mark_price_is_replaced_by_one_of_its_symbol() -> None:
    mark = MarkPrice(
        symbol=Symbol("ETHUSDT"),
        mark_price=2_000.0,
        index_price=2_000.5,
        funding_rate=0.0001,
        next_funding_ms=START_MS + 28_800_000,
    )
    assert MarkPriceUpdated(at_ms=START_MS, trace="t", mark=mark).slot == ("ETHUSDT",)


def test_a_closed_candle_is_recorded_like_this() -> None:
    event = CandleClosed(
        at_ms=START_MS + 60_000, trace="BTCUSDT:1m:29842561", candle=candle(60_000.1)
    )
    assert msgspec.json.encode(event) == (
        b'{"type":"CandleClosed","at_ms":1790553660000,"trace":"BTCUSDT:1m:29842561","candle":'
        b'{"symbol":"BTCUSDT","timeframe":"1m","open_ms":1790553600000,"close_ms":1790553659999,'
        b'"open":60000.1,"high":60000.1,"low":60000.1,"close":60000.1,"volume":10.0,'
        b'"quote_volume":600001.0,"trades":100,"taker_buy_volume":5.0},"received_ms":null}'
    )


def test_best_prices_and_books_are_replaced_by_those_of_their_symbol() -> None:
    ticker = BookTicker(
        symbol=Symbol("ETHUSDT"),
        bid_price=2_000.0,
        bid_quantity=1.0,
        ask_price=2_000.1,
        ask_quantity=2.0,
        update_id=7,
    )
    depth = DepthBook(symbol=Symbol("LTCUSDT"), bids=(), asks=(), update_id=9)
    assert BookTickerUpdated(at_ms=START_MS, trace="t", book=ticker).slot == ("ETHUSDT",)
    assert DepthUpdated(at_ms=START_MS, trace="t", depth=depth).slot == ("LTCUSDT",)
