"""What an account is worth: its positions at the mark, its margins, what it may still spend."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.book import Book
from noctule.adapters.sim.events import BalanceChange, PositionChange, PositionView
from noctule.adapters.sim.margin import (
    Bound,
    Leg,
    bound_by,
    leverage_max,
    liquidation_price,
    maintenance,
)
from noctule.adapters.sim.model import ZERO, Position, PositionSide

__all__ = [
    "Margins",
    "available",
    "balance_of",
    "bound_on",
    "leverage_of",
    "margins",
    "order_margin",
    "shown",
    "unrealized",
    "view",
]

Books = Mapping[str, Book]


class Margins(Struct, frozen=True, kw_only=True):
    """An account in sums; what isolated positions hold is in the first group only."""

    wallet: Decimal
    unrealized: Decimal
    position_margin: Decimal  # initial margin of the positions
    order_margin: Decimal  # initial margin of the open orders
    maintenance: Decimal
    cross_wallet: Decimal
    cross_unrealized: Decimal
    cross_maintenance: Decimal
    available: Decimal  # for new orders
    withdrawable: Decimal

    @property
    def initial_margin(self) -> Decimal:
        """Return what positions and orders bind."""
        return self.position_margin + self.order_margin

    @property
    def margin_balance(self) -> Decimal:
        """Return the wallet at the mark."""
        return self.wallet + self.unrealized


def unrealized(leg: Position, book: Book) -> Decimal:
    """Return what closing at the mark would bring, before the fee."""
    return leg.amount * (book.mark - leg.entry_price)


def leverage_of(account: Account, book: Book) -> int:
    """Return the leverage in force: what was set, at most what the contract offers."""
    rules = book.rules
    return min(account.leverage(rules.symbol), leverage_max(rules))


def bound_on(account: Account, book: Book, leg: Position) -> Bound:
    """Return what a leg's open orders may make of it."""
    worth = account.open_orders.worth(leg.symbol, leg.side, book.mark)
    return bound_by(leg.amount, book.mark, worth)


def order_margin(account: Account, book: Book, side: PositionSide) -> Decimal:
    """Return the initial margin that a leg's open orders bind beyond the position's own."""
    mark = book.mark
    leg = account.position(book.rules.symbol, side)
    worth = account.open_orders.worth(leg.symbol, side, mark)
    bound = bound_by(leg.amount, mark, worth)
    return (bound.notional - abs(leg.amount * mark)) / leverage_of(account, book)


def balance_of(account: Account, change: Decimal = ZERO) -> BalanceChange:
    """Return the purse as ACCOUNT_UPDATE shows it."""
    return BalanceChange(
        asset=account.asset,
        wallet=account.wallet,
        cross_wallet=account.cross_wallet,
        change=change,
    )


def shown(account: Account, books: Books, leg: Position) -> PositionChange:
    """Return one leg as far as its owner is told when it changes."""
    return PositionChange(
        position=replace(leg),
        margin_type=account.margin_type(leg.symbol),
        unrealized=unrealized(leg, books[leg.symbol]),
    )


def view(account: Account, books: Books, leg: Position) -> PositionView:
    """Return one leg with what the market makes of it."""
    book = books[leg.symbol]
    bound = bound_on(account, book, leg)
    notional = leg.amount * book.mark
    profit = unrealized(leg, book)
    leverage = leverage_of(account, book)
    isolated = account.is_isolated(leg.symbol)
    return PositionView(
        position=replace(leg),
        margin_type=account.margin_type(leg.symbol),
        mark=book.mark,
        unrealized=profit,
        notional=notional,
        initial_margin=abs(notional) / leverage,
        maint_margin=maintenance(book.rules, abs(notional)),
        isolated_margin=leg.isolated_wallet + profit if isolated else ZERO,
        liquidation_price=_liquidation_price(account, books, leg),
        leverage=leverage,
        open_order_margin=(bound.notional - abs(notional)) / leverage,
        bid_notional=bound.bids,
        ask_notional=bound.asks,
    )


def available(account: Account, books: Books) -> Decimal:
    """Return what an account may spend on new orders."""
    profit = bound = ZERO
    for leg in account.positions.values():
        if leg.amount and not account.is_isolated(leg.symbol):
            book = books[leg.symbol]
            mark = book.mark
            profit += leg.amount * (mark - leg.entry_price)
            bound += abs(leg.amount * mark) / leverage_of(account, book)
    free = account.cross_wallet - bound - _order_margins(account, books)
    return max(ZERO, free + profit)


def margins(account: Account, books: Books) -> Margins:
    """Return the account in sums."""
    profit = cross_profit = kept = cross_kept = bound = cross_bound = ZERO
    for leg in account.held():
        book = books[leg.symbol]
        notional = abs(leg.amount * book.mark)
        initial = notional / leverage_of(account, book)
        least = maintenance(book.rules, notional)
        gain = unrealized(leg, book)
        profit, kept, bound = profit + gain, kept + least, bound + initial
        if not account.is_isolated(leg.symbol):
            cross_profit, cross_kept = cross_profit + gain, cross_kept + least
            cross_bound += initial
    ordered = _order_margins(account, books)
    free = account.cross_wallet - cross_bound - ordered
    return Margins(
        wallet=account.wallet,
        unrealized=profit,
        position_margin=bound,
        order_margin=ordered,
        maintenance=kept,
        cross_wallet=account.cross_wallet,
        cross_unrealized=cross_profit,
        cross_maintenance=cross_kept,
        available=max(ZERO, free + cross_profit),
        withdrawable=max(ZERO, free + min(ZERO, cross_profit)),
    )


def _order_margins(account: Account, books: Books) -> Decimal:
    legs = account.open_orders.legs()
    return sum([order_margin(account, books[symbol], side) for symbol, side in legs], ZERO)


def _liquidation_price(account: Account, books: Books, leg: Position) -> Decimal:
    if not leg.amount:
        return ZERO
    rules, mark = books[leg.symbol].rules, books[leg.symbol].mark
    if account.is_isolated(leg.symbol):
        own = [Leg(leg.amount, leg.entry_price)]
        return liquidation_price(rules, own, wallet=leg.isolated_wallet, mark=mark)
    here = [Leg(other.amount, other.entry_price) for other in account.legs(leg.symbol)]
    elsewhere = sum(
        (
            unrealized(other, books[other.symbol])
            - maintenance(books[other.symbol].rules, abs(other.amount * books[other.symbol].mark))
            for other in account.held()
            if other.symbol != leg.symbol and not account.is_isolated(other.symbol)
        ),
        ZERO,
    )
    return liquidation_price(rules, here, wallet=account.cross_wallet + elsewhere, mark=mark)
