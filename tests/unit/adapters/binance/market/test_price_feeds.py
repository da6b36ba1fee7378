"""Prices and trades: each told once, in order, none of them older than the one before."""

from noctule.adapters.binance.market.connection import StreamFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.market.price_feeds import BookTickerFeed, MarkPriceFeed, TradeFeed
from noctule.domain.events.data import BookTickerUpdated, MarkPriceUpdated, TradePrinted
from tests.builders import BTCUSDT
from tests.fakes.market_desk import enveloped


def mark(event_ms: int, price: str) -> bytes:
    event = {"e": "markPriceUpdate", "E": event_ms, "s": "BTCUSDT", "p": price, "i": price}
    return enveloped("btcusdt@markPrice@1s", {**event, "r": "0.0001", "T": 99})


def ticker(update_id: int, bid: str) -> bytes:
    event = {"e": "bookTicker", "E": 5, "u": update_id, "s": "BTCUSDT", "b": bid, "B": "1"}
    return enveloped("btcusdt@bookTicker", {**event, "a": "9", "A": "1"})


def trade(trade_id: int) -> bytes:
    event = {"e": "aggTrade", "E": 5, "s": "BTCUSDT", "a": trade_id, "p": "1", "q": "2"}
    return enveloped("btcusdt@aggTrade", {**event, "T": 4, "m": False})


def test_the_newest_mark_price_is_told_and_an_older_one_is_not() -> None:
    outbox = EventOutbox(events_max=10)
    feed = MarkPriceFeed(BTCUSDT, outbox=outbox)
    for frame in (mark(1, "100"), mark(3, "102"), mark(2, "101"), mark(3, "102")):
        feed.hear(frame)
    (event,) = outbox.waiting()
    assert isinstance(event, MarkPriceUpdated)
    assert (event.at_ms, event.trace, event.mark.mark_price) == (3, "mark:BTCUSDT:3", 102.0)


def test_the_newest_best_prices_are_told_and_older_ones_are_not() -> None:
    outbox = EventOutbox(events_max=10)
    feed = BookTickerFeed(BTCUSDT, outbox=outbox)
    for frame in (ticker(1, "6"), ticker(3, "8"), ticker(2, "7"), ticker(3, "8")):
        feed.hear(frame)
    (event,) = outbox.waiting()
    assert isinstance(event, BookTickerUpdated)
    assert (event.at_ms, event.trace, event.book.bid_price) == (5, "book:BTCUSDT:5", 8.0)


def test_each_trade_is_told_once_and_in_order() -> None:
    outbox = EventOutbox(events_max=10)
    feed = TradeFeed(BTCUSDT, outbox=outbox, counts=FeedCounts())
    for number in (1, 2, 2, 1, 3):
        feed.hear(trade(number))
    events = outbox.waiting()
    assert [event.trade.trade_id for event in events if isinstance(event, TradePrinted)] == [
        1,
        2,
        3,
    ]
    assert {(event.at_ms, event.trace) for event in events} == {(4, "trade:BTCUSDT:4")}


def test_trades_that_nobody_has_room_for_are_counted() -> None:
    outbox, counts = EventOutbox(events_max=1), FeedCounts()
    feed = TradeFeed(BTCUSDT, outbox=outbox, counts=counts)
    for number in (1, 2, 3):
        feed.hear(trade(number))
    assert len(outbox) == 1
    assert counts.trades_dropped == 2


def test_after_a_reconnect_ids_may_begin_anew() -> None:
    outbox = EventOutbox(events_max=10)
    feeds: tuple[StreamFeed, ...] = (
        MarkPriceFeed(BTCUSDT, outbox=outbox),
        BookTickerFeed(BTCUSDT, outbox=outbox),
        TradeFeed(BTCUSDT, outbox=outbox, counts=FeedCounts()),
    )
    for number in (2**62, 1):  # the exchange, or what came of its bytes, counted absurdly high
        for feed, frame in zip(
            feeds, (mark(number, "1"), ticker(number, "1"), trade(number)), strict=True
        ):
            feed.hear(frame)
            feed.begin_anew()
    assert [event.at_ms for event in outbox.waiting()] == [1, 5, 4, 4]
