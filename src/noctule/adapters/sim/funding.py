"""Funding: at each contract's own interval, who holds pays, or is paid."""

from functools import partial
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.events import AccountUpdated
from noctule.adapters.sim.floor import Floor, to_8
from noctule.adapters.sim.model import Position
from noctule.adapters.sim.statement import balance_of, view

__all__ = ["FundingDesk"]

_HOUR_MS: Final = 3_600_000


class FundingDesk:
    """Settles at the time the market announced, or at whole intervals while nobody did."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        for book in floor.books.values():
            interval_ms = book.rules.funding_interval_hours * _HOUR_MS
            self._schedule(book, (floor.now_ms // interval_ms + 1) * interval_ms)

    def announce(self, book: Book, next_funding_ms: int) -> None:
        """Take the market's word for when funding is next."""
        if next_funding_ms > self._floor.now_ms and next_funding_ms != book.next_funding_ms:
            self._schedule(book, next_funding_ms)

    def _schedule(self, book: Book, due_ms: int) -> None:
        book.next_funding_ms = due_ms
        self._floor.agenda.put(
            ("funding", book.rules.symbol), due_ms, partial(self._settle, book, due_ms)
        )

    def _settle(self, book: Book, due_ms: int) -> None:
        if due_ms != book.next_funding_ms:
            return  # it was announced for another time since
        self._schedule(book, due_ms + book.rules.funding_interval_hours * _HOUR_MS)
        for account in tuple(book.holders):
            for leg in account.legs(book.rules.symbol):
                self._pay(account, book, leg)

    def _pay(self, account: Account, book: Book, leg: Position) -> None:
        """With a positive rate the longs pay; an isolated position pays from its own margin."""
        symbol = book.rules.symbol
        payment = to_8(-leg.amount * book.mark * book.funding_rate)
        if not payment:
            return
        isolated = account.is_isolated(symbol)
        if isolated:
            leg.isolated_wallet += payment
        self._floor.post(account, "FUNDING_FEE", payment, symbol=symbol)
        account.safe_marks.clear()
        self._floor.tell(
            account,
            AccountUpdated(
                time_ms=self._floor.now_ms,
                reason="FUNDING_FEE",
                balances=(balance_of(account, payment),),
                positions=(view(account, self._floor.books, leg),) if isolated else (),
                symbol=symbol,
            ),
        )
