"""Orders that may only reduce: together never more than the position they reduce."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.model import ZERO, Order, OrderType, Position
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.switches import Switches

__all__ = ["allowed", "surplus"]

# An enum's members are slow to look up.
_MARKET: Final = OrderType.MARKET


def allowed(account: Account, order: Order, switches: Switches) -> Decimal:
    """Return how much of an order may reduce the position, or refuse it.

    Those that trade sooner come first: a market order, then the better price, then the older.
    What the sooner ones leave of the position is the new order's; later ones give way to it.
    """
    leg = account.position(order.symbol, order.position_side)
    if leg.amount * order.side.sign >= 0:
        raise refuse(-2022)
    reducing = account.open_orders.reducing(leg.symbol, leg.side)
    others = [other for other in reducing if other.order_id != order.order_id]
    if switches.reduce_only_blocks and _total(others) + order.left > abs(leg.amount):
        raise refuse(-4118 if others else -2022)
    rank = _rank(order)
    room = abs(leg.amount) - _total(other for other in others if _rank(other) < rank)
    if room <= 0 or (room < order.left and not switches.reduce_only_is_trimmed):
        raise refuse(-2022)
    return min(room, order.left)


def surplus(account: Account, leg: Position) -> list[Order]:
    """Return the reducing orders for which nothing of the position is left, the last ones first."""
    reducing = account.open_orders.reducing(leg.symbol, leg.side)
    if not reducing:
        return []
    found = sorted(reducing, key=_rank)
    excess = _total(found) - abs(leg.amount)
    gone = [order for order in found if order.side.sign * leg.amount >= 0]
    excess -= _total(gone)
    for order in reversed(found):
        if excess > 0 and order not in gone:
            gone.append(order)
            excess -= order.left
    return gone


def _rank(order: Order) -> tuple[bool, Decimal, int]:
    """Return what sorts the order that trades sooner first; a new one, without a number, last."""
    at_market = order.type is _MARKET
    number = order.order_id or 1 << 62
    return (not at_market, -order.side.sign * order.price, number)


def _total(orders: Iterable[Order]) -> Decimal:
    return sum((order.left for order in orders), ZERO)
