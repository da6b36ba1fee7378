"""Everything the market has shown so far, as far back as anybody may ask.

All market data of the REST interface and of the streams is read from here. The tape sees each
event before anybody is told of it, and keeps a bounded past whatever the length of the run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.intervals import INTERVALS, MINUTE_MS
from noctule.adapters.sim.klines import KLINES_MAX, Kline
from noctule.adapters.sim.market import Market, Settled
from noctule.adapters.sim.market_updates import (
    AggTrade,
    BookTicker,
    DepthUpdate,
    KlineUpdate,
    MarketUpdate,
    MarkUpdate,
    Ticker,
    TickerUpdate,
)
from noctule.adapters.sim.model import ZERO, Quote, Rules
from noctule.adapters.sim.shown_book import SHOWN_LEVELS, ShownBook, level_changes, shown_book
from noctule.adapters.sim.source import MarketEvent

__all__ = ["PriceKind", "Tape"]


class PriceKind(StrEnum):
    """What a kline is drawn of."""

    LAST = "last"
    MARK = "mark"
    INDEX = "index"


class Tape:
    """See events, then tell what they cause; answer questions about the past.

    Closed klines of every kept interval are always told. What costs more on each tick – running
    klines of an interval, the depth of the book, the day's figures – is told once it is watched.
    """

    def __init__(
        self,
        rules: Iterable[Rules],
        quote: Callable[[str], Quote],
        *,
        intervals: Iterable[str] = INTERVALS,
        tells_idle_closes: bool = True,  # UNCONFIRMED whether futures push a tradeless minute
    ) -> None:
        self._rules = {each.symbol: each for each in rules}
        self._quote = quote
        kept = tuple(intervals)
        self._markets = {symbol: Market(symbol, intervals=kept) for symbol in self._rules}
        self._tells_idle_closes = tells_idle_closes
        self._watched: dict[str, list[str]] = {symbol: [] for symbol in self._rules}
        self._told_books: dict[str, ShownBook] = {}  # of the watched
        self._book_ids = dict.fromkeys(self._rules, 1)
        self._fresh: list[MarketUpdate] = []
        self._minute_ends_ms = 0

    def watch(self, symbol: str, topic: str) -> None:
        """Tell from now on: an interval's running kline, `depth` or `ticker`."""
        assert topic in INTERVALS or topic in ("depth", "ticker"), f"topic is {topic}"
        if topic not in self._watched[symbol]:
            self._watched[symbol].append(topic)
            if topic == "depth":
                self._told_books[symbol] = self.book(symbol)

    @property
    def due_ms(self) -> int:
        """Return when the next candles end, though nobody trades."""
        return self._minute_ends_ms

    def see(self, event: MarketEvent) -> None:
        """Take one event in; updates() then tells what it caused."""
        self._fresh = []
        if event.time_ms >= self._minute_ends_ms:
            self._roll(event.time_ms)
        if isinstance(event, Tick):
            trade = self._markets[event.symbol].trade(event)
            self._book_ids[event.symbol] += 1
            if trade.qty:
                self._fresh.append(trade)
        elif isinstance(event, MarkTick):
            self._fresh.append(self._markets[event.symbol].measure(event))

    def updates(self, event: MarketEvent) -> Sequence[MarketUpdate]:
        """Return what the event just seen causes to be told: what has closed comes first."""
        if not isinstance(event, Tick):
            return self._fresh
        symbol, now_ms = event.symbol, event.time_ms
        return [*self._fresh, self.book_ticker(symbol), *self._watched_updates(symbol, now_ms)]

    def klines(
        self,
        symbol: str,
        interval: str,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int = 500,
        kind: PriceKind = PriceKind.LAST,
    ) -> list[Kline]:
        """Return klines in order: the first so many from a start, else the last so many.

        The last one of all is still open.
        """
        market = self._markets[symbol]
        kept = {
            PriceKind.LAST: market.klines,
            PriceKind.MARK: market.mark_klines,
            PriceKind.INDEX: market.index_klines,
        }[kind]
        if start_ms is None and end_ms is None:
            return kept.latest(interval, limit)
        return _within(kept.latest(interval, KLINES_MAX), start_ms, end_ms, limit)

    def running(self, symbol: str, interval: str) -> Kline | None:
        """Return the kline that is still open."""
        return self._markets[symbol].klines.running(interval)

    def agg_trades(
        self,
        symbol: str,
        *,
        from_id: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int = 500,
    ) -> list[AggTrade]:
        """Return trades by time; from an id or a start the first so many, else the last so many."""
        wanted = [
            trade
            for trade in self._markets[symbol].trades
            if (from_id is None or trade.agg_id >= from_id)
            and (start_ms is None or trade.time_ms >= start_ms)
            and (end_ms is None or trade.time_ms <= end_ms)
        ]
        return wanted[-limit:] if from_id is None and start_ms is None else wanted[:limit]

    def last_ms(self, symbol: str) -> int | None:
        """Return when the symbol last traded."""
        last = self._markets[symbol].last
        return None if last is None else last.time_ms

    def book(self, symbol: str, levels: int = SHOWN_LEVELS) -> ShownBook:
        """Return the book as it is shown, empty before the first trade."""
        update_id, time_ms = self._book_ids[symbol], self.last_ms(symbol)
        if time_ms is None:
            return ShownBook(update_id=update_id, time_ms=0, bids=(), asks=())
        return shown_book(
            self._rules[symbol],
            self._quote(symbol),
            update_id=update_id,
            time_ms=time_ms,
            levels=levels,
        )

    def book_ticker(self, symbol: str) -> BookTicker:
        """Return the best prices."""
        quote = self._quote(symbol)
        return BookTicker(
            symbol=symbol,
            time_ms=self.last_ms(symbol) or 0,
            update_id=self._book_ids[symbol],
            bid=quote.bid,
            bid_qty=quote.bid_qty,
            ask=quote.ask,
            ask_qty=quote.ask_qty,
        )

    def ticker_24h(self, symbol: str) -> Ticker | None:
        """Return the last 24 hours; None before the first trade."""
        market = self._markets[symbol]
        running = market.klines.running("1m")
        if running is None:
            return None
        return market.day.ticker(running, last_qty=market.last.qty if market.last else ZERO)

    def mark(self, symbol: str) -> MarkUpdate | None:
        """Return mark, index and funding; None before the first mark price, or without a market."""
        market = self._markets.get(symbol)
        return None if market is None else market.mark

    def funding_history(self, symbol: str) -> Sequence[Settled]:
        """Return the fundings that have happened, oldest first."""
        return tuple(self._markets[symbol].settled)

    def _roll(self, now_ms: int) -> None:
        self._minute_ends_ms = now_ms - now_ms % MINUTE_MS + MINUTE_MS
        for symbol, market in self._markets.items():
            for interval, kline in market.roll(now_ms):
                if self._tells_idle_closes or not kline.is_idle:
                    self._fresh.append(_kline_update(symbol, interval, kline, now_ms=now_ms))

    def _watched_updates(self, symbol: str, now_ms: int) -> Iterator[MarketUpdate]:
        for topic in self._watched[symbol]:
            if topic == "depth":
                yield self._depth(symbol)
            elif topic == "ticker":
                ticker = self.ticker_24h(symbol)
                assert ticker is not None, f"{symbol} has just traded"
                yield TickerUpdate(symbol=symbol, time_ms=now_ms, ticker=ticker)
            else:
                kline = self.running(symbol, topic)
                assert kline is not None, f"{symbol} has just traded"
                yield _kline_update(symbol, topic, kline, now_ms=now_ms)

    def _depth(self, symbol: str) -> DepthUpdate:
        before, now = self._told_books[symbol], self.book(symbol)
        self._told_books[symbol] = now
        return DepthUpdate(
            symbol=symbol,
            time_ms=now.time_ms,
            first_id=before.update_id + 1,
            last_id=now.update_id,
            previous_id=before.update_id,
            bids=level_changes(before.bids, now.bids),
            asks=level_changes(before.asks, now.asks),
        )


def _kline_update(symbol: str, interval: str, kline: Kline, *, now_ms: int) -> KlineUpdate:
    return KlineUpdate(
        symbol=symbol,
        time_ms=now_ms,
        interval=interval,
        kline=kline,
        is_closed=kline.close_ms < now_ms,
    )


def _within(
    klines: list[Kline], start_ms: int | None, end_ms: int | None, limit: int
) -> list[Kline]:
    wanted = [
        kline
        for kline in klines
        if (start_ms is None or kline.open_ms >= start_ms)
        and (end_ms is None or kline.open_ms <= end_ms)
    ]
    return wanted[-limit:] if start_ms is None else wanted[:limit]
