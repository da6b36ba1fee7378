"""The conditional-order service: its own numbers, its own statuses, its own rules.

An order waits here without margin. When its price comes it goes TRIGGERING, becomes a regular
order with a new number, is TRIGGERED when that is accepted or REJECTED when it is not, and
FINISHED when the regular order has ended, filled or not.
"""

from typing import Final

from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.algo_rules import accepted_algo
from noctule.adapters.sim.book import Armed, Book
from noctule.adapters.sim.events import AlgoUpdated
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.forms import match_price
from noctule.adapters.sim.history import is_forgotten
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import (
    AlgoOrder,
    AlgoStatus,
    Order,
    OrderType,
    Position,
    PositionSide,
    Refusal,
    Tif,
)
from noctule.adapters.sim.orders import OrderDesk
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.specs import AlgoSpec
from noctule.adapters.sim.triggers import is_met_by_fall, price_of, threshold

__all__ = ["AlgoDesk"]

# An enum's members are slow to look up.
_TRAILING: Final = OrderType.TRAILING_STOP_MARKET
_UNENDED: Final = (AlgoStatus.TRIGGERING, AlgoStatus.TRIGGERED)


class AlgoDesk:
    """Keeps conditional orders until their price comes."""

    def __init__(self, floor: Floor, matcher: Matcher, orders: OrderDesk) -> None:
        self._floor = floor
        self._matcher = matcher
        self._orders = orders
        matcher.order_closed = self._finish
        matcher.leg_cut = self._expire_siblings

    def place(self, account: Account, spec: AlgoSpec) -> AlgoOrder:
        """Accept a conditional order and let it wait."""
        book = self._floor.book(spec.symbol)
        algo = accepted_algo(self._floor, account, book, spec)
        algo.algo_id = self._floor.next_algo_id()
        algo.client_algo_id = spec.client_algo_id or f"auto-{algo.algo_id}"
        account.algos[algo.algo_id] = algo
        if algo.type is _TRAILING and not algo.activate_price:
            algo.is_activated = True
            algo.extreme = price_of(book, algo)
        self._arm(account, book, algo)
        self._tell(account, algo)
        return algo

    def cancel(
        self, account: Account, *, algo_id: int | None, client_algo_id: str | None
    ) -> AlgoOrder:
        """End a waiting order; refuse with -2011 whatever does not wait."""
        algo = _named(account.algos, algo_id, client_algo_id)
        if algo is None:
            raise refuse(-2011)
        self._end(account, algo, AlgoStatus.CANCELED)
        return algo

    def cancel_all(self, account: Account, symbol: str) -> None:
        """End every waiting order of a symbol."""
        self._floor.book(symbol)
        for algo in account.algos_on(symbol):
            self._end(account, algo, AlgoStatus.CANCELED)

    def find(
        self, account: Account, *, algo_id: int | None, client_algo_id: str | None
    ) -> AlgoOrder:
        """Return a conditional order, waiting or not, unless it is forgotten."""
        algo = (
            _named(account.algos, algo_id, client_algo_id)
            or _named(account.triggered, algo_id, client_algo_id)
            or account.history.algos.get(algo_id, client_algo_id)
        )
        if algo is None:
            raise refuse(-2013)
        is_kept = algo.is_open or bool(algo.actual_qty)
        if is_forgotten(algo.update_ms, self._floor.now_ms, is_kept=is_kept):
            raise refuse(-2013)
        return algo

    def take_back(self, account: Account, algo: AlgoOrder) -> None:
        """Let an order go on waiting that waited before the exchange was shut."""
        account.algos[algo.algo_id] = algo
        self._arm(account, self._floor.books[algo.symbol], algo)

    def activate(self, account: Account, algo: AlgoOrder) -> None:
        """Let a trailing stop follow the price from now on."""
        book = self._floor.books[algo.symbol]
        book.drop(algo.algo_id)
        algo.is_activated = True
        algo.extreme = price_of(book, algo)
        algo.update_ms = self._floor.now_ms
        self._arm(account, book, algo)
        self._tell(account, algo)

    def fire(self, account: Account, algo: AlgoOrder) -> None:
        """Turn a conditional order whose price has come into a regular one, if that can be."""
        floor = self._floor
        floor.books[algo.symbol].drop(algo.algo_id)
        del account.algos[algo.algo_id]
        algo.trigger_ms = floor.now_ms
        self._become(account, algo, AlgoStatus.TRIGGERING)
        floor.elapse(floor.switches.triggered_after_ms)
        order = _child(account, algo, floor.now_ms)
        if algo.price_match != "NONE":
            book = floor.books[algo.symbol]
            order.price = match_price(algo.price_match, algo.side, floor.quote(book), book.rules)
        algo.failure = self._refusal(account, order)
        if algo.failure:
            self._become(account, algo, AlgoStatus.REJECTED)
        else:
            self._send(account, algo, order)

    def _refusal(self, account: Account, order: Order) -> str:
        """Return why a fired order is not accepted, as `rm` says it; nothing if it is."""
        try:
            self._orders.admit(account, order)
        except Refusal as refusal:
            return refusal.msg
        return self._floor.switches.trigger_refusal

    def _send(self, account: Account, algo: AlgoOrder, order: Order) -> None:
        order.order_id = self._floor.next_order_id()
        keeps_name = self._floor.switches.child_keeps_client_id
        order.client_id = algo.client_algo_id if keeps_name else f"auto-{order.order_id}"
        algo.actual_order_id = order.order_id
        account.triggered[algo.algo_id] = algo
        if not self._floor.switches.child_fill_first:
            self._become(account, algo, AlgoStatus.TRIGGERED)
        self._matcher.meet(account, order)
        if algo.status is AlgoStatus.TRIGGERING:
            self._become(account, algo, AlgoStatus.TRIGGERED)

    def _finish(self, account: Account, order: Order) -> None:
        """Follow the end of a regular order that was a conditional one."""
        algo = account.triggered.get(order.algo_id or 0)
        if algo is None:
            return
        if algo.status is AlgoStatus.TRIGGERING:
            self._become(account, algo, AlgoStatus.TRIGGERED)
        self._floor.elapse(self._floor.switches.finished_after_ms)
        del account.triggered[algo.algo_id]
        algo.actual_price = order.average_price
        algo.actual_qty = order.executed
        if self._floor.switches.finished_hides_child:
            algo.actual_order_id = None
        self._become(account, algo, AlgoStatus.FINISHED)

    def _expire_siblings(self, account: Account, leg: Position) -> None:
        """End what was to close a position that is gone.

        Orders with a quantity stay, reduce-only or not: their owner has to sweep them.
        """
        for algo in account.algos_on(leg.symbol):
            if algo.position_side is leg.side and _is_purposeless(algo, leg):
                self._end(account, algo, AlgoStatus.EXPIRED)

    def _arm(self, account: Account, book: Book, algo: AlgoOrder) -> None:
        armed = Armed(account, algo)
        if algo.is_activated:
            book.waiting(armed).trailing[algo.algo_id] = armed
        else:
            book.add(armed, threshold(algo), falling=is_met_by_fall(algo))

    def _end(self, account: Account, algo: AlgoOrder, status: AlgoStatus) -> None:
        del account.algos[algo.algo_id]
        self._floor.books[algo.symbol].drop(algo.algo_id)
        self._become(account, algo, status)

    def _become(self, account: Account, algo: AlgoOrder, status: AlgoStatus) -> None:
        algo.status = status
        algo.update_ms = self._floor.now_ms
        if status not in _UNENDED:
            account.history.algos.add(algo.algo_id, algo.client_algo_id, algo)
        self._tell(account, algo)

    def _tell(self, account: Account, algo: AlgoOrder) -> None:
        self._floor.tell(account, AlgoUpdated(time_ms=self._floor.now_ms, algo=replace(algo)))


