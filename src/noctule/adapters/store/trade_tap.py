"""From the bus to the trade log: which events users see there, and as which line."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from noctule.adapters.store import trade_lines
from noctule.adapters.store.trade_lines import TradeLine
from noctule.domain.events.base import Event
from noctule.domain.events.desk import EntryRefused, PositionClosed, PositionProtected, StopMoved
from noctule.domain.events.order import (
    FundingPaid,
    OrderAccepted,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderRequested,
    Reconciled,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.events.signal import SignalGenerated, SignalRefused
from noctule.domain.ids import belongs_to_account
from noctule.domain.order import ClientOrderId
from noctule.domain.values import Quote, Symbol

__all__ = ["TradeTap"]

_ACCEPTED_MAX: Final = 10_000  # ids remembered: both come within seconds of each other
_Answer = OrderAccepted | OrderRejected | OrderOutcomeUnknown


class TradeTap:
    """A tap of the bus: turns events into lines and never makes anyone wait.

    Of what is not ours only fills are told, for they move the position.
    """

    def __init__(
        self,
        write: Callable[[TradeLine], None],
        *,
        account: str | None,
        strategy_of: Callable[[Symbol], str | None],
    ) -> None:
        self._write = write
        self._account = account  # the tag of our orders; None: none is ours
        self._strategy_of = strategy_of
        self._accepted: dict[ClientOrderId, None] = {}  # in the order of their acceptance

    def see(self, event: Event) -> None:
        """Write a line for this event if users rely on one."""
        match event:
            case OrderAccepted() | OrderRejected() | OrderOutcomeUnknown():
                if self._is_ours(event.client_order_id) and self._is_news(event):
                    self._write(_answer(event, self._strategy_of(event.symbol)))
            case OrderFilled():
                is_ours = self._is_ours(event.fill.client_order_id)
                strategy = self._strategy_of(event.fill.symbol) if is_ours else None
                self._write(_fill(event, strategy))
            case FundingPaid():
                self._write(_funding(event, self._strategy_of(event.symbol)))
            case _:
                to_line = _LINES.get(type(event))
                if to_line is not None:
                    self._write(to_line(event))

    def _is_ours(self, client_order_id: ClientOrderId) -> bool:
        return self._account is not None and belongs_to_account(client_order_id, self._account)

    def _is_news(self, event: _Answer) -> bool:
        """Tell whether nobody said so before: an acceptance is answered, and streamed as well."""
        if not isinstance(event, OrderAccepted):
            return True
        if event.client_order_id in self._accepted:
            return False
        self._accepted[event.client_order_id] = None
        if len(self._accepted) > _ACCEPTED_MAX:
            del self._accepted[next(iter(self._accepted))]
        return True


def _signal(event: SignalGenerated) -> TradeLine:
    return trade_lines.Signal(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=event.strategy,
        direction=event.signal.direction,
        reason=event.signal.reason,
        price=event.price,
        stop=event.signal.stop,
        target=event.signal.target,
        confidence=event.signal.confidence,
    )


def _signal_refused(event: SignalRefused | EntryRefused) -> TradeLine:
    return trade_lines.SignalRefused(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=event.strategy,
        direction=event.direction,
        reasons=tuple(f"{reason.check}: {reason.text}" for reason in event.reasons),
    )


def _order_requested(event: OrderRequested) -> TradeLine:
    request = event.request
    return trade_lines.OrderRequested(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=request.symbol,
        strategy=event.strategy,
        client_order_id=request.client_order_id,
        leg=request.leg,
        side=request.side,
        kind=request.kind,
        quantity=request.quantity,
        price=request.price,
        trigger_price=request.trigger_price,
    )


def _answer(event: _Answer, strategy: str | None) -> TradeLine:
    at_ms, trace, symbol, name = event.at_ms, event.trace, event.symbol, event.client_order_id
    match event:
        case OrderAccepted():
            return trade_lines.OrderAccepted(
                at_ms=at_ms,
                trace=trace,
                symbol=symbol,
                strategy=strategy,
                client_order_id=name,
                order_id=event.venue_order_id,
            )
        case OrderRejected():
            return trade_lines.OrderRejected(
                at_ms=at_ms,
                trace=trace,
                symbol=symbol,
                strategy=strategy,
                client_order_id=name,
                code=event.code,
                message=event.message,
            )
        case OrderOutcomeUnknown():
            return trade_lines.OrderOutcomeUnknown(
                at_ms=at_ms,
                trace=trace,
                symbol=symbol,
                strategy=strategy,
                client_order_id=name,
                cause=event.cause,
            )


def _fill(event: OrderFilled, strategy: str | None) -> TradeLine:
    fill = event.fill
    return trade_lines.Fill(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=fill.symbol,
        strategy=strategy,
        client_order_id=fill.client_order_id,
        order_id=fill.venue_order_id,
        trade_id=fill.trade_id,
        side=fill.side,
        price=fill.price,
        quantity=fill.quantity,
        fee=fill.fee,
        fee_asset=fill.fee_asset,
        maker=fill.is_maker,
    )


def _position_protected(event: PositionProtected) -> TradeLine:
    return trade_lines.PositionProtected(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=event.strategy,
        stop=event.stop,
        target=event.target,
        naked_ms=event.naked_ms,
    )


def _stop_moved(event: StopMoved) -> TradeLine:
    return trade_lines.StopMoved(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=event.strategy,
        stop=event.stop,
        previous_stop=event.previous_stop,
        reason=event.reason,
    )


def _position_closed(event: PositionClosed) -> TradeLine:
    trade = event.trade
    return trade_lines.PositionClosed(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=trade.symbol,
        strategy=trade.strategy,
        direction=trade.direction,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        quantity=trade.quantity,
        gross_pnl=trade.gross_pnl,
        fees=trade.fees,
        fees_converted=trade.has_converted_fees,
        funding=trade.funding,
        net_pnl=trade.net_pnl,
        exit_reason=trade.exit_reason,
        held_seconds=trade.held_seconds,
        stamps=trade_lines.Stamps(**msgspec.structs.asdict(trade.stamps)),
        costs=trade_lines.Costs(
            fee=trade.fees, funding=Quote(-trade.funding), slippage=trade.slippage
        ),
    )


def _funding(event: FundingPaid, strategy: str | None) -> TradeLine:
    return trade_lines.Funding(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=event.symbol,
        strategy=strategy,
        amount=event.amount,
    )


def _trading_halted(event: TradingHalted) -> TradeLine:
    return trade_lines.TradingHalted(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=None,
        strategy=None,
        cause=event.cause,
        actor=event.actor,
        ends_ms=event.ends_ms,
    )


def _trading_resumed(event: TradingResumed) -> TradeLine:
    return trade_lines.TradingResumed(
        at_ms=event.at_ms, trace=event.trace, symbol=None, strategy=None, actor=event.actor
    )


def _reconciled(event: Reconciled) -> TradeLine:
    return trade_lines.Reconciled(
        at_ms=event.at_ms,
        trace=event.trace,
        symbol=None,
        strategy=None,
        adopted=event.adopted,
        protected=event.protected,
        swept=event.swept,
        discrepancies=event.discrepancies,
    )


# Each function takes the event class it stands beside, which a mapping's type cannot say.
_LINES: Final[Mapping[type[Event], Callable[..., TradeLine]]] = {
    SignalGenerated: _signal,
    SignalRefused: _signal_refused,
    EntryRefused: _signal_refused,
    OrderRequested: _order_requested,
    PositionProtected: _position_protected,
    StopMoved: _stop_moved,
    PositionClosed: _position_closed,
    TradingHalted: _trading_halted,
    TradingResumed: _trading_resumed,
    Reconciled: _reconciled,
}
