"""What followed from a signal: the orders of its thread, their fills, and the trade they made."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, Select, select
from sqlalchemy.engine import Connection

from noctule.adapters.store.tables import fills, orders, trades

__all__ = ["Aftermath", "OrderStory", "TradeStory", "aftermath", "trade_left_at"]

_ORDERS_MAX = 40
_MOMENTS = ("candle_closed", "received", "decided", "sent", "acknowledged", "filled", "protected")


class OrderStory(Struct, frozen=True, kw_only=True):
    """One order, and what of it was filled."""

    client_order_id: str
    leg: str
    side: str
    kind: str
    state: str
    quantity: Decimal | None  # None closes the whole position
    price: Decimal | None
    trigger_price: Decimal | None
    cause: str | None
    requested_ms: int
    changed_ms: int
    filled: Decimal
    mean_price: Decimal | None  # None: nothing was filled


class TradeStory(Struct, frozen=True, kw_only=True):
    """What one position amounted to."""

    trace: str
    direction: str
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    gross_pnl: Decimal
    fees: Decimal
    funding: Decimal
    net_pnl: Decimal
    slippage: Decimal
    exit_reason: str
    opened_ms: int
    closed_ms: int
    stamps: Mapping[str, int | None]


class Aftermath(Struct, frozen=True, kw_only=True):
    """All of it."""

    orders: tuple[OrderStory, ...]
    trades: tuple[TradeStory, ...]


def aftermath(connection: Connection, trace: str) -> Aftermath:
    """Return what a candle's thread led to; nothing where nothing was entered on it."""
    wanted = select(orders).where(orders.c.trace == trace).order_by(orders.c.requested_ms)
    told = connection.execute(wanted.limit(_ORDERS_MAX)).all()
    closed = connection.execute(select(trades).where(trades.c.trace == trace)).all()
    return Aftermath(
        orders=tuple(_order(connection, row) for row in told),
        trades=tuple(_trade(row) for row in closed),
    )


def trade_left_at(connection: Connection, symbol: str, at_ms: int) -> TradeStory | None:
    """Return the trade that was open at an instant and ended after it; None if none was."""
    wanted: Select[Any] = (
        select(trades)
        .where(trades.c.symbol == symbol)
        .where(trades.c.opened_ms <= at_ms, trades.c.closed_ms >= at_ms)
        .order_by(trades.c.closed_ms)
        .limit(1)
    )
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _trade(row)


def _order(connection: Connection, row: Row[Any]) -> OrderStory:
    wanted = select(fills.c.price, fills.c.quantity).where(
        fills.c.client_order_id == row.client_order_id, fills.c.symbol == row.symbol
    )
    done = connection.execute(wanted).all()
    filled = sum((each.quantity for each in done), Decimal(0))
    spent = sum((each.quantity * each.price for each in done), Decimal(0))
    return OrderStory(
        client_order_id=row.client_order_id,
        leg=row.leg,
        side=row.side,
        kind=row.kind,
        state=row.state,
        quantity=row.quantity,
        price=row.price,
        trigger_price=row.trigger_price,
        cause=row.cause,
        requested_ms=row.requested_ms,
        changed_ms=row.changed_ms,
        filled=filled,
        mean_price=spent / filled if filled else None,
    )


def _trade(row: Row[Any]) -> TradeStory:
    return TradeStory(
        trace=row.trace,
        direction=row.direction,
        quantity=row.quantity,
        entry_price=row.entry_price,
        exit_price=row.exit_price,
        gross_pnl=row.gross_pnl,
        fees=row.fees,
        funding=row.funding,
        net_pnl=row.net_pnl,
        slippage=row.slippage,
        exit_reason=row.exit_reason,
        opened_ms=row.opened_ms,
        closed_ms=row.closed_ms,
        stamps={moment: getattr(row, f"{moment}_ms") for moment in _MOMENTS},
    )
