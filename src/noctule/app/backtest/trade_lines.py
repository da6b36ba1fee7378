"""Trades as lines of JSON: what the trade log says of each, and what only a backtest knows."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Struct

from noctule.performance.records import TradeRecord
from noctule.telemetry.formats import iso_ms

__all__ = ["trade_lines"]

_SCHEMA: Final = 1


class _Costs(Struct, frozen=True, kw_only=True):
    fee: Decimal
    funding: Decimal
    slippage: Decimal


class _Line(Struct, frozen=True, kw_only=True):
    schema_version: int = _SCHEMA
    at: str
    event: str = "position_closed"
    number: int
    symbol: str
    environment: str = "backtest"
    strategy: str
    direction: str
    opened_at: str
    opened_ms: int
    closed_ms: int
    entry_price: Decimal
    exit_price: Decimal
    quantity: Decimal
    gross_pnl: Decimal
    fees: Decimal
    funding: Decimal
    net_pnl: Decimal
    exit_reason: str
    held_seconds: float
    reason: str
    signal_price: float
    stop: Decimal | None
    target: Decimal | None
    risk: Decimal | None
    worst_price: Decimal
    best_price: Decimal
    candles: int
    is_ambiguous: bool
    costs: _Costs


def trade_lines(trades: Iterable[TradeRecord]) -> Iterator[bytes]:
    """Yield one line for each trade, its end included."""
    for trade in trades:
        yield msgspec.json.encode(_line(trade)) + b"\n"


def _line(trade: TradeRecord) -> _Line:
    return _Line(
        at=iso_ms(trade.closed_ms),
        number=trade.number,
        symbol=trade.symbol,
        strategy=trade.strategy,
        direction=trade.direction.value,
        opened_at=iso_ms(trade.opened_ms),
        opened_ms=trade.opened_ms,
        closed_ms=trade.closed_ms,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        quantity=trade.quantity,
        gross_pnl=trade.gross_pnl,
        fees=trade.fees,
        funding=trade.funding,
        net_pnl=trade.net_pnl,
        exit_reason=trade.exit_reason.value,
        held_seconds=(trade.closed_ms - trade.opened_ms) / 1_000,
        reason=trade.reason,
        signal_price=trade.signal_price,
        stop=trade.stop,
        target=trade.target,
        risk=trade.risk,
        worst_price=trade.worst_price,
        best_price=trade.best_price,
        candles=trade.candles,
        is_ambiguous=trade.is_ambiguous,
        costs=_Costs(fee=trade.fees, funding=trade.funding, slippage=trade.slippage),
    )
