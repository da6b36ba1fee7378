"""The events that tell an order's life at the counter, made of what the exchange says of it."""

from typing import Final

from msgspec import Struct

from noctule.adapters.binance.account.traces import account_trace, trace_for
from noctule.adapters.binance.wire.user import EXPIRY_CAUSES
from noctule.adapters.sim import model
from noctule.adapters.sim.bookings import Trade
from noctule.app.backtest.reports import side_of
from noctule.domain.events.order import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderTriggered,
)
from noctule.domain.order import ClientOrderId
from noctule.domain.position import Fill
from noctule.domain.values import Price, Quantity, Quote, Symbol

__all__ = [
    "Known",
    "accepted",
    "algo_ended",
    "ended",
    "filled",
    "known_by",
    "triggered",
]

_CANCELED: Final = model.OrderStatus.CANCELED  # an enum's members are slow to look up
_ZERO: Final = model.ZERO
_REFUSED_AT_TRIGGER: Final = 0  # no code is told with it, only a text
_UNTOLD_CAUSE: Final = "told by the exchange"
_STRANGER: Final = account_trace(0)


class Known(Struct, gc=False):
    """An order that was told: under which name, and which thread it belongs to."""

    name: ClientOrderId
    trace: str  # empty: a stranger's, whose every event has its own
    is_triggered: bool = False  # of a conditional one

    def trace_at(self, at_ms: int) -> str:
        """Return the thread of something that happened to it."""
        return self.trace or account_trace(at_ms)


def known_by(name: str, symbol: str) -> Known:
    """Return an order that nobody has heard of yet."""
    trace = trace_for(name, Symbol(symbol), 0)
    return Known(ClientOrderId(name), "" if trace == _STRANGER else trace)


def accepted(known: Known, symbol: str, venue_id: int, at_ms: int) -> OrderAccepted:
    """Say that the exchange has an order."""
    return OrderAccepted(
        at_ms=at_ms,
        trace=known.trace_at(at_ms),
        symbol=Symbol(symbol),
        client_order_id=known.name,
        venue_order_id=str(venue_id),
    )


def triggered(known: Known, symbol: str, child_id: int, at_ms: int) -> OrderTriggered:
    """Say that a conditional order has become another one."""
    return OrderTriggered(
        at_ms=at_ms,
        trace=known.trace_at(at_ms),
        symbol=Symbol(symbol),
        client_order_id=known.name,
        child_order_id=str(child_id),
    )


def filled(trade: Trade, order: model.Order, known: Known, at_ms: int) -> OrderFilled:
    """Say that an order traded, under the name it was placed with."""
    return OrderFilled(
        at_ms=at_ms,
        trace=known.trace_at(at_ms),
        fill=Fill(
            trade_id=trade.trade_id,
            venue_order_id=str(trade.order_id),
            client_order_id=known.name,
            symbol=Symbol(trade.symbol),
            side=side_of(trade.side),
            price=Price(trade.price),
            quantity=Quantity(trade.qty),
            fee=trade.commission or _ZERO,
            fee_asset=trade.commission_asset,
            is_maker=trade.is_maker,
            realized_pnl=Quote(trade.realized_pnl or _ZERO),
            at_ms=at_ms,
        ),
        remaining=Quantity((order.qty - order.executed) or _ZERO),
    )


def ended(order: model.Order, known: Known, at_ms: int) -> OrderCanceled | OrderExpired:
    """Say how an order ended that was not filled."""
    if order.status is _CANCELED:
        return OrderCanceled(
            at_ms=at_ms,
            trace=known.trace_at(at_ms),
            symbol=Symbol(order.symbol),
            client_order_id=known.name,
            filled=Quantity(order.executed),
        )
    return OrderExpired(
        at_ms=at_ms,
        trace=known.trace_at(at_ms),
        symbol=Symbol(order.symbol),
        client_order_id=known.name,
        cause=EXPIRY_CAUSES.get(order.expiry_reason, order.status.value),
        filled=Quantity(order.executed),
    )


def algo_ended(
    algo: model.AlgoOrder, known: Known, at_ms: int
) -> OrderCanceled | OrderExpired | OrderRejected:
    """Say how a conditional order ended that never traded."""
    trace, symbol = known.trace_at(at_ms), Symbol(algo.symbol)
    match algo.status:
        case model.AlgoStatus.CANCELED:
            return OrderCanceled(
                at_ms=at_ms,
                trace=trace,
                symbol=symbol,
                client_order_id=known.name,
                filled=Quantity(_ZERO),
            )
        case model.AlgoStatus.REJECTED:
            return OrderRejected(
                at_ms=at_ms,
                trace=trace,
                symbol=symbol,
                client_order_id=known.name,
                code=_REFUSED_AT_TRIGGER,
                message=algo.failure,
            )
        case _:
            return OrderExpired(
                at_ms=at_ms,
                trace=trace,
                symbol=symbol,
                client_order_id=known.name,
                cause=algo.failure or _UNTOLD_CAUSE,
                filled=Quantity(_ZERO),
            )
