"""What the exchange answers about orders, regular and conditional, and our word for it."""

import re
from decimal import Decimal
from typing import Final

from msgspec.json import Decoder
from msgspec.structs import replace

from noctule.adapters.binance.rest.calls import Call, Safety
from noctule.adapters.binance.wire.row import NamedSymbol, Row
from noctule.adapters.binance.wire.user import AlgoTold, OrderTold
from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.values import Price, Quantity, Side

__all__ = [
    "ALL_ALGO_ORDERS",
    "ALL_ORDERS",
    "CANCEL_ALGO_ORDER",
    "CANCEL_ORDER",
    "COUNT_DOWN",
    "EVERY_SYMBOL_WEIGHT",
    "NEW_ALGO_ORDER",
    "NEW_ORDER",
    "OPEN_ALGO_ORDERS",
    "OPEN_ORDERS",
    "QUERY_ALGO_ORDER",
    "QUERY_ORDER",
    "AlgoCanceled",
    "AlgoRow",
    "CountingDown",
    "OrderRow",
    "algo_report_of",
    "algo_state",
    "order_report_of",
    "order_state",
    "settled_by_child",
    "told_algo_report",
    "told_report",
]

EVERY_SYMBOL_WEIGHT: Final = 40  # of openOrders and openAlgoOrders without a symbol
_ZERO: Final = Decimal(0)
_is_order_id: Final = re.compile(r"[0-9]{1,19}").fullmatch

_ORDER_STATES: Final = {
    "NEW": OrderState.OPEN,
    "PARTIALLY_FILLED": OrderState.PARTIALLY_FILLED,
    "FILLED": OrderState.FILLED,
    "CANCELED": OrderState.CANCELED,
    "EXPIRED": OrderState.EXPIRED,  # it may hold fills (facts 3.2)
    "EXPIRED_IN_MATCH": OrderState.EXPIRED,  # the same, by self-trade prevention
    "REJECTED": OrderState.REJECTED,
    "NEW_INSURANCE": OrderState.OPEN,  # a liquidation on its way
    "NEW_ADL": OrderState.OPEN,
}

# FINISHED is left out: the child was filled or cancelled, and only the child tells which.
_ALGO_STATES: Final = {
    "NEW": OrderState.OPEN,
    "TRIGGERING": OrderState.OPEN,
    "TRIGGERED": OrderState.OPEN,
    "CANCELED": OrderState.CANCELED,
    "EXPIRED": OrderState.EXPIRED,
    "REJECTED": OrderState.REJECTED,
}


class OrderRow(Row, frozen=True, rename="camel"):
    """A regular order; avgPrice is told by queries only, since 2026-06-30."""

    symbol: NamedSymbol
    order_id: int
    status: str
    side: Side
    client_order_id: str = ""
    orig_qty: Decimal = _ZERO
    executed_qty: Decimal = _ZERO
    price: Decimal | None = None
    avg_price: Decimal | None = None
    type: str = ""
    orig_type: str = ""
    reduce_only: bool = False
    update_time: int = 0


class AlgoRow(Row, frozen=True, rename="camel"):
    """A conditional order; an older answer called its type just that."""

    symbol: NamedSymbol
    algo_id: int
    algo_status: str
    side: Side
    client_algo_id: str = ""
    order_type: str = ""
    type: str = ""
    quantity: Decimal | None = None
    trigger_price: Decimal | None = None
    price: Decimal | None = None
    close_position: bool = False
    reduce_only: bool = False
    actual_order_id: str = ""
    actual_price: Decimal | None = None
    actual_qty: Decimal | None = None
    update_time: int = 0


class AlgoCanceled(Row, frozen=True, rename="camel"):
    """The answer of DELETE algoOrder, whose code is a string."""

    algo_id: int
    client_algo_id: str = ""


class CountingDown(Row, frozen=True, rename="camel"):
    """The answer of POST countdownCancelAll, whose time is a string."""

    symbol: NamedSymbol


# Orders of an account are asked for by one symbol (weight as here) or all (EVERY_SYMBOL_WEIGHT).
NEW_ORDER: Final = Call(
    name="POST order",
    safety=Safety.ONCE,
    decoder=Decoder(OrderRow),
    weight=0,
    orders=1,
    trades=True,
)
CANCEL_ORDER: Final = Call(
    name="DELETE order", safety=Safety.REPEATABLE, decoder=Decoder(OrderRow), trades=True
)
COUNT_DOWN: Final = Call(
    name="POST countdownCancelAll",
    safety=Safety.REPEATABLE,  # the last word counts, however often it was said
    decoder=Decoder(CountingDown),
    weight=10,
    trades=True,
)
QUERY_ORDER: Final = Call(name="GET order", safety=Safety.REPEATABLE, decoder=Decoder(OrderRow))
OPEN_ORDERS: Final = Call(
    name="GET openOrders", safety=Safety.REPEATABLE, decoder=Decoder(list[OrderRow])
)
ALL_ORDERS: Final = Call(
    name="GET allOrders", safety=Safety.REPEATABLE, decoder=Decoder(list[OrderRow]), weight=5
)
NEW_ALGO_ORDER: Final = Call(
    name="POST algoOrder",
    safety=Safety.ONCE,
    decoder=Decoder(AlgoRow),
    weight=0,
    orders=1,
    trades=True,
)
CANCEL_ALGO_ORDER: Final = Call(
    name="DELETE algoOrder", safety=Safety.REPEATABLE, decoder=Decoder(AlgoCanceled), trades=True
)
QUERY_ALGO_ORDER: Final = Call(
    name="GET algoOrder", safety=Safety.REPEATABLE, decoder=Decoder(AlgoRow)
)
OPEN_ALGO_ORDERS: Final = Call(
    name="GET openAlgoOrders", safety=Safety.REPEATABLE, decoder=Decoder(list[AlgoRow])
)
ALL_ALGO_ORDERS: Final = Call(
    name="GET allAlgoOrders", safety=Safety.REPEATABLE, decoder=Decoder(list[AlgoRow]), weight=5
)


