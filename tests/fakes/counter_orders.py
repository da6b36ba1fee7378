"""Orders of ours, as the tests of the counter place them."""

from decimal import Decimal
from typing import Any

from noctule.domain import ids
from noctule.domain.order import ClientOrderId, Leg, OrderKey, OrderKind, OrderRequest
from noctule.domain.values import Price, Quantity, Side, Symbol, Timeframe

__all__ = ["BTC", "ETH", "KEY", "LTC", "START_MS", "named", "order"]

BTC, ETH, LTC = Symbol("BTCUSDT"), Symbol("ETHUSDT"), Symbol("LTCUSDT")
KEY = "k" * 64
START_MS = 1_700_006_400_000  # 2023-11-15 00:00 UTC


def named(leg: Leg, attempt: int = 0, *, symbol: Symbol = BTC) -> ClientOrderId:
    """Return the name of an order of ours that the first candle of the market caused."""
    key = OrderKey(close_ms=START_MS - 1, timeframe=Timeframe.M1, leg=leg, attempt=attempt)
    account = ids.account_tag(KEY)
    return ids.client_order_id(account=account, strategy="sma", symbol=symbol, key=key)


def order(
    leg: Leg,
    kind: OrderKind = OrderKind.MARKET,
    *,
    quantity: str | None = "0.010",
    price: str | None = None,
    at: str | None = None,
    side: Side | None = None,
    symbol: Symbol = BTC,
    attempt: int = 0,
    **changes: Any,
) -> OrderRequest:
    """Ask for an order: an entry buys, all others sell and only reduce."""
    is_entry = leg is Leg.ENTRY
    return OrderRequest(
        client_order_id=named(leg, attempt, symbol=symbol),
        symbol=symbol,
        side=side or (Side.BUY if is_entry else Side.SELL),
        kind=kind,
        leg=leg,
        quantity=None if quantity is None else Quantity(Decimal(quantity)),
        price=None if price is None else Price(Decimal(price)),
        trigger_price=None if at is None else Price(Decimal(at)),
        **{"reduces_only": not is_entry} | changes,
    )
