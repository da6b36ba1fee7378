"""What a person is told of an event: a word, and what a trader would say of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.app.narration.amounts import money, percent_of, price_text, signed
from noctule.domain.events.base import Event
from noctule.domain.events.desk import EntryRefused, PositionClosed, PositionProtected, StopMoved
from noctule.domain.events.order import (
    FundingPaid,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderRequested,
    Reconciled,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.events.signal import RegimeChanged, SignalGenerated, SignalRefused
from noctule.domain.order import Leg
from noctule.domain.position import Fill
from noctule.domain.signals import Direction
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Price, Side, plain_text
from noctule.telemetry.narration import Line, Tone

__all__ = ["TOLD", "Facts", "RunTally", "event_lines", "fills_line"]


class RunTally(Struct, frozen=True, kw_only=True):
    """What the trades since the start came to."""

    count: int = 0
    won: int = 0
    net: Decimal = Decimal(0)

    def with_trade(self, trade: ClosedTrade) -> "RunTally":
        """Count one more."""
        is_won = trade.net_pnl > 0
        return RunTally(count=self.count + 1, won=self.won + is_won, net=self.net + trade.net_pnl)

    def text(self) -> str:
        """Write it as `3 trades, 2 won`."""
        return f"{self.count} trade{'s' if self.count != 1 else ''}, {self.won} won"


class Facts(Struct, frozen=True, kw_only=True):
    """What an event does not say itself, as it was when it was told."""

    asset: str
    tally: RunTally
    entry_price: Price | None = None  # of what is held on its symbol


def event_lines(event: Event, facts: Facts) -> Iterable[Line]:
    """Return the lines of one event; of most there is one."""
    to_lines = _LINES.get(type(event))
    return () if to_lines is None else to_lines(event, facts)


def fills_line(fills: Sequence[Fill], *, is_ours: bool) -> Line:
    """Return the line of an order's trades, added up."""
    first, quantity = fills[0], sum((each.quantity for each in fills), Decimal(0))
    worth = sum((each.quantity * each.price for each in fills), Decimal(0))
    fees: dict[str, Decimal] = {}
    for each in fills:
        fees[each.fee_asset] = fees.get(each.fee_asset, Decimal(0)) + each.fee
    did = "bought" if first.side is Side.BUY else "sold"
    times = f" in {len(fills)} trades" if len(fills) > 1 else ""
    cost = ", ".join(f"{money(fee)} {asset}" for asset, fee in fees.items())
    whose = "" if is_ours else "; not an order of ours"
    return Line(
        at_ms=first.at_ms,
        symbol=first.symbol,
        word="FILL",
        text=f"{did} {plain_text(quantity)} at {price_text(worth / quantity)}{times}, "
        f"fee {cost}{whose}",
        tone=Tone.ACT if is_ours else Tone.CARE,
    )


def _signal(event: SignalGenerated, _facts: Facts) -> Iterable[Line]:
    text = f"{event.signal.direction}: {event.signal.reason}"
    yield Line(at_ms=event.at_ms, symbol=event.symbol, word="SIGNAL", text=text, tone=Tone.ACT)


def _refused(event: SignalRefused | EntryRefused, _facts: Facts) -> Iterable[Line]:
    reasons = "; ".join(each.text for each in event.reasons)
    yield Line(
        at_ms=event.at_ms,
        symbol=event.symbol,
        word="REFUSED",
        text=f"{event.direction}: {reasons}",
        tone=Tone.CARE,
    )


def _requested(event: OrderRequested, _facts: Facts) -> Iterable[Line]:
    request = event.request
    if request.leg is not Leg.ENTRY or request.quantity is None:
        return
    at = "at market" if request.price is None else f"at {price_text(request.price)} or better"
    text = f"{request.side.lower()} {plain_text(request.quantity)} {at}"
    yield Line(at_ms=event.at_ms, symbol=request.symbol, word="ENTRY", text=text, tone=Tone.ACT)


def _rejected(event: OrderRejected, _facts: Facts) -> Iterable[Line]:
    text = f"the exchange refused an order: {event.message} ({event.code})"
    yield Line(at_ms=event.at_ms, symbol=event.symbol, word="REFUSED", text=text, tone=Tone.CARE)


def _unknown(event: OrderOutcomeUnknown, _facts: Facts) -> Iterable[Line]:
    text = f"what became of an order is being asked: {event.cause}"
    yield Line(at_ms=event.at_ms, symbol=event.symbol, word="UNKNOWN", text=text, tone=Tone.CARE)


def _protected(event: PositionProtected, facts: Facts) -> Iterable[Line]:
    target = "" if event.target is None else f", target {_level(event.target, facts)}"
    text = f"at {_level(event.stop, facts)}{target}; unguarded for {event.naked_ms} ms"
    yield Line(at_ms=event.at_ms, symbol=event.symbol, word="STOP", text=text, tone=Tone.ACT)


