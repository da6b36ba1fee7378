"""Telling that a symbol's candles are cut off, and that they come again."""

from collections.abc import Iterable

from noctule.adapters.binance.market.candle_feed import Ask, CandleFeed
from noctule.adapters.binance.market.event_outbox import EventOutbox
from noctule.domain.events.data import FeedLost, FeedRestored
from noctule.domain.ids import trace_of
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock

__all__ = ["FeedStates"]


class FeedStates:
    """Says FeedLost once for each loss and FeedRestored once for its end, symbol by symbol.

    Whoever is slow to listen hears only how it is now: a state that waits is replaced.
    """

    def __init__(self, *, outbox: EventOutbox, clock: Clock, ask: Ask) -> None:
        self._outbox = outbox
        self._clock = clock
        self._ask = ask
        self._lost: set[Symbol] = set()

    def lost(self, feeds: Iterable[CandleFeed], reason: str) -> None:
        """Note that some feeds hear nothing any more."""
        now_ms = self._clock.now_ms()
        for symbol in {feed.symbol: None for feed in feeds}:
            if symbol not in self._lost:
                self._lost.add(symbol)
                trace = trace_of(f"feed:{symbol}", now_ms)
                event = FeedLost(at_ms=now_ms, trace=trace, symbol=symbol, reason=reason)
                self._outbox.replace(event, ("feed", symbol))

    def restored(self, feeds: Iterable[CandleFeed]) -> None:
        """Note that some feeds hear again, and have what they missed fetched."""
        now_ms = self._clock.now_ms()
        gaps: dict[Symbol, int | None] = {}
        for feed in feeds:
            feed.listens_from_ms = now_ms
            gap_from_ms = gaps.setdefault(feed.symbol, None)
            if feed.ledger.due_close_ms < now_ms:
                due_ms = feed.ledger.due_ms
                gaps[feed.symbol] = due_ms if gap_from_ms is None else min(due_ms, gap_from_ms)
                self._ask(feed)
        for symbol in [each for each in gaps if each in self._lost]:  # in the order of the feeds
            self._lost.remove(symbol)
            trace = trace_of(f"feed:{symbol}", now_ms)
            event = FeedRestored(at_ms=now_ms, trace=trace, symbol=symbol, gap_from_ms=gaps[symbol])
            self._outbox.replace(event, ("feed", symbol))
