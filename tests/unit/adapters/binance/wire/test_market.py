"""Market frames: read exactly, tolerant of what is new, and never anything but FeedMalformed."""

import gzip
import json
from collections import Counter
from typing import Any

import pytest
from msgspec.json import Decoder

from noctule.adapters.binance.wire.depth import DEPTH_UPDATE
from noctule.adapters.binance.wire.market import (
    AGG_TRADE,
    BOOK_TICKER,
    KLINE,
    MARK_PRICE,
    combined_frame,
    read_frame,
)
from noctule.domain.errors import FeedMalformed
from noctule.domain.market import BookTicker, Candle, MarketTrade, MarkPrice
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS, candle
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.market_desk import enveloped, kline_frame

DOCUMENTED = DATA / "fixtures/binance-connector-python/websocket_streams"
MARK = {"e": "markPriceUpdate", "E": 5, "s": "BTCUSDT", "p": "1.5", "i": "1.4", "P": "1.3"}
TICKER = {"e": "bookTicker", "E": 5, "u": 7, "s": "BTCUSDT", "b": "1.5", "B": "2", "a": "1.6"}
TRADE = {"e": "aggTrade", "E": 5, "s": "BTCUSDT", "a": 9, "p": "1.5", "q": "2", "T": 4, "m": True}


def documented(name: str) -> bytes:
    example = json.loads((DOCUMENTED / f"{name}.json").read_bytes())
    return enveloped("x", example)


def test_a_kline_becomes_a_candle_to_the_last_digit() -> None:
    bar = candle(60_000.1, open=59_990.5, high=60_010.7, low=59_980.3, volume=12.345)
    event = read_frame(KLINE, kline_frame(bar, is_closed=True, event_ms=START_MS + 60_003))
    assert event.candle(BTCUSDT, Timeframe.M1) == bar
    assert event.kline.is_closed
    assert (event.event_ms, event.symbol, event.kline.interval) == (
        START_MS + 60_003,
        "BTCUSDT",
        "1m",
    )


def test_unknown_fields_are_ignored_on_every_level() -> None:
    told = json.loads(kline_frame(candle()))
    told["new"] = [1]
    told["data"]["new"] = {"x": None}
    told["data"]["k"]["new"] = "y"
    assert read_frame(KLINE, json.dumps(told).encode()).candle(BTCUSDT, Timeframe.M1) == candle()


def test_a_mark_price_carries_index_and_funding() -> None:
    event = read_frame(MARK_PRICE, enveloped("x", {**MARK, "r": "-0.0001", "T": 99}))
    assert event.mark(BTCUSDT) == MarkPrice(
        symbol=BTCUSDT, mark_price=1.5, index_price=1.4, funding_rate=-0.0001, next_funding_ms=99
    )


def test_a_dated_contract_has_no_funding() -> None:
    event = read_frame(MARK_PRICE, enveloped("x", {**MARK, "r": "", "T": 0}))
    assert event.mark(BTCUSDT).funding_rate == 0


@pytest.mark.parametrize("change", [{"p": "0"}, {"p": "nan"}, {"i": "-1"}, {"r": "x"}, {"r": "7"}])
def test_an_impossible_mark_price_is_malformed(change: dict[str, str]) -> None:
    event = read_frame(MARK_PRICE, enveloped("x", {**MARK, "r": "0", "T": 0, **change}))
    with pytest.raises(FeedMalformed, match="BTCUSDT"):
        event.mark(BTCUSDT)


def test_a_book_ticker_becomes_the_best_prices() -> None:
    event = read_frame(BOOK_TICKER, enveloped("x", {**TICKER, "A": "3"}))
    assert event.book(BTCUSDT) == BookTicker(
        symbol=BTCUSDT,
        bid_price=1.5,
        bid_quantity=2.0,
        ask_price=1.6,
        ask_quantity=3.0,
        update_id=7,
    )


@pytest.mark.parametrize("change", [{"b": "0"}, {"a": "inf"}, {"B": "-1"}, {"A": "nan"}])
def test_an_impossible_book_ticker_is_malformed(change: dict[str, str]) -> None:
    event = read_frame(BOOK_TICKER, enveloped("x", {**TICKER, "A": "3", **change}))
    with pytest.raises(FeedMalformed, match="BTCUSDT"):
        event.book(BTCUSDT)


def test_an_aggregate_trade_tells_the_takers_side() -> None:
    event = read_frame(AGG_TRADE, enveloped("x", dict(TRADE)))
    assert event.trade(BTCUSDT) == MarketTrade(
        symbol=BTCUSDT, trade_id=9, price=1.5, quantity=2.0, at_ms=4, is_taker_buy=False
    )


