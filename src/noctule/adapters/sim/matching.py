"""An order meets the market: what it gets at once, what rests, what expires, and why.

Accounts trade against the market, never with each other. Two orders of one account that would
meet are kept apart by self-trade prevention.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final

from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Arrival, Book, Resting
from noctule.adapters.sim.events import OrderUpdated
from noctule.adapters.sim.fills import Slice
from noctule.adapters.sim.filters import farthest_take
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.model import (
    ZERO,
    ExpiryReason,
    Order,
    OrderStatus,
    OrderType,
    Position,
    Side,
    Tif,
)
from noctule.adapters.sim.reduce_only import surplus
from noctule.adapters.sim.settlement import settle

__all__ = ["Matcher"]

# An enum's members are slow to look up.
_LIMIT: Final = OrderType.LIMIT
_BUY: Final = Side.BUY
_FOK: Final = Tif.FOK
_GTD: Final = Tif.GTD
_GTE_GTC: Final = Tif.GTE_GTC
_GTX: Final = Tif.GTX
_IOC: Final = Tif.IOC

_EXECUTIONS: Final = {
    OrderStatus.CANCELED: "CANCELED",
    OrderStatus.EXPIRED: "EXPIRED",
    OrderStatus.EXPIRED_IN_MATCH: "EXPIRED",
}
Slices = tuple[Slice, ...]


class Matcher:
    """The book's own hand: everything that fills, rests or ends an order goes through here."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.order_closed: Callable[[Account, Order], None] = _ignore_order
        self.leg_cut: Callable[[Account, Position], None] = _ignore_leg

    def enter(self, account: Account, order: Order) -> None:
        """Take an accepted order: it meets the market now, or when it has arrived."""
        account.open_orders.add(order)
        delay_ms = self._floor.fills.latency.entry(self._floor.random)
        if not delay_ms:
            self.meet(account, order)
            return
        due_ms = self._floor.now_ms + delay_ms
        self._floor.books[order.symbol].arrivals.append(Arrival(due_ms, account, order))

    def meet(self, account: Account, order: Order, *, is_new: bool = True) -> None:
        """Let an order take what it can get; the rest rests or expires."""
        account.open_orders.add(order)
        slices = self.offered(order)
        met = self._own_orders_met(account, order, slices)
        if order.stp in ("EXPIRE_MAKER", "EXPIRE_BOTH"):
            for own in met:
                self.expire(account, own, ExpiryReason.SELF_TRADE)
        fate = None
        if met and order.stp in ("EXPIRE_TAKER", "EXPIRE_BOTH"):
            slices = tuple(s for s in slices if (met[0].price - s.price) * order.side.sign > 0)
            fate = ExpiryReason.SELF_TRADE
        elif self.is_refused(order, slices):
            slices, fate = (), _remainder(order) or ExpiryReason.NONE
        self._take(account, order, slices, is_new=is_new)
        self._leave(account, order, fate or _remainder(order))
        self.tidy(account, account.position(order.symbol, order.position_side))

    def offered(self, order: Order) -> Slices:
        """Return what the market would give this order now."""
        book = self._floor.books[order.symbol]
        limit = order.price or farthest_take(book.rules, order.side, book.mark)
        slices: list[Slice] = []
        for slice_ in self._floor.offers(book, order.side, order.left):
            if slice_.price > limit if order.side is _BUY else slice_.price < limit:
                break
            slices.append(slice_)
        return tuple(slices)

    def is_refused(self, order: Order, slices: Slices) -> bool:
        """Tell whether a GTX order would take, or a FOK order not get all of it."""
        if order.tif is _GTX:
            return bool(slices)
        return order.tif is _FOK and sum((s.qty for s in slices), ZERO) < order.left

    def fill_resting(self, account: Account, order: Order, slice_: Slice) -> None:
        """Fill a resting order at its price; what that closes is tidied away."""
        settle(self._floor, account, order, slice_, is_maker=True, is_new=False)
        if not order.is_open:
            self._retire(account, order)
        self.tidy(account, account.position(order.symbol, order.position_side))

    def close_forced(self, account: Account, order: Order, slice_: Slice) -> None:
        """Book a liquidation."""
        account.open_orders.add(order)
        settle(self._floor, account, order, slice_, is_maker=False, is_new=True)
        self._retire(account, order)
        self.tidy(account, account.position(order.symbol, order.position_side))

    def cancel(self, account: Account, order: Order) -> None:
        """End an order because its owner wants it."""
        self._close(account, order, OrderStatus.CANCELED)

    def expire(self, account: Account, order: Order, reason: ExpiryReason) -> None:
        """End an order because the exchange wants it."""
        order.expiry_reason = reason
        by_itself = reason is ExpiryReason.SELF_TRADE
        status = OrderStatus.EXPIRED_IN_MATCH if by_itself else OrderStatus.EXPIRED
        self._close(account, order, status)

    def tidy(self, account: Account, leg: Position) -> None:
        """End what a changed position leaves without a purpose."""
        for order in surplus(account, leg):
            if order.is_open:
                self.expire(account, order, ExpiryReason.REDUCE_ONLY)
        if not leg.amount:
            self._expire_gte(account, leg)
        self.leg_cut(account, leg)

    def rest(self, account: Account, order: Order) -> None:
        """Put an order into the book, behind those that are there."""
        ahead = self._ahead(self._floor.books[order.symbol], order)
        self.put_to_rest(Resting(account, order, ahead))

    def put_to_rest(self, resting: Resting) -> None:
        """Let an open order wait in the book until it is filled, or its time is up."""
        account, order = resting.account, resting.order
        account.open_orders.add(order)
        falling = order.side is _BUY
        self._floor.books[order.symbol].add(resting, order.price, falling=falling)
        if order.tif is _GTD:
            self._floor.agenda.put(
                order.order_id, order.good_till_ms, partial(self._pass_away, account, order)
            )

    def _ahead(self, book: Book, order: Order) -> Decimal:
        """Return what stands before an order that begins to rest: nothing at a new best price."""
        floor = self._floor
        best = floor.best(book, order.side.other)
        if (order.price - best) * order.side.sign > 0:
            return ZERO
        shown = floor.at_best(book, order.side.other)
        return floor.fills.queue.ahead(order.price, shown, floor.random)

    def _take(self, account: Account, order: Order, slices: Slices, *, is_new: bool) -> None:
        if is_new and not slices:
            self._tell(account, order, "NEW")
        for slice_ in slices:
            settle(self._floor, account, order, slice_, is_maker=False, is_new=is_new)
            is_new = False
        if not order.is_open:
            self._retire(account, order)

    def _leave(self, account: Account, order: Order, fate: ExpiryReason | None) -> None:
        """Decide about what the market did not take; no fate: it rests."""
        if not order.is_open:
            return
        if fate is not None:
            self.expire(account, order, fate)
            return
        self.rest(account, order)

    def _expire_gte(self, account: Account, leg: Position) -> None:
        for order in account.orders_on(leg.symbol):
            if order.tif is _GTE_GTC and order.position_side is leg.side:
                self.expire(account, order, ExpiryReason.GTE_UNSATISFIED)

    def _pass_away(self, account: Account, order: Order) -> None:
        if order.is_open:
            self.expire(account, order, ExpiryReason.NONE)

    def _own_orders_met(self, account: Account, order: Order, slices: Slices) -> list[Order]:
        """Return the account's resting orders that this one would trade with, the best first."""
        resting = self._floor.books[order.symbol].entries
        opposite = [
            own
            for own in account.orders_on(order.symbol)
            if own.side is not order.side and own.order_id in resting
        ]
        reach = _reach(order, slices) if opposite and order.stp != "NONE" else None
        if reach is None:
            return []
        sign = order.side.sign
        met = [own for own in opposite if (reach - own.price) * sign >= 0]
        return sorted(met, key=lambda own: own.price * sign)

    def _close(self, account: Account, order: Order, status: OrderStatus) -> None:
        assert order.is_open, f"order {order.order_id} is {order.status} already"
        order.status = status
        order.update_ms = self._floor.now_ms
        self._tell(account, order, _EXECUTIONS[status])
        self._retire(account, order)

    def _retire(self, account: Account, order: Order) -> None:
        account.open_orders.remove(order)
        account.history.orders.add(order.order_id, order.client_id, order)
        self._floor.books[order.symbol].drop(order.order_id)
        self._floor.agenda.drop(order.order_id)
        self.order_closed(account, order)

    def _tell(self, account: Account, order: Order, execution: str) -> None:
        if self._floor.is_heard(account):
            now_ms = self._floor.now_ms
            event = OrderUpdated(time_ms=now_ms, order=replace(order), execution=execution)
            self._floor.tell(account, event)


def _remainder(order: Order) -> ExpiryReason | None:
    """Return why what is left of this order may not rest; None if it may."""
    if order.type is not _LIMIT:
        return ExpiryReason.MARKET_REMAINDER
    return ExpiryReason.IOC_REMAINDER if order.tif in (_IOC, _FOK) else None


def _reach(order: Order, slices: Slices) -> Decimal | None:
    """Return the worst price at which an order would trade; None if at none."""
    is_filled = sum((s.qty for s in slices), ZERO) == order.left
    if slices and (is_filled or not order.price):
        return slices[-1].price
    return order.price or None


def _ignore_order(account: Account, order: Order) -> None:
    """Do nothing: nobody asked."""


def _ignore_leg(account: Account, leg: Position) -> None:
    """Do nothing: nobody asked."""
