"""What is collected beside candles: mark prices, best prices, trades; one feed a symbol."""

from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.adapters.binance.market.feed_counts import FeedCounts
from noctule.adapters.binance.wire.market import AGG_TRADE, BOOK_TICKER, MARK_PRICE, read_frame
from noctule.domain.events.data import BookTickerUpdated, MarkPriceUpdated, TradePrinted
from noctule.domain.ids import trace_of
from noctule.domain.values import Symbol

__all__ = ["BookTickerFeed", "MarkPriceFeed", "TradeFeed"]


class MarkPriceFeed:
    """Mark price, index and funding; one that is older than what is known says nothing."""

    def __init__(self, symbol: Symbol, *, outbox: EventOutbox) -> None:
        self._symbol = symbol
        self._outbox = outbox
        self._cause = f"mark:{symbol}"
        self._slot = ("mark", symbol)
        self._told_ms = -1

    def begin_anew(self) -> None:
        """Forget what was told before: another connection may count differently."""
        self._told_ms = -1

    def hear(self, frame: bytes) -> None:
        """Take a frame of the stream; raises FeedMalformed for one that cannot be true."""
        event = read_frame(MARK_PRICE, frame)
        mark = event.mark(self._symbol)
        if event.event_ms <= self._told_ms:
            return
        self._told_ms = event.event_ms
        trace = trace_of(self._cause, event.event_ms)
        self._outbox.replace(
            MarkPriceUpdated(at_ms=event.event_ms, trace=trace, mark=mark), self._slot
        )


class BookTickerFeed:
    """The best bid and ask; an older update than the last one is dropped."""

    def __init__(self, symbol: Symbol, *, outbox: EventOutbox) -> None:
        self._symbol = symbol
        self._outbox = outbox
        self._cause = f"book:{symbol}"
        self._slot = ("book", symbol)
        self._update_id = -1

    def begin_anew(self) -> None:
        """Forget what was told before: another connection may count differently."""
        self._update_id = -1

    def hear(self, frame: bytes) -> None:
        """Take a frame of the stream; raises FeedMalformed for one that cannot be true."""
        event = read_frame(BOOK_TICKER, frame)
        book = event.book(self._symbol)
        if book.update_id <= self._update_id:
            return
        self._update_id = book.update_id
        trace = trace_of(self._cause, event.event_ms)
        self._outbox.replace(
            BookTickerUpdated(at_ms=event.event_ms, trace=trace, book=book), self._slot
        )


class TradeFeed:
    """Aggregate trades, each once and in order; those that nobody has room for are counted."""

    def __init__(self, symbol: Symbol, *, outbox: EventOutbox, counts: FeedCounts) -> None:
        self._symbol = symbol
        self._outbox = outbox
        self._counts = counts
        self._cause = f"trade:{symbol}"
        self._trade_id = -1

    def begin_anew(self) -> None:
        """Forget what was told before: another connection may count differently."""
        self._trade_id = -1

    def hear(self, frame: bytes) -> None:
        """Take a frame of the stream; raises FeedMalformed for one that cannot be true."""
        event = read_frame(AGG_TRADE, frame)
        trade = event.trade(self._symbol)
        if trade.trade_id <= self._trade_id:
            return
        self._trade_id = trade.trade_id
        if self._outbox.is_full:
            self._counts.trades_dropped += 1
            return
        trace = trace_of(self._cause, trade.at_ms)
        self._outbox.put(TradePrinted(at_ms=trade.at_ms, trace=trace, trade=trade))
