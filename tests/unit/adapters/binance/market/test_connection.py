"""A connection's frames: each to its feed, the rest counted, and nothing raised."""

import json

from noctule.adapters.binance.market.candle_feed import CandleFeed
from noctule.adapters.binance.market.connection import MarketConnection
from noctule.adapters.binance.market.depth_feed import DepthFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.feed_states import FeedStates
from noctule.adapters.binance.market.price_feeds import MarkPriceFeed
from noctule.adapters.binance.wire.depth import DepthSnapshot
from noctule.adapters.clock import VirtualClock
from noctule.domain.events.data import CandleClosed, FeedLost, FeedRestored, MarkPriceUpdated
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes.market_desk import enveloped, kline_frame

NAMES = ("btcusdt@kline_1m", "btcusdt@markPrice@1s", "btcusdt@depth")
MARK = {"e": "markPriceUpdate", "E": 5, "s": "BTCUSDT", "p": "1", "i": "1", "r": "0", "T": 9}


class Scene:
    """A connection with a feed of each kind."""

    def __init__(self) -> None:
        self.counts = FeedCounts()
        self.outbox = EventOutbox(events_max=10)
        clock = VirtualClock(START_MS)
        self.candles = CandleFeed(
            BTCUSDT,
            Timeframe.M1,
            outbox=self.outbox,
            counts=self.counts,
            ask=lambda feed: None,
        )
        self.candles.place(START_MS)
        self.depth = DepthFeed(
            BTCUSDT, levels=1, outbox=self.outbox, counts=self.counts, ask=lambda feed: None
        )
        mark = MarkPriceFeed(BTCUSDT, outbox=self.outbox)
        self.connection = MarketConnection(
            NAMES,
            feeds=dict(zip(NAMES, (self.candles, mark, self.depth), strict=True)),
            states=FeedStates(outbox=self.outbox, clock=clock, ask=lambda feed: None),
            clock=clock,
            counts=self.counts,
        )

    @property
    def told(self) -> list[type]:
        return [type(event) for event in self.outbox.waiting()]


def test_each_frame_goes_to_the_feed_of_its_stream() -> None:
    scene = Scene()
    scene.connection.on_frame(kline_frame(candle()))
    scene.connection.on_frame(enveloped("btcusdt@markPrice@1s", dict(MARK)))
    assert scene.told == [CandleClosed, MarkPriceUpdated]


def test_a_frame_without_an_envelope_or_with_an_odd_one_is_understood() -> None:
    scene = Scene()
    event = json.loads(kline_frame(candle()))["data"]
    scene.connection.on_frame(json.dumps(event).encode())
    odd = {"data": MARK, "stream": "btcusdt@markPrice@1s"}
    scene.connection.on_frame(json.dumps(odd).encode())
    scene.connection.on_frame(json.dumps({**MARK, "E": 6}).encode())
    assert scene.told == [CandleClosed, MarkPriceUpdated]
    assert (scene.counts.malformed, scene.counts.unknown) == (0, 0)


def test_what_cannot_be_understood_is_counted_and_never_raised() -> None:
    scene = Scene()
    for frame in (
        b"",
        b"<html>",
        kline_frame(candle())[:-40],
        kline_frame(candle(low=61_000.0)),
        b'{"stream":"btcusdt@depth","data":{"e":"depthUpdate","b":[["0","0"]]}}',
    ):
        scene.connection.on_frame(frame)
    assert scene.told == []
    assert scene.counts.malformed == 5


def test_a_kind_that_nobody_asked_for_is_counted_apart() -> None:
    scene = Scene()
    scene.connection.on_frame(b'{"e":"SOMETHING_NEW_UPDATE","E":0,"T":0,"x":{"y":[1]}}')
    scene.connection.on_frame(enveloped("ethusdt@kline_1m", {"e": "kline"}))
    assert (scene.counts.malformed, scene.counts.unknown) == (0, 2)


def test_it_knows_since_when_it_is_up_and_what_is_lost_with_it() -> None:
    scene = Scene()
    connection = scene.connection
    assert connection.candle_feeds == [scene.candles]
    since_ms = [connection.restored_ms]
    connection.on_restored()
    since_ms.append(connection.restored_ms)
    scene.depth.book.begin(DepthSnapshot(last_id=1, bids=[], asks=[]))
    connection.on_lost("cut")
    since_ms.append(connection.restored_ms)
    assert since_ms == [None, VirtualClock(START_MS).elapsed_ms(), None]
    assert scene.depth.book.is_void
    assert scene.told == [FeedLost]
    connection.on_restored()
    assert scene.told == [FeedRestored]