def order_state(status: str) -> OrderState:
    """Return our word for a regular order's status; a word nobody knows leaves it unknown."""
    return _ORDER_STATES.get(status, OrderState.UNKNOWN)


def algo_state(status: str, *, filled: Decimal, wanted: Decimal | None) -> OrderState:
    """Return our word for a conditional order's status; without a wanted quantity it closes all.

    FINISHED is FILLED only where all of it is told to be filled, and else unknown: ask the child.
    """
    if status == "FINISHED" and filled and filled >= (wanted or _ZERO):
        return OrderState.FILLED
    return _ALGO_STATES.get(status, OrderState.UNKNOWN)


def order_report_of(row: OrderRow) -> OrderReport:
    """Translate an order that REST told."""
    return OrderReport(
        client_order_id=ClientOrderId(row.client_order_id),
        venue_order_id=str(row.order_id),
        symbol=row.symbol,
        side=row.side,
        kind=_kind(row.orig_type or row.type, row.price),
        state=order_state(row.status),
        quantity=Quantity(row.orig_qty),
        filled=Quantity(row.executed_qty),
        price=_price(row.price),
        average_price=_price(row.avg_price),
        reduces_only=row.reduce_only,
        updated_ms=row.update_time,
    )


def told_report(order: OrderTold, at_ms: int) -> OrderReport:
    """Translate an order that an event told."""
    return OrderReport(
        client_order_id=ClientOrderId(order.client_id),
        venue_order_id=str(order.order_id),
        symbol=order.symbol,
        side=order.side,
        kind=_kind(order.original_type or order.type, order.price),
        state=order_state(order.status),
        quantity=Quantity(order.quantity),
        filled=Quantity(order.executed),
        price=_price(order.price),
        average_price=_price(order.average_price),
        reduces_only=order.reduces_only,
        updated_ms=at_ms,
    )


def algo_report_of(row: AlgoRow) -> OrderReport:
    """Translate a conditional order that REST told."""
    filled = _filled(row.actual_qty, row.actual_price)
    wanted = None if row.close_position else Quantity(row.quantity or _ZERO)
    return OrderReport(
        client_order_id=ClientOrderId(row.client_algo_id),
        venue_order_id=str(row.algo_id),
        symbol=row.symbol,
        side=row.side,
        kind=_kind(row.order_type or row.type, row.price),
        state=algo_state(row.algo_status, filled=filled, wanted=wanted),
        quantity=wanted,
        filled=filled,
        price=_price(row.price),
        trigger_price=_price(row.trigger_price),
        average_price=_price(row.actual_price),
        reduces_only=row.reduce_only,
        child_order_id=_child_id(row.actual_order_id),
        updated_ms=row.update_time,
    )


def told_algo_report(order: AlgoTold, at_ms: int) -> OrderReport:
    """Translate a conditional order that an event told."""
    filled = _filled(order.child_executed, order.child_price)
    wanted = None if order.closes_position else Quantity(order.quantity or _ZERO)
    return OrderReport(
        client_order_id=ClientOrderId(order.client_id),
        venue_order_id=str(order.algo_id),
        symbol=order.symbol,
        side=order.side,
        kind=_kind(order.type, order.price),
        state=algo_state(order.status, filled=filled, wanted=wanted),
        quantity=wanted,
        filled=filled,
        price=_price(order.price),
        trigger_price=_price(order.trigger_price),
        average_price=_price(order.child_price),
        reduces_only=order.reduces_only,
        child_order_id=_child_id(order.child_id),
        updated_ms=at_ms,
    )


def settled_by_child(algo: OrderReport, child: OrderReport) -> OrderReport:
    """Let the child say what became of a conditional order that fired."""
    return replace(
        algo,
        state=child.state,
        filled=child.filled,
        average_price=child.average_price,
        child_order_id=child.venue_order_id,
        updated_ms=max(algo.updated_ms, child.updated_ms),
    )


def _filled(quantity: Decimal | None, price: Decimal | None) -> Quantity:
    """Return what the child filled; a quantity without a price is only what was asked for."""
    return Quantity(quantity if quantity and price else _ZERO)


def _child_id(text: str | None) -> str | None:
    """Return a child's id; what is no id of an order would spoil every question about it."""
    return text if text and _is_order_id(text) and int(text) else None


def _price(number: Decimal | None) -> Price | None:
    """Return a price; nought stands for none."""
    return Price(number) if number else None


def _kind(text: str, price: Decimal | None) -> OrderKind:
    """Return the kind; a forced order's own word (LIQUIDATION) says less than its price."""
    if text in OrderKind.__members__:
        return OrderKind[text]
    return OrderKind.LIMIT if price else OrderKind.MARKET
