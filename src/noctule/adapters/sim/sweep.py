"""A price moves: everything on its way happens, in the order of the way.

A price that jumped, tick to tick, is at its end when triggers fire: stops fill there. A price that
travelled, within a candle, fires each trigger at the trigger's own price. What waits at one price
goes by age. What comes into the book meanwhile waits for the next tick.
"""

from decimal import Decimal

from msgspec import Struct

from noctule.adapters.sim.algo import AlgoDesk
from noctule.adapters.sim.book import Armed, Book, Entry, Resting, Waiting
from noctule.adapters.sim.fills import Came, Slice
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import ZERO, OrderType
from noctule.adapters.sim.triggers import follow, is_protected, stop_of

__all__ = ["Flow", "Sweeper"]


class Flow(Struct, kw_only=True, gc=False):
    """One market trade, where it is on its way, and what it has given to those who rest."""

    price: Decimal  # here, now
    qty_here: Decimal  # at this price: nothing, while it travels
    qty: Decimal  # of the whole trade
    travelled: bool
    given: Decimal = ZERO


class Sweeper:
    """Moves one contract's prices and lets happen what they reach."""

    def __init__(self, floor: Floor, matcher: Matcher, algos: AlgoDesk) -> None:
        self._floor = floor
        self._matcher = matcher
        self._algos = algos

    def trade(self, book: Book, flow: Flow) -> None:
        """Move the last price to where a trade is."""
        if not flow.travelled:
            book.last = flow.price
        self._pass(book, book.on_last, flow.price, flow)
        book.last = flow.price
        if book.arrivals:
            self._welcome(book)
        if book.mark_follows:
            self._pass(book, book.on_mark, flow.price, flow)
            book.last = flow.price

    def stations(self, book: Book) -> list[Decimal]:
        """Return where trailing stops stand, and what waits for a mark that is the last price."""
        waiting = (book.on_last, book.on_mark) if book.mark_follows else (book.on_last,)
        found = [
            stop_of(armed.algo, book.rules.tick)
            for each in waiting
            for armed in each.trailing.values()
        ]
        return found + (book.on_mark.heads() if book.mark_follows else [])

    def mark(self, book: Book) -> None:
        """Let happen what the mark price reaches where it stands."""
        self._pass(book, book.on_mark, book.mark, None)

    def _pass(self, book: Book, waiting: Waiting, price: Decimal, flow: Flow | None) -> None:
        if waiting.is_reached(price):
            self._sweep(book, waiting, price, flow)
        if waiting.trailing:
            self._trail(book, waiting, price, flow)

    def _sweep(self, book: Book, waiting: Waiting, price: Decimal, flow: Flow | None) -> None:
        newest = book.newest
        taken = []
        while (entry := waiting.take(price)) is not None:
            taken.append(entry)
            if entry.number > newest:
                continue
            if flow is not None and flow.travelled:
                book.last = entry.price
            if isinstance(entry.waiter, Armed):
                self._pull(book, entry.waiter)
            elif flow is not None:
                self._fill(entry, entry.waiter, flow)
        for entry in taken:
            if book.holds(entry):
                book.put_back(entry)

    def _pull(self, book: Book, armed: Armed) -> None:
        algo = armed.algo
        if algo.type is OrderType.TRAILING_STOP_MARKET:
            self._algos.activate(armed.account, algo)
        elif not is_protected(book, algo):
            self._algos.fire(armed.account, algo)

    def _fill(self, entry: Entry, resting: Resting, flow: Flow) -> None:
        order = resting.order
        step = self._floor.books[order.symbol].rules.step
        qty = self._floor.fills.queue.fill(order.left, _come(entry, resting, flow), step)
        if qty:
            flow.given += qty
            self._matcher.fill_resting(resting.account, order, Slice(entry.price, qty))

    def _trail(self, book: Book, waiting: Waiting, price: Decimal, flow: Flow | None) -> None:
        for armed in tuple(waiting.trailing.values()):
            stop = follow(armed.algo, price, book.rules.tick)
            if stop is None or not armed.algo.is_open or is_protected(book, armed.algo):
                continue
            if flow is not None and flow.travelled:
                book.last = stop
            self._algos.fire(armed.account, armed.algo)

    def _welcome(self, book: Book) -> None:
        """Let the orders that have arrived by now meet the market."""
        now_ms = self._floor.now_ms
        arrived = sorted(
            (arrival for arrival in book.arrivals if arrival.due_ms <= now_ms),
            key=lambda arrival: arrival.due_ms,
        )
        book.arrivals = [arrival for arrival in book.arrivals if arrival.due_ms > now_ms]
        for arrival in arrived:
            if arrival.order.is_open:
                self._matcher.meet(arrival.account, arrival.order)


def _come(entry: Entry, resting: Resting, flow: Flow) -> Came:
    """Return what comes to an order after those before it: all, if it is traded through."""
    if flow.price != entry.price:
        resting.ahead = ZERO
        return Came(qty=flow.qty, given=flow.given, is_through=True)
    before = min(resting.ahead, flow.qty_here)
    resting.ahead -= before
    return Came(qty=flow.qty_here - before, given=flow.given, is_through=False)
