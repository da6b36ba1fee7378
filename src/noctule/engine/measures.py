"""What is counted of the events that pass: how late, how fast, how naked, and what came of it."""

from collections.abc import Callable
from typing import Any, Final

from noctule.domain.events.base import Event
from noctule.domain.events.data import CandleClosed, FeedLost, FeedRestored
from noctule.domain.events.desk import PositionClosed, PositionProtected
from noctule.domain.events.order import AccountFeedLost, AccountFeedRestored, OrderSubmitted
from noctule.domain.values import Symbol, Timeframe
from noctule.ports.clock import Clock
from noctule.telemetry.metrics import Buckets

__all__ = ["Measures"]

_ACCOUNT: Final = "account"
_LAGS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_TICKS_S: Final = (
    *(0.0001, 0.00015, 0.0002, 0.0003, 0.0005, 0.00075),
    *(0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 1),
)
_NAKED_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60)


class Measures:
    """A tap of the bus: it adds to plain counters, and nothing else."""

    def __init__(self, *, clock: Clock, stopwatch_ns: Callable[[], int]) -> None:
        self.candle_lag = Buckets(*_LAGS_S)
        self.tick_to_order = Buckets(*_TICKS_S)
        self.naked = Buckets(*_NAKED_S)
        self.reconnects: dict[str, int] = {}  # by feed: a symbol, or the account
        self.won = self.lost = 0
        self.net_pnl = self.fees = self.funding = 0.0
        self._clock = clock
        self._stopwatch_ns = stopwatch_ns
        self._turns: dict[Symbol, tuple[int, int]] = {}  # close of the latest candle, and its turn
        self._latest: dict[tuple[Symbol, Timeframe], str] = {}  # the trace of the latest of each
        self._begun: dict[str, int] = {}  # those traces, and when they had their turn
        self._away: set[str] = set()
        self._heard: dict[type[Event], Callable[[Any], None]] = {
            CandleClosed: self._on_candle_closed,
            OrderSubmitted: self._on_order_submitted,
            PositionProtected: self._on_position_protected,
            PositionClosed: self._on_position_closed,
            FeedLost: lambda event: self._away.add(event.symbol),
            FeedRestored: lambda event: self._note_back(event.symbol),
            AccountFeedLost: lambda _event: self._away.add(_ACCOUNT),
            AccountFeedRestored: lambda _event: self._note_back(_ACCOUNT),
        }

    def see(self, event: Event) -> None:
        """Take note of an event."""
        heard = self._heard.get(type(event))
        if heard is not None:
            heard(event)

    def _on_candle_closed(self, event: CandleClosed) -> None:
        """Note the turn of a candle; the bars that it completes have theirs because of it."""
        candle = event.candle
        close_ms, turn_ns = self._turns.get(candle.symbol, (0, 0))
        if candle.close_ms > close_ms:
            turn_ns = self._stopwatch_ns()
            self._turns[candle.symbol] = (candle.close_ms, turn_ns)
            self.candle_lag.observe(max(0, self._clock.now_ms() - candle.close_ms - 1) / 1_000)
        key = (candle.symbol, candle.timeframe)
        self._begun.pop(self._latest.get(key, ""), None)  # nobody will enter on that one any more
        self._latest[key] = event.trace
        self._begun[event.trace] = turn_ns

    def _on_order_submitted(self, event: OrderSubmitted) -> None:
        """Measure the entry: it is the first that is sent along its candle's trace."""
        turn_ns = self._begun.pop(event.trace, None)
        if turn_ns is not None:
            self.tick_to_order.observe((self._stopwatch_ns() - turn_ns) / 1e9)

    def _on_position_protected(self, event: PositionProtected) -> None:
        self.naked.observe(event.naked_ms / 1_000)

    def _on_position_closed(self, event: PositionClosed) -> None:
        trade = event.trade
        if trade.net_pnl < 0:
            self.lost += 1
        else:
            self.won += 1
        self.net_pnl += float(trade.net_pnl)
        self.fees += float(trade.fees)
        self.funding += float(trade.funding)

    def _note_back(self, feed: str) -> None:
        if feed in self._away:
            self._away.discard(feed)
            self.reconnects[feed] = self.reconnects.get(feed, 0) + 1
