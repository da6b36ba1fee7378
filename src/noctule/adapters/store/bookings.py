"""What an event means for the books: orders and their latest state, fills, trades, halts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Update, bindparam, func, literal_column, update
from sqlalchemy.dialects.sqlite import insert

from noctule.adapters.store.tables import fills, halts, orders, trades
from noctule.adapters.store.transaction import Change
from noctule.domain.events.base import Event
from noctule.domain.events.desk import OrderHeldBack, OrderReported, PositionClosed
from noctule.domain.events.order import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderRequested,
    OrderSubmitted,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.order import ClientOrderId, OrderState

__all__ = ["bookings_of"]

_Changes = Iterable[Change]

_FILL: Final = insert(fills).on_conflict_do_nothing()  # the venue tells some of them twice
_TRADE: Final = insert(trades)
_HALT: Final = insert(halts)
_ORDER: Final = insert(orders).on_conflict_do_nothing()
_UNBORN: Final = (OrderState.RESERVED, OrderState.SENDING, OrderState.UNKNOWN)
_GIVEN_UP: Final = OrderState.REJECTED  # what is told of after all lives again
_ENDED: Final = (OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED)


def bookings_of(event: Event) -> _Changes:
    """Return what changes in the books, if anything does."""
    to_changes = _BOOKINGS.get(type(event))
    return () if to_changes is None else to_changes(event)


def _news_for(*states: OrderState) -> Update:
    """Return the statement that moves an order on from one of these; a late word moves none.

    They stand in its text: with parameters for a list it could not be given many rows at once.
    """
    known: list[ColumnElement[str]] = [literal_column(f"'{each.value}'") for each in states]
    return (
        update(orders)
        .where(orders.c.client_order_id == bindparam("name_of_order"))
        .where(orders.c.state.in_(known))
        .values(
            state=bindparam("next_state"),
            venue_order_id=func.coalesce(bindparam("venue_name"), orders.c.venue_order_id),
            cause=func.coalesce(bindparam("why"), orders.c.cause),
            changed_ms=bindparam("now_ms"),
        )
    )


_SENT: Final = _news_for(OrderState.RESERVED)
_DOUBTED: Final = _news_for(OrderState.RESERVED, OrderState.SENDING)
_BORN: Final = _news_for(*_UNBORN, _GIVEN_UP)
_MOVED: Final = _news_for(*(each for each in OrderState if each not in _ENDED))


def _news(
    statement: Update,
    event: Event,
    name: ClientOrderId,
    state: OrderState,
    **told: str | None,
) -> _Changes:
    row = {
        "name_of_order": name,
        "next_state": state,
        "venue_name": told.get("venue_order_id"),
        "why": told.get("cause"),
        "now_ms": event.at_ms,
    }
    return (Change(statement, row),)


def _requested(event: OrderRequested) -> _Changes:
    request = event.request
    row = {
        "client_order_id": request.client_order_id,
        "trace": event.trace,
        "symbol": request.symbol,
        "strategy": event.strategy,
        "leg": request.leg.name.lower(),
        "side": request.side,
        "kind": request.kind,
        "quantity": request.quantity,
        "price": request.price,
        "trigger_price": request.trigger_price,
        "state": OrderState.RESERVED,
        "requested_ms": event.at_ms,
        "changed_ms": event.at_ms,
    }
    return (Change(_ORDER, row),)


def _submitted(event: OrderSubmitted) -> _Changes:
    return _news(_SENT, event, event.client_order_id, OrderState.SENDING)


def _accepted(event: OrderAccepted) -> _Changes:
    name, known = event.client_order_id, event.venue_order_id
    return _news(_BORN, event, name, OrderState.OPEN, venue_order_id=known)


def _rejected(event: OrderRejected) -> _Changes:
    cause = f"{event.code} {event.message}"
    return _news(_MOVED, event, event.client_order_id, OrderState.REJECTED, cause=cause)


def _held_back(event: OrderHeldBack) -> _Changes:
    name = event.client_order_id
    return _news(_DOUBTED, event, name, OrderState.REJECTED, cause=event.cause)


def _doubted(event: OrderOutcomeUnknown) -> _Changes:
    name = event.client_order_id
    return _news(_DOUBTED, event, name, OrderState.UNKNOWN, cause=event.cause)


def _canceled(event: OrderCanceled) -> _Changes:
    return _news(_MOVED, event, event.client_order_id, OrderState.CANCELED)


def _expired(event: OrderExpired) -> _Changes:
    name = event.client_order_id
    return _news(_MOVED, event, name, OrderState.EXPIRED, cause=event.cause)


def _reported(event: OrderReported) -> _Changes:
    report, name = event.report, event.client_order_id
    if report is None:
        return ()
    return _news(_MOVED, event, name, report.state, venue_order_id=report.venue_order_id)


def _filled(event: OrderFilled) -> _Changes:
    fill = event.fill
    row = msgspec.structs.asdict(fill) | {"trace": event.trace}
    state = OrderState.PARTIALLY_FILLED if event.remaining else OrderState.FILLED
    return (Change(_FILL, row), *_news(_MOVED, event, fill.client_order_id, state))


def _closed(event: PositionClosed) -> _Changes:
    trade = event.trade
    columns = msgspec.structs.asdict(trade)
    stamps = msgspec.structs.asdict(columns.pop("stamps"))
    row = {
        **columns,
        **{f"{name}_ms": stamp for name, stamp in stamps.items()},
        "trace": event.trace,
        "net_pnl": trade.net_pnl,
        "slippage": trade.slippage,
    }
    return (Change(_TRADE, row),)


def _halted(event: TradingHalted) -> _Changes:
    return _halt(event, "halted", event.actor, cause=event.cause, ends_ms=event.ends_ms)


def _resumed(event: TradingResumed) -> _Changes:
    return _halt(event, "resumed", event.actor, cause=None, ends_ms=None)


def _halt(
    event: Event, word: str, actor: str, *, cause: str | None, ends_ms: int | None
) -> _Changes:
    row = {"at_ms": event.at_ms, "trace": event.trace, "event": word, "actor": actor}
    return (Change(_HALT, {**row, "cause": cause, "ends_ms": ends_ms}),)


# Each function takes the event class it stands beside, which a mapping's type cannot say.
_BOOKINGS: Final[Mapping[type[Event], Callable[..., _Changes]]] = {
    OrderRequested: _requested,
    OrderSubmitted: _submitted,
    OrderAccepted: _accepted,
    OrderRejected: _rejected,
    OrderHeldBack: _held_back,
    OrderOutcomeUnknown: _doubted,
    OrderCanceled: _canceled,
    OrderExpired: _expired,
    OrderReported: _reported,
    OrderFilled: _filled,
    PositionClosed: _closed,
    TradingHalted: _halted,
    TradingResumed: _resumed,
}
