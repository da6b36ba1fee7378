"""The trading floor: what every desk of the exchange shares."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from random import Random
from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.agenda import Agenda
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.bookings import Income
from noctule.adapters.sim.events import UserEvent
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.model import Order, Quote, Rules, Side
from noctule.adapters.sim.refusals import refuse
from noctule.adapters.sim.switches import Switches

__all__ = ["Floor", "to_8"]

Listener = Callable[[Account, UserEvent], None]

_E8: Final = Decimal("0.00000001")
# Far apart, so that an order's number is never a conditional order's.
_FIRST_ORDER_ID: Final = 8_886_774_001
_FIRST_TRADE_ID: Final = 123_456_001
_FIRST_ALGO_ID: Final = 4_000_001_000_000_001
_FIRST_TRAN_ID: Final = 9_689_322_001


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
        self._order_id = _FIRST_ORDER_ID
        self._trade_id = _FIRST_TRADE_ID
        self._algo_id = _FIRST_ALGO_ID
        self._tran_id = _FIRST_TRAN_ID

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
        last = book.last
        if last is None:
            raise refuse(-2020)
        spread = self.fills.spread
        meets = spread.ask if side is Side.BUY else spread.bid
        return meets(last, book.rules.tick)

    def quote(self, book: Book) -> Quote:
        """Return where a contract's market stands; refuse while it has no price."""
        last = book.last
        if last is None:
            raise refuse(-2020)
        bid = self.fills.spread.bid(last, book.rules.tick)
        ask = self.fills.spread.ask(last, book.rules.tick)
        return Quote(
            last=last,
            bid=bid,
            bid_qty=self.fills.depth.at_best(bid, book.rules),
            ask=ask,
            ask_qty=self.fills.depth.at_best(ask, book.rules),
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
        self._order_id += 1
        return self._order_id

    def next_trade_id(self) -> int:
        """Return a number no trade ever had."""
        self._trade_id += 1
        return self._trade_id

    def next_algo_id(self) -> int:
        """Return a number no conditional order ever had."""
        self._algo_id += 1
        return self._algo_id

    def _next_tran_id(self) -> int:
        self._tran_id += 1
        return self._tran_id


def _always(_account: Account) -> bool:
    return True


def to_8(amount: Decimal) -> Decimal:
    """Round money to the eight decimals a wallet has."""
    return amount.quantize(_E8)
