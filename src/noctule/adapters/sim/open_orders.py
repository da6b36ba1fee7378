"""An account's open orders, found by number, by symbol and by leg, and what each leg's are worth.

Every order that is placed asks what all the others bind, so the sums are kept and not counted
anew. They are true as long as whoever changes an order says so: `add`, `changed`, `remove`.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import TypeAlias, TypeVar

from noctule.adapters.sim.model import ZERO, Order, PositionSide, Side

__all__ = ["OpenOrders", "Worth", "reduces", "worth_of"]

Worth: TypeAlias = tuple[Decimal, Decimal]  # of what buys, and of what sells
_Leg: TypeAlias = tuple[str, PositionSide]

K = TypeVar("K")

_NOTHING: Worth = (ZERO, ZERO)


class OpenOrders:
    """The orders of one account that may still fill, oldest first; as many as the rules allow."""

    def __init__(self) -> None:
        self.by_id: dict[int, Order] = {}
        self._by_symbol: dict[str, dict[int, Order]] = {}  # what has no orders is not there
        self._by_leg: dict[_Leg, dict[int, Order]] = {}
        self._reducing: dict[_Leg, dict[int, Order]] = {}
        self._worth: dict[_Leg, Worth] = {}  # of the legs whose worth the mark does not move

    def add(self, order: Order) -> None:
        """Take in an order; nothing happens if it is here."""
        if order.order_id in self.by_id:
            return
        leg = (order.symbol, order.position_side)
        self.by_id[order.order_id] = order
        self._by_symbol.setdefault(order.symbol, {})[order.order_id] = order
        self._by_leg.setdefault(leg, {})[order.order_id] = order
        if reduces(order):
            self._reducing.setdefault(leg, {})[order.order_id] = order
        self._worth.pop(leg, None)

    def changed(self, order: Order) -> None:
        """Take note that an order has another price, or less left to fill."""
        self._worth.pop((order.symbol, order.position_side), None)

    def remove(self, order: Order) -> None:
        """Let go of an order that is closed."""
        leg = (order.symbol, order.position_side)
        del self.by_id[order.order_id]
        _take_out(self._by_symbol, order.symbol, order.order_id)
        _take_out(self._by_leg, leg, order.order_id)
        if reduces(order):
            _take_out(self._reducing, leg, order.order_id)
        self._worth.pop(leg, None)

    def on(self, symbol: str) -> list[Order]:
        """Return the orders of a symbol, oldest first."""
        return list(self._by_symbol.get(symbol, {}).values())

    def count(self, symbol: str) -> int:
        """Return how many orders a symbol has."""
        return len(self._by_symbol.get(symbol, ()))

    def legs(self) -> Iterator[_Leg]:
        """Yield each leg that has orders."""
        return iter(self._by_leg)

    def of(self, symbol: str, side: PositionSide) -> Iterable[Order]:
        """Return the orders of a leg, oldest first."""
        return self._by_leg.get((symbol, side), {}).values()

    def reducing(self, symbol: str, side: PositionSide) -> Collection[Order]:
        """Return the orders of a leg that can only make it smaller, oldest first."""
        return self._reducing.get((symbol, side), {}).values()

    def worth(self, symbol: str, side: PositionSide, mark: Decimal) -> Worth:
        """Return the worth of the orders that may make a leg larger."""
        leg = (symbol, side)
        known = self._worth.get(leg)
        if known is not None:
            return known
        orders = self._by_leg.get(leg)
        if orders is None:
            return _NOTHING
        adding = [order for order in orders.values() if not reduces(order)]
        worth = worth_of(adding, mark)
        if all(order.price for order in adding):
            self._worth[leg] = worth
        return worth


def _take_out(groups: dict[K, dict[int, Order]], name: K, order_id: int) -> None:
    group = groups[name]
    del group[order_id]
    if not group:
        del groups[name]


def reduces(order: Order) -> bool:
    """Tell whether an order can only make a position smaller; in hedge mode its side says so."""
    if order.position_side is PositionSide.BOTH:
        return order.reduce_only
    return (order.position_side is PositionSide.LONG) == (order.side is Side.SELL)


def worth_of(orders: Iterable[Order], mark: Decimal) -> Worth:
    """Return what buys and sells are worth, orders without a price at the mark."""
    bids = asks = ZERO
    for order in orders:
        worth = (order.qty - order.executed) * (order.price or mark)
        if order.side is Side.BUY:
            bids += worth
        else:
            asks += worth
    return bids, asks
