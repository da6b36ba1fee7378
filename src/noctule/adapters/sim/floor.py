"""The trading floor: what every desk of the exchange shares."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from random import Random
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.agenda import Agenda
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.bookings import Income, Numbers
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.fills import Fills, Slice
from noctule.adapters.sim.model import Order, Quote, Rules, Side
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.switches import Switches

__all__ = ["Floor", "to_8"]

# An enum's members are slow to look up.
_BUY: Final = Side.BUY
_SELL: Final = Side.SELL

Listener = Callable[[Account, UserEvent], None]

_E8: Final = Decimal("0.00000001")


class Floor:
    """Books, accounts, the time, the numbers given out, and the way to an account's ear."""

    def __init__(
        self,
        rules: Iterable[Rules],
        *,
        fills: Fills,
        random: Random,
        start_ms: int,
        listener: Listener,
        switches: Switches,
    ) -> None:
        self.now_ms = start_ms
        self.rules = {each.symbol: each for each in rules}
        self.books = {symbol: Book(each) for symbol, each in self.rules.items()}
        self.accounts: dict[str, Account] = {}
        self.agenda = Agenda()
        self.fills = fills
        self.random = random
        self.switches = switches
        self.forced: Callable[[Order], None] | None = None  # told of every liquidation
        self.is_heard: Callable[[Account], bool] = _always  # what nobody hears need not be said
        self._listener = listener
        self.numbers = Numbers()

    def tell(self, account: Account, event: UserEvent) -> None:
        """Let an account hear of something."""
        self._listener(account, event)

    def book(self, symbol: str) -> Book:
        """Return a contract's book; refuse an unknown symbol."""
        book = self.books.get(symbol)
        if book is None:
            raise refuse(-1121)
        return book

    def best(self, book: Book, side: Side) -> Decimal:
        """Return the price that an order of this side meets first; refuse while there is none."""
        last, best = book.last, book.best
        if last is None:
            raise refuse(-2020)
        if best is not None:
            return best.ask if side is _BUY else best.bid
        spread = self.fills.spread
        meets = spread.ask if side is _BUY else spread.bid
        return meets(last, book.rules.tick)

    def at_best(self, book: Book, side: Side) -> Decimal:
        """Return what stands at the price that an order of this side meets first."""
        if book.best is not None:
            return book.best.ask_qty if side is _BUY else book.best.bid_qty
        return self.fills.depth.at_best(self.best(book, side), book.rules)

    def offers(self, book: Book, side: Side, qty: Decimal) -> Iterator[Slice]:
        """Yield what an order of this size meets, best first; it may be less than asked for.

        Where the best prices are shown, so is how much stands there; what lies behind is as deep
        as the market is thought to be, from the next tick on.
        """
        best = self.best(book, side)
        if book.best is not None:
            shown = min(qty, self.at_best(book, side))
            if shown:
                yield Slice(best, shown)
            qty -= shown
            best += side.sign * book.rules.tick
        if qty:
            yield from self.fills.depth.walk(side, qty, best, book.rules)

    def quote(self, book: Book) -> Quote:
        """Return where a contract's market stands; refuse while it has no price."""
        last = book.last
        if last is None:
            raise refuse(-2020)
        return Quote(
            last=last,
            bid=self.best(book, _SELL),
            bid_qty=self.at_best(book, _SELL),
            ask=self.best(book, _BUY),
            ask_qty=self.at_best(book, _BUY),
            mark=book.mark,
            index=book.index,
        )

    def elapse(self, duration_ms: int) -> None:
        """Let a moment pass inside the exchange: its clock never goes back for it."""
        self.now_ms += duration_ms

    def post(
        self,
        account: Account,
        income_type: str,
        amount: Decimal,
        *,
        symbol: str = "",
        info: str = "",
        trade_id: int | None = None,
    ) -> None:
        """Change a wallet and write it down: there is no other way to change a wallet."""
        if not amount:
            return
        account.wallet += amount
        account.update_ms = self.now_ms
        account.history.incomes.append(
            Income(
                symbol=symbol,
                income_type=income_type,
                income=amount,
                asset=account.asset,
                info=info or income_type,
                tran_id=self._next_tran_id(),
                trade_id=trade_id,
                time_ms=self.now_ms,
            )
        )

    def next_order_id(self) -> int:
        """Return a number no order ever had."""
        self.numbers.order_id += 1
        return self.numbers.order_id

    def next_trade_id(self) -> int:
        """Return a number no trade ever had."""
        self.numbers.trade_id += 1
        return self.numbers.trade_id

    def next_algo_id(self) -> int:
        """Return a number no conditional order ever had."""
        self.numbers.algo_id += 1
        return self.numbers.algo_id

    def _next_tran_id(self) -> int:
        self.numbers.tran_id += 1
        return self.numbers.tran_id


def _always(_account: Account) -> bool:
    return True


def to_8(amount: Decimal) -> Decimal:
    """Round money to the eight decimals a wallet has."""
    return amount.quantize(_E8)
