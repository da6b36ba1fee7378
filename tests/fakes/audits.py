"""Audits as a test wants them, of an account in which there is nothing otherwise."""

from decimal import Decimal
from typing import Any, Final

from noctule.adapters.binance.account.audit import Audit, Scope
from noctule.adapters.binance.wire.account import TradeRow
from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from noctule.domain.position import Balance, Position
from noctule.domain.report import OrderReport
from noctule.domain.values import Price, Quantity, Quote, Side, Symbol

__all__ = ["NOTHING", "audit", "balance", "held", "report", "trade_row"]

BTC: Final = Symbol("BTCUSDT")


def audit(scope: Scope = Scope.WHOLE, **changes: Any) -> Audit:
    """Build an audit that is settled."""
    usual: dict[str, Any] = {
        "at_ms": 2_000,
        "is_settled": True,
        "balances": (balance(),),
        "balances_ms": 0,
        "positions": (),
        "orders": (),
        "algos": (),
        "trades": (),
        "postponed": frozenset(),
        "newest": {},
    }
    return Audit(scope=scope, **usual | changes)


def balance(wallet: str = "1000", available: str = "900") -> Balance:
    return Balance(asset="USDT", wallet=Quote(Decimal(wallet)), available=Quote(Decimal(available)))


def held(amount: str = "0.010", *, symbol: Symbol = BTC, at_ms: int = 1_000) -> Position:
    number = Decimal(amount)
    entry = Price(Decimal(60_000)) if number else None
    return Position(symbol=symbol, signed_quantity=number, entry_price=entry, updated_ms=at_ms)


def report(order_id: str = "77", **changes: Any) -> OrderReport:
    """Build what is told of an order that rests."""
    usual: dict[str, Any] = {
        "client_order_id": ClientOrderId("mine"),
        "symbol": BTC,
        "side": Side.BUY,
        "kind": OrderKind.LIMIT,
        "state": OrderState.OPEN,
        "quantity": Quantity(Decimal("0.010")),
        "filled": Quantity(Decimal(0)),
        "updated_ms": 1_000,
    }
    return OrderReport(venue_order_id=order_id, **usual | changes)


def trade_row(trade_id: int = 5, **changes: Any) -> TradeRow:
    """Build a trade as userTrades tells it."""
    usual: dict[str, Any] = {
        "symbol": BTC,
        "order_id": 77,
        "side": Side.BUY,
        "price": Decimal(60_000),
        "qty": Decimal("0.010"),
        "commission": Decimal("0.3"),
        "commission_asset": "USDT",
        "time": 1_000,
    }
    return TradeRow(id=trade_id, **usual | changes)


NOTHING: Final = audit(Scope.FIRST)
