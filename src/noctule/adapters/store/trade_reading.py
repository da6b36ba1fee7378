"""The closed trades of a store, and what they come to."""

from decimal import Decimal
from typing import Final

from msgspec import Struct
from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from noctule.adapters.store.tables import trades

__all__ = ["TradeFilter", "TradeRow", "TradeTotals", "totals_of", "trade_rows"]

_NOTHING: Final = Decimal(0)


class TradeFilter(Struct, frozen=True, kw_only=True):
    """Which trades are meant, by when they were closed, and whose they are; None: all."""

    from_ms: int | None = None
    to_ms: int | None = None  # up to, and no further
    symbol: str | None = None
    strategy: str | None = None


class TradeRow(Struct, frozen=True, kw_only=True):
    """One closed trade, as the store has it."""

    number: int
    trace: str
    symbol: str
    strategy: str
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
    signal_price: float | None
    has_converted_fees: bool
    candle_closed_ms: int | None
    received_ms: int | None
    decided_ms: int | None
    sent_ms: int | None
    acknowledged_ms: int | None
    filled_ms: int | None
    protected_ms: int | None


class TradeTotals(Struct, frozen=True, kw_only=True):
    """What some trades come to; amounts are in quote currency."""

    trades: int
    wins: int
    gross_pnl: Decimal
    fees: Decimal
    funding: Decimal
    slippage: Decimal  # is in the gross already
    net_pnl: Decimal
    best: Decimal | None  # of their net; None without a trade
    worst: Decimal | None
    profit_factor: float | None  # what winners won for each that losers lost; None: none lost


def trade_rows(connection: Connection, wanted: TradeFilter) -> tuple[TradeRow, ...]:
    """Return the trades that are meant, in the order in which they were closed."""
    rows = connection.execute(_selected(wanted)).mappings()
    return tuple(TradeRow(**row) for row in rows)


def totals_of(rows: tuple[TradeRow, ...]) -> TradeTotals:
    """Add them up, to the last decimal."""
    nets = [each.net_pnl for each in rows]
    won = sum((net for net in nets if net > 0), _NOTHING)
    lost = -sum((net for net in nets if net < 0), _NOTHING)
    return TradeTotals(
        trades=len(rows),
        wins=sum(net > 0 for net in nets),
        gross_pnl=sum((each.gross_pnl for each in rows), _NOTHING),
        fees=sum((each.fees for each in rows), _NOTHING),
        funding=sum((each.funding for each in rows), _NOTHING),
        slippage=sum((each.slippage for each in rows), _NOTHING),
        net_pnl=sum(nets, _NOTHING),
        best=max(nets, default=None),
        worst=min(nets, default=None),
        profit_factor=float(won / lost) if lost else None,
    )


def _selected(wanted: TradeFilter) -> Select[tuple[object, ...]]:
    query = select(trades).order_by(trades.c.closed_ms, trades.c.number)
    if wanted.from_ms is not None:
        query = query.where(trades.c.closed_ms >= wanted.from_ms)
    if wanted.to_ms is not None:
        query = query.where(trades.c.closed_ms < wanted.to_ms)
    if wanted.symbol is not None:
        query = query.where(trades.c.symbol == wanted.symbol)
    if wanted.strategy is not None:
        query = query.where(trades.c.strategy == wanted.strategy)
    return query
