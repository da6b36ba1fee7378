"""What nobody else remembers and status tells: the last word of each strategy, today's trades."""

from collections import deque
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from msgspec import structs

from noctule.domain.events.desk import EntryRefused, PositionClosed
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.signals import Reason
from noctule.domain.status import SaidView, TodayView, TradeView, trade_view
from noctule.domain.trade import ClosedTrade
from noctule.domain.values import Quote, Symbol, Timeframe
from noctule.engine.bus import EventBus

__all__ = ["StatusNotes"]

_LATEST_MAX: Final = 20
_REASONS_MAX: Final = 3
_LAST: Final = 1_000  # priority: whoever trades hears first


class StatusNotes:
    """Hears signals and closed trades, a word of each; nothing that comes with every price."""

    def __init__(self, *, started_ms: int) -> None:
        self.said: dict[Symbol, SaidView] = {}  # as many as are traded
        self._since_ms = started_ms
        self._count = self._won = 0
        self._net_pnl = Decimal(0)
        self._latest: deque[TradeView] = deque(maxlen=_LATEST_MAX)

    def listen(self, bus: EventBus) -> None:
        """Hear what is told on this bus, after everybody else."""
        bus.subscribe(SignalGenerated, self.on_signal_generated, priority=_LAST)
        bus.subscribe(SignalRefused, self.on_refused, priority=_LAST)
        bus.subscribe(EntryRefused, self.on_refused, priority=_LAST)
        bus.subscribe(TradingAuthorized, self.on_trading_authorized, priority=_LAST)
        bus.subscribe(PositionClosed, self.on_position_closed, priority=_LAST)

    def on_signal_generated(self, event: SignalGenerated) -> None:
        """Note what a strategy wants."""
        signal = event.signal
        self.said[event.symbol] = SaidView(
            at_ms=event.close_ms, direction=signal.direction, reason=signal.reason, verdict=None
        )

    def on_refused(self, event: SignalRefused | EntryRefused) -> None:
        """Note that it does not get it, and why."""
        self._judge(event.symbol, f"refused: {_told(event.reasons)}")

    def on_trading_authorized(self, event: TradingAuthorized) -> None:
        """Note that it gets it."""
        self._judge(event.symbol, "approved")

    def on_position_closed(self, event: PositionClosed) -> None:
        """Count a trade."""
        self.count((event.trade,), now_ms=event.at_ms)

    def count(self, trades: Iterable[ClosedTrade], *, now_ms: int) -> None:
        """Count trades, oldest first."""
        for trade in trades:
            self._begin_day(trade.closed_ms)
            self._latest.appendleft(trade_view(trade))
            self._count += 1
            self._won += trade.net_pnl > 0
            self._net_pnl += trade.net_pnl
        self._begin_day(now_ms)

    def today(self, now_ms: int) -> TodayView:
        """Return what was closed since midnight UTC, or since we began."""
        self._begin_day(now_ms)
        return TodayView(
            since_ms=self._since_ms,
            count=self._count,
            won=self._won,
            net_pnl=Quote(self._net_pnl),
            latest=tuple(self._latest),
        )

    def _begin_day(self, at_ms: int) -> None:
        midnight_ms = Timeframe.D1.open_of(at_ms)
        if midnight_ms > self._since_ms:
            self._since_ms = midnight_ms
            self._count = self._won = 0
            self._net_pnl = Decimal(0)

    def _judge(self, symbol: Symbol, verdict: str) -> None:
        said = self.said.get(symbol)
        if said is not None:
            self.said[symbol] = structs.replace(said, verdict=verdict)


def _told(reasons: Sequence[Reason]) -> str:
    told = [f"{each.check}: {each.text}" for each in reasons[:_REASONS_MAX]]
    more = len(reasons) - _REASONS_MAX
    return "; ".join([*told, f"and {more} more"] if more > 0 else told)
