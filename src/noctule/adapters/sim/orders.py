"""The desk for regular orders: judge, place, modify, cancel, find.

Order of checks: symbol, form, duplicate client id, quantity, price, how many are open already,
reduce-only, worth, post-only and fill-or-kill, leverage, margin. The first that fails refuses.
"""

from copy import copy
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.events import OrderUpdated
from noctule.adapters.sim.filters import (
    check_limit_price,
    check_notional,
    check_quantity,
    check_take_bound,
)
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.forms import check_client_id, check_order_form, match_price
from noctule.adapters.sim.history import is_forgotten
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import (
    ZERO,
    Order,
    OrderType,
    Tif,
)
from noctule.adapters.sim.open_orders import reduces
from noctule.adapters.sim.reduce_only import allowed
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.specs import Amendment, OrderSpec
from noctule.adapters.sim.spending import check_spending

__all__ = ["OrderDesk"]

# An enum's members are slow to look up.
_LIMIT: Final = OrderType.LIMIT
_FOK: Final = Tif.FOK
_GTC: Final = Tif.GTC
_GTX: Final = Tif.GTX

_MODIFICATIONS_MAX: Final = 10_000


class OrderDesk:
    """Takes regular orders and hands the accepted ones to the matcher."""

    def __init__(self, floor: Floor, matcher: Matcher) -> None:
        self._floor = floor
        self._matcher = matcher

    def place(self, account: Account, spec: OrderSpec) -> Order:
        """Accept an order and let it meet the market; its events are out when this returns."""
        order = self._accepted(account, spec)
        order.order_id = self._floor.next_order_id()
        order.client_id = spec.client_id or f"auto-{order.order_id}"
        self._matcher.enter(account, order)
        return order

    def test(self, account: Account, spec: OrderSpec) -> None:
        """Refuse what `place` would refuse, and do nothing else."""
        self._accepted(account, spec)

    def admit(self, account: Account, order: Order) -> None:
        """Check an order fired by its trigger; it passed the filters when it was placed."""
        if order.reduce_only or reduces(order):
            order.qty = allowed(account, order, self._floor.switches)
        self._check_count(account, self._floor.books[order.symbol])
        if self._matcher.is_refused(order, self._matcher.offered(order)):
            raise refuse(-5022 if order.tif is _GTX else -5021)
        check_spending(self._floor, account, order)

    def modify(self, account: Account, order: Order, change: Amendment) -> Order:
        """Change quantity and price; the order loses its place, or its life."""
        book = self._floor.books[order.symbol]
        self._check_modifiable(book, order)
        changed = self._changed(book, order, change)
        if reduces(changed) and changed.left > 0:
            changed.qty = order.executed + allowed(account, changed, self._floor.switches)
        if self._outlives(changed):
            check_spending(self._floor, account, changed, instead_of=order)
            self._amend(account, book, order, replace(change, qty=changed.qty))
            return order
        order.modify_id = change.modify_id
        self._matcher.cancel(account, order)
        return order

    def cancel(
        self, account: Account, symbol: str, *, order_id: int | None, client_id: str | None
    ) -> Order:
        """End an open order; refuse with -2011 whatever is not one."""
        self._floor.book(symbol)
        order = self._open_order(account, symbol, order_id, client_id)
        if order is None:
            raise refuse(-2011)
        self._matcher.cancel(account, order)
        return order

    def cancel_all(self, account: Account, symbol: str) -> None:
        """End every open regular order of a symbol; conditional orders stay."""
        self._floor.book(symbol)
        for order in account.orders_on(symbol):
            self._matcher.cancel(account, order)

    def find(
        self, account: Account, symbol: str, *, order_id: int | None, client_id: str | None
    ) -> Order:
        """Return an order, open or not, unless it is forgotten or was never known."""
        self._floor.book(symbol)
        order = self._open_order(account, symbol, order_id, client_id)
        order = order or account.history.orders.get(order_id, client_id)
        if order is None or order.symbol != symbol:
            raise refuse(-2013)
        is_kept = order.is_open or bool(order.executed)
        if is_forgotten(order.update_ms, self._floor.now_ms, is_kept=is_kept):
            raise refuse(-2013)
        return order

    def _accepted(self, account: Account, spec: OrderSpec) -> Order:
        if account.is_in_liquidation:
            raise refuse(-2023)
        floor = self._floor
        book = floor.book(spec.symbol)
        if book.rules.status != "TRADING":
            raise refuse(-1122)
        check_order_form(account, spec, floor.now_ms)
        check_client_id(account, spec.client_id, is_algo=False)
        best = floor.best(book, spec.side)  # refused while there is none
        price = spec.price or ZERO
        if spec.price_match != "NONE":
            price = match_price(spec.price_match, spec.side, floor.quote(book), book.rules)
        order = _drafted(spec, price, floor.now_ms)
        self._check_filters(account, book, order, best)
        self._check_entry(order)
        check_spending(floor, account, order)
        return order

    def _check_filters(self, account: Account, book: Book, order: Order, best: Decimal) -> None:
        rules, mark = book.rules, book.mark
        check_quantity(rules, order.type, order.qty)
        if order.type is _LIMIT:
            check_limit_price(rules, order.side, order.price, mark)
        else:
            check_take_bound(rules, order.side, best, mark)
        self._check_count(account, book)
        if reduces(order):
            order.qty = allowed(account, order, self._floor.switches)
        if not self._is_exempt(order):
            check_notional(rules, order.qty * (order.price or mark))

    def _check_count(self, account: Account, book: Book) -> None:
        if account.open_orders.count(book.rules.symbol) >= book.rules.max_num_orders:
            raise refuse(-2025)

    def _check_entry(self, order: Order) -> None:
        """Refuse what must not take or must take all; while it travels nobody can know."""
        if order.tif not in (_GTX, _FOK):
            return
        latency = self._floor.fills.latency
        travels = latency.entry_ms or latency.jitter_ms
        if not travels and self._matcher.is_refused(order, self._matcher.offered(order)):
            raise refuse(-5022 if order.tif is _GTX else -5021)

    def _is_exempt(self, order: Order) -> bool:
        return order.reduce_only or (reduces(order) and self._floor.switches.hedge_close_is_exempt)

    def _check_modifiable(self, book: Book, order: Order) -> None:
        if not order.is_open:
            raise refuse(-2013)
        if order.type is not _LIMIT:
            raise refuse(-5025)
        if any(arrival.order is order for arrival in book.arrivals):
            raise refuse(-5043)
        if order.modifications >= _MODIFICATIONS_MAX:
            raise refuse(-5026)

    def _changed(self, book: Book, order: Order, change: Amendment) -> Order:
        """Return the order as it would be, or refuse."""
        qty, price = change.qty, change.price
        if change.reduce_only not in (None, order.reduce_only):
            raise refuse(-5047)
        if (qty, price) == (order.qty, order.price):
            raise refuse(-5027)
        check_quantity(book.rules, order.type, qty)
        check_limit_price(book.rules, order.side, price, book.mark)
        if not self._is_exempt(order):
            _check_modified_notional(book, qty * price)
        changed = copy(order)
        changed.qty, changed.price = qty, price
        return changed

    def _outlives(self, changed: Order) -> bool:
        """Tell whether anything is left to rest or to trade, and it may."""
        is_left = changed.qty > changed.executed
        return is_left and not self._matcher.is_refused(changed, self._matcher.offered(changed))

    def _amend(self, account: Account, book: Book, order: Order, change: Amendment) -> None:
        book.drop(order.order_id)
        order.qty, order.price = change.qty, change.price
        account.open_orders.changed(order)
        order.modify_id = change.modify_id
        order.stp = "NONE"  # a modified order has no self-trade prevention any more
        order.modifications += 1
        order.update_ms = self._floor.now_ms
        now_ms = self._floor.now_ms
        self._floor.tell(
            account, OrderUpdated(time_ms=now_ms, order=copy(order), execution="AMENDMENT")
        )
        self._matcher.meet(account, order, is_new=False)

    def _open_order(
        self, account: Account, symbol: str, order_id: int | None, client_id: str | None
    ) -> Order | None:
        if order_id is not None:
            numbered = account.orders.get(order_id)
            return numbered if numbered is not None and numbered.symbol == symbol else None
        for order in account.orders_on(symbol):
            if order.client_id == client_id:
                return order
        return None


def _drafted(spec: OrderSpec, price: Decimal, now_ms: int) -> Order:
    assert spec.qty is not None, "the form was checked"
    return Order(
        order_id=0,
        client_id="",
        symbol=spec.symbol,
        side=spec.side,
        position_side=spec.position_side,
        type=spec.type,
        orig_type=spec.type,
        tif=spec.tif or _GTC,
        qty=spec.qty,
        price=price,
        reduce_only=spec.reduce_only,
        price_match=spec.price_match,
        stp=spec.stp,
        good_till_ms=spec.good_till_ms,
        time_ms=now_ms,
        update_ms=now_ms,
    )


def _check_modified_notional(book: Book, worth: Decimal) -> None:
    if worth < book.rules.min_notional:
        raise refuse(-5029, least=book.rules.min_notional)