def _child(account: Account, algo: AlgoOrder, now_ms: int) -> Order:
    """Return the regular order that a conditional one becomes."""
    is_limit = algo.type in (OrderType.STOP, OrderType.TAKE_PROFIT)
    closes = algo.close_position
    leg = account.position(algo.symbol, algo.position_side)
    one_way = algo.position_side is PositionSide.BOTH
    return Order(
        order_id=0,
        client_id="",
        symbol=algo.symbol,
        side=algo.side,
        position_side=algo.position_side,
        type=OrderType.LIMIT if is_limit else OrderType.MARKET,
        orig_type=algo.type,
        tif=algo.tif,
        qty=abs(leg.amount) if closes else algo.qty,
        price=algo.price,
        reduce_only=algo.reduce_only or (closes and one_way),
        close_position=closes,
        stop_price=algo.trigger_price,
        activate_price=algo.activate_price,
        callback_rate=algo.callback_rate,
        working_type=algo.working_type,
        price_protect=algo.price_protect,
        price_match=algo.price_match,
        stp=algo.stp,
        good_till_ms=algo.good_till_ms,
        algo_id=algo.algo_id,
        time_ms=now_ms,
        update_ms=now_ms,
    )


def _is_purposeless(algo: AlgoOrder, leg: Position) -> bool:
    if algo.close_position:
        return algo.side.sign * leg.amount >= 0
    return algo.tif is Tif.GTE_GTC and not leg.amount


def _named(
    algos: dict[int, AlgoOrder], algo_id: int | None, client_algo_id: str | None
) -> AlgoOrder | None:
    if algo_id is not None:
        return algos.get(algo_id)
    return next((algo for algo in algos.values() if algo.client_algo_id == client_algo_id), None)
