"""A price goes from one place to the next, and what lies on its way happens in the way's order.

A price that jumped was nowhere between: if it lands past a stop and past a liquidation, the worse
for the holder happens, and he is liquidated. On a way that was travelled the nearer of the two
wins. The mark price always jumps, unless it is the last price.
"""

from decimal import Decimal

from noctule.adapters.sim.book import Book
from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.liquidation import Liquidator
from noctule.adapters.sim.model import ZERO
from noctule.adapters.sim.sweep import Flow, Sweeper

__all__ = ["Way"]


class Way:
    """Moves one contract's prices past all that waits for them, and past its holders' ends."""

    def __init__(self, sweeper: Sweeper, liquidator: Liquidator) -> None:
        self._sweeper = sweeper
        self._liquidator = liquidator

    def trade(self, book: Book, tick: Tick) -> None:
        """Move the last price to a tick's, from station to station if it travels."""
        flow = Flow(price=tick.price, qty_here=ZERO, qty=tick.qty, travelled=tick.travelled)
        while (price := self._next_station(book, tick)) is not None:
            flow.price = price
            self._move(book, flow)
        flow.price, flow.qty_here = tick.price, tick.qty
        self._move(book, flow)

    def mark(self, book: Book) -> None:
        """Let happen what the mark price reaches where it stands."""
        if book.holders:
            self._liquidator.watch(book)
        self._sweeper.mark(book)
        if book.holders:
            self._liquidator.watch(book)

    def _move(self, book: Book, flow: Flow) -> None:
        if book.holders and book.mark_follows and _jumps(book, flow):
            book.last = flow.price
            self._liquidator.watch(book)
        self._sweeper.trade(book, flow)
        if book.holders and book.mark_follows:
            self._liquidator.watch(book)

    def _next_station(self, book: Book, tick: Tick) -> Decimal | None:
        """Return the next price on a way that pulls what does not wait for the last price.

        A holder's end has a station on the tick before it too: the last tick is a jump.
        """
        last = book.last
        if not tick.travelled or last is None or tick.price == last:
            return None
        sign = 1 if tick.price > last else -1
        stops = self._sweeper.stations(book)
        if book.mark_follows:
            for end in self._liquidator.stations(book, sign):
                stops += (end - sign * book.rules.tick, end)
        ahead = (price for price in stops if last * sign < price * sign < tick.price * sign)
        return min(ahead, key=lambda price: price * sign, default=None)


def _jumps(book: Book, flow: Flow) -> bool:
    """Tell whether there is nothing between the last price and this one."""
    last = book.last
    return not flow.travelled or last is None or abs(flow.price - last) <= book.rules.tick
