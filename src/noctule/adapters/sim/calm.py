"""How far a price may go before anything comes of it: what a replay may pass over."""

from decimal import Decimal
from typing import Final

from noctule.adapters.sim.book import Book
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.liquidation import Liquidator
from noctule.adapters.sim.model import ZERO

__all__ = ["Calm"]

_NO_END: Final = Decimal("Infinity")


class Calm:
    """Says when, and where, something will happen next."""

    def __init__(self, floor: Floor, liquidator: Liquidator) -> None:
        self._floor = floor
        self._liquidator = liquidator

    @property
    def due_ms(self) -> int | None:
        """Return when something is due by time alone."""
        return self._floor.agenda.next_ms()

    @property
    def arrival_ms(self) -> int | None:
        """Return when the next order that is on its way arrives."""
        books = self._floor.books.values()
        return min((each.due_ms for book in books for each in book.arrivals), default=None)

    def arrived(self, at_ms: int) -> list[str]:
        """Return the contracts at which an order has arrived by then that met no price yet."""
        books = self._floor.books.items()
        return [name for name, book in books if any(e.due_ms <= at_ms for e in book.arrivals)]

    def bounds(self, symbol: str) -> tuple[Decimal, Decimal] | None:
        """Return the prices that a contract's must not touch; None where each may matter.

        They hold until an order, a position or a margin of the contract changes.
        """
        book = self._floor.book(symbol)
        waiting = (book.on_last, book.on_mark) if book.mark_follows else (book.on_last,)
        if book.arrivals or any(each.trailing for each in waiting):
            return None
        low, high = ZERO, _NO_END
        for each in waiting:
            below, above = each.nearest()
            low = low if below is None else max(low, below)
            high = high if above is None else min(high, above)
        return self._within_margin(book, low, high) if book.mark_follows else (low, high)

    def _within_margin(
        self, book: Book, low: Decimal, high: Decimal
    ) -> tuple[Decimal, Decimal] | None:
        """Narrow the bounds to where no holder's margin has to be looked at."""
        symbol = book.rules.symbol
        for account in book.holders:
            safe = account.safe_marks.get(symbol) or self._liquidator.calm_marks(account, symbol)
            if safe is None:
                return None
            low, high = max(low, safe[0]), min(high, safe[1])
        return low, high
