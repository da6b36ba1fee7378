"""Orders that the exchange sends in an account's name: to liquidate it, or to deleverage it."""

from decimal import Decimal
from typing import Final

from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.model import Order, OrderType, Position, PositionSide, Side, Tif

__all__ = ["DELEVERAGING", "LIQUIDATING", "forced_order", "is_deleveraging", "is_liquidation"]

# An enum's members are slow to look up.
_LIQUIDATION: Final = OrderType.LIQUIDATION

LIQUIDATING: Final = "autoclose-"
DELEVERAGING: Final = "adl_autoclose-"


def forced_order(
    floor: Floor, leg: Position, *, prefix: str, qty: Decimal, price: Decimal
) -> Order:
    """Return an order that takes so much of a position at a price."""
    order_id = floor.next_order_id()
    return Order(
        order_id=order_id,
        client_id=f"{prefix}{order_id}",
        symbol=leg.symbol,
        side=Side.SELL if leg.amount > 0 else Side.BUY,
        position_side=leg.side,
        type=OrderType.LIQUIDATION,
        orig_type=OrderType.LIQUIDATION,
        tif=Tif.IOC,
        qty=qty,
        price=price,
        reduce_only=leg.side is PositionSide.BOTH,
        stp="NONE",
        time_ms=floor.now_ms,
        update_ms=floor.now_ms,
    )


def is_liquidation(order: Order) -> bool:
    """Tell whether an order liquidates; a client may take the name, but not the type."""
    return order.type is _LIQUIDATION and order.client_id.startswith(LIQUIDATING)


def is_deleveraging(order: Order) -> bool:
    """Tell whether an order deleverages."""
    return order.type is _LIQUIDATION and order.client_id.startswith(DELEVERAGING)