def _level(level: Price, facts: Facts) -> str:
    away = "" if facts.entry_price is None else f" ({percent_of(facts.entry_price, level)})"
    return f"{price_text(level)}{away}"


def _stop_moved(event: StopMoved, _facts: Facts) -> Iterable[Line]:
    before, now = price_text(event.previous_stop), price_text(event.stop)
    text = f"moved from {before} to {now}: {event.reason}"
    yield Line(at_ms=event.at_ms, symbol=event.symbol, word="STOP", text=text, tone=Tone.ACT)


def _closed(event: PositionClosed, facts: Facts) -> Iterable[Line]:
    trade, tally = event.trade, facts.tally
    sign = -1 if trade.direction is Direction.SHORT else 1
    moved = percent_of(trade.entry_price, trade.exit_price, sign=sign)
    yield Line(
        at_ms=event.at_ms,
        symbol=trade.symbol,
        word="EXIT",
        text=f"{_EXITS[trade.exit_reason]}: {trade.direction.lower()} "
        f"{plain_text(trade.quantity)}, {price_text(trade.entry_price)} to "
        f"{price_text(trade.exit_price)} ({moved}), held {_span(trade.held_seconds)}",
    )
    funding = f", funding {signed(trade.funding)}" if trade.funding else ""
    yield Line(
        at_ms=event.at_ms,
        symbol=trade.symbol,
        word="P&L",
        text=f"{signed(trade.net_pnl)} {facts.asset} net (fees {money(trade.fees)}{funding})"
        f" · so far {signed(tally.net)} ({tally.text()})",
        tone=Tone.GOOD if trade.net_pnl > 0 else Tone.BAD,
    )


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def _funding(event: FundingPaid, facts: Facts) -> Iterable[Line]:
    text = f"{signed(event.amount)} {facts.asset}"
    yield Line(at_ms=event.at_ms, symbol=event.symbol, word="FUNDING", text=text)


def _halted(event: TradingHalted, _facts: Facts) -> Iterable[Line]:
    until = "somebody resumes" if event.ends_ms is None else _minute(event.ends_ms)
    text = f"no entries until {until}: {event.cause} ({event.actor})"
    yield Line(at_ms=event.at_ms, word="HALT", text=text, tone=Tone.BAD)


def _minute(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%H:%M:%S} UTC"


def _resumed(event: TradingResumed, _facts: Facts) -> Iterable[Line]:
    text = f"entries are on again ({event.actor})"
    yield Line(at_ms=event.at_ms, word="RESUME", text=text, tone=Tone.GOOD)


def _regime(event: RegimeChanged, _facts: Facts) -> Iterable[Line]:
    before = "" if event.before is None else f", was {event.before.replace('_', ' ')}"
    text = f"the market is in {event.after.replace('_', ' ')}{before}"
    yield Line(at_ms=event.at_ms, symbol=event.symbol, word="REGIME", text=text, tone=Tone.QUIET)


def _reconciled(event: Reconciled, _facts: Facts) -> Iterable[Line]:
    """Say what a start or a lost connection left to do; that there was nothing is no news."""
    counts = {
        "taken over": event.adopted,
        "protected": event.protected,
        "swept": event.swept,
        "not as we thought": event.discrepancies,
    }
    text = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if text:
        yield Line(at_ms=event.at_ms, word="ACCOUNT", text=text, tone=Tone.CARE)


_EXITS: Final[Mapping[ExitReason, str]] = {
    ExitReason.STOP: "stop hit",
    ExitReason.TARGET: "target reached",
    ExitReason.SIGNAL: "left by signal",
    ExitReason.FLATTEN: "flattened",
    ExitReason.LIQUIDATION: "liquidated",
    ExitReason.EXTERNAL: "closed by somebody else",
}

# Each function takes the event class it stands beside, which a mapping's type cannot say.
_LINES: Final[Mapping[type[Event], Callable[..., Iterable[Line]]]] = {
    SignalGenerated: _signal,
    SignalRefused: _refused,
    EntryRefused: _refused,
    OrderRequested: _requested,
    OrderRejected: _rejected,
    OrderOutcomeUnknown: _unknown,
    PositionProtected: _protected,
    StopMoved: _stop_moved,
    PositionClosed: _closed,
    FundingPaid: _funding,
    TradingHalted: _halted,
    TradingResumed: _resumed,
    RegimeChanged: _regime,
    Reconciled: _reconciled,
}
TOLD: Final[frozenset[type[Event]]] = frozenset({*_LINES, OrderFilled})