@pytest.mark.parametrize("change", [{"p": "0"}, {"q": "-1"}, {"q": "nan"}])
def test_an_impossible_trade_is_malformed(change: dict[str, str]) -> None:
    event = read_frame(AGG_TRADE, enveloped("x", {**TRADE, **change}))
    with pytest.raises(FeedMalformed, match="BTCUSDT"):
        event.trade(BTCUSDT)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"<html>",
        b'{"stream":"x","data":{',
        b'{"stream":"x"}',
        b'{"stream":"x","data":{"e":"kline","E":"soon","s":"","k":{}}}',
        b'{"data":"\xff\xfe"}',
        b'{"data":' + b"[" * 100_000,
    ],
)
def test_bytes_that_hold_no_event_are_malformed(frame: bytes) -> None:
    with pytest.raises(FeedMalformed):
        read_frame(KLINE, frame)
    with pytest.raises(FeedMalformed):
        read_frame(DEPTH_UPDATE, frame)


@pytest.mark.parametrize(
    ("event", "stream"),
    [
        ({"e": "kline", "s": "BTCUSDT", "k": {"i": "1m"}}, "btcusdt@kline_1m"),
        ({"e": "aggTrade", "s": "BTCUSDT"}, "btcusdt@aggTrade"),
        ({"e": "bookTicker", "s": "BTCUSDT"}, "btcusdt@bookTicker"),
        ({"e": "depthUpdate", "s": "BTCUSDT"}, "btcusdt@depth"),
        ({"e": "markPriceUpdate", "s": "币安人生USDT"}, "币安人生usdt@markPrice"),
        ({"e": "somethingNew", "s": "BTCUSDT"}, "somethingNew"),
        ({}, ""),
    ],
)
def test_an_event_without_its_envelope_is_put_into_one(
    event: dict[str, object], stream: str
) -> None:
    name, frame = combined_frame(json.dumps(event).encode())
    assert name == stream
    assert json.loads(frame) == {"data": event}


def test_an_envelope_written_in_another_way_is_left_as_it_is() -> None:
    frame = b'{ "data" : {"e":"kline"}, "stream" : "btcusdt@kline_1m" }'
    assert combined_frame(frame) == ("btcusdt@kline_1m", frame)


@pytest.mark.parametrize("frame", [b"", b"nonsense", b'{"e":1}', b"\xff", b"[" * 100_000])
def test_what_is_no_event_at_all_is_malformed(frame: bytes) -> None:
    with pytest.raises(FeedMalformed):
        combined_frame(frame)


@needs_data
def test_the_documented_examples_are_read() -> None:
    bar = read_frame(KLINE, documented("kline_candlestick_streams"))
    assert bar.candle(BTCUSDT, Timeframe.M1) == Candle(
        symbol=BTCUSDT,
        timeframe=Timeframe.M1,
        open_ms=1_638_747_660_000,
        close_ms=1_638_747_719_999,
        open=0.001,
        high=0.0025,
        low=0.0015,  # sic: above the opening price
        close=0.002,
        volume=1_000.0,
        quote_volume=1.0,
        trades=100,
        taker_buy_volume=500.0,
    )
    mark = read_frame(MARK_PRICE, documented("mark_price_stream")).mark(BTCUSDT)
    assert mark.mark_price == 11_794.15
    trade = read_frame(AGG_TRADE, documented("aggregate_trade_streams")).trade(BTCUSDT)
    assert (trade.trade_id, trade.quantity) == (5_933_014, 100.0)
    ticker = read_frame(BOOK_TICKER, documented("individual_symbol_book_ticker_streams"))
    assert ticker.book(BTCUSDT).bid_price == 25.3519
    assert read_frame(DEPTH_UPDATE, documented("diff_book_depth_streams")).bids == [(0.0024, 10.0)]


@needs_data
def test_every_recorded_frame_of_a_stream_we_know_is_read() -> None:
    decoders: dict[str, Decoder[Any]] = {
        "bookTicker": BOOK_TICKER,
        "markPriceUpdate": MARK_PRICE,
        "depthUpdate": DEPTH_UPDATE,
        "aggTrade": AGG_TRADE,
        "kline": KLINE,
    }
    seen = Counter[str]()
    for path in sorted((DATA / "ws").glob("*.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            frame = line.split(b" ", 1)[1]
            kind = json.loads(frame).get("data", {}).get("e")
            if kind in decoders:
                decoders[kind].decode(frame)
                seen[kind] += 1
    assert seen == {"bookTicker": 2991, "depthUpdate": 1958, "markPriceUpdate": 45}


@needs_data
def test_the_recorded_closed_kline_is_a_possible_candle() -> None:
    path = DATA / "fixtures/nautilus/rust_futures/market_data_json/kline_stream_closed.json"
    event = read_frame(KLINE, enveloped("x", json.loads(path.read_bytes())))
    assert event.candle(BTCUSDT, Timeframe(event.kline.interval)).flaw() is None
