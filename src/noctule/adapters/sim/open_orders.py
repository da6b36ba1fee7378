"""An account's open orders, found by number, by symbol and by leg, and what each leg's are worth.

Every order that is placed asks what all the others bind, so the sums are kept and not counted
anew. They are true as long as whoever changes an order says so: `add`, `changed`, `remove`.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from noctule.adapters.sim.model import ZERO, Order, PositionSide, Side

__all__ = ["OpenOrders", "Worth", "reduces", "worth_of"]

# An enum's members are slow to look up.
_BOTH: Final = PositionSide.BOTH
_LONG: Final = PositionSide.LONG
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL

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
        self._unpriced: dict[_Leg, dict[int, Order]] = {}  # worth what the mark says
        self._worth: dict[_Leg, Worth] = {}  # of the others that may make the leg larger
        self._counted: dict[int, Decimal] = {}  # each one's part of it

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
        elif order.price:
            self._count(leg, order, order.left * order.price)
        else:
            self._unpriced.setdefault(leg, {})[order.order_id] = order

    def changed(self, order: Order) -> None:
        """Take note that an order has another price, or less left to fill."""
        if order.order_id in self._counted:
            self._count((order.symbol, order.position_side), order, order.left * order.price)

    def remove(self, order: Order) -> None:
        """Let go of an order that is closed."""
        leg = (order.symbol, order.position_side)
        del self.by_id[order.order_id]
        _take_out(self._by_symbol, order.symbol, order.order_id)
        _take_out(self._by_leg, leg, order.order_id)
        if order.order_id in self._counted:
            self._count(leg, order, ZERO)
            del self._counted[order.order_id]
        else:
            _take_out(self._reducing if reduces(order) else self._unpriced, leg, order.order_id)
        if leg not in self._by_leg:
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
        worth = self._worth.get(leg, _NOTHING)
        unpriced = self._unpriced.get(leg)
        if unpriced is None:
            return worth
        bids, asks = worth_of(unpriced.values(), mark)
        return worth[0] + bids, worth[1] + asks

    def _count(self, leg: _Leg, order: Order, worth: Decimal) -> None:
        """Let an order have this part of its leg's worth."""
        bids, asks = self._worth.get(leg, _NOTHING)
        more = worth - self._counted.get(order.order_id, ZERO)
        self._worth[leg] = (bids + more, asks) if order.side is _BUY else (bids, asks + more)
        self._counted[order.order_id] = worth


def _take_out(groups: dict[K, dict[int, Order]], name: K, order_id: int) -> None:
    group = groups[name]
    del group[order_id]
    if not group:
        del groups[name]


def reduces(order: Order) -> bool:
    """Tell whether an order can only make a position smaller; in hedge mode its side says so."""
    if order.position_side is _BOTH:
        return order.reduce_only
    return (order.position_side is _LONG) == (order.side is _SELL)


def worth_of(orders: Iterable[Order], mark: Decimal) -> Worth:
    """Return what buys and sells are worth, orders without a price at the mark."""
    bids = asks = ZERO
    for order in orders:
        worth = (order.qty - order.executed) * (order.price or mark)
        if order.side is _BUY:
            bids += worth
        else:
            asks += worth
    return bids, asks
