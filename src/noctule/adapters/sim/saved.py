"""An account as it is kept while there is no exchange, and how the next one takes it back.

What waits and rests is kept as it stood; of the past, as much as anybody asks after a start.
"""

from collections import deque
from decimal import Decimal
from itertools import islice
from typing import Final, TypeVar

from msgspec import Struct

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.algo import AlgoDesk
from noctule.adapters.sim.book import Book, Resting
from noctule.adapters.sim.bookings import Income, Numbers, Trade
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.history import Ring
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import AlgoOrder, MarginType, Order, Position
from noctule.adapters.sim.settlement import track

__all__ = ["Past", "SavedAccount", "Standing", "bring_back", "saved_account"]

T = TypeVar("T")

_PAST_MAX: Final = 500  # entries of each kind


class Standing(Struct, frozen=True, kw_only=True):
    """Purse, settings, positions, and everything that waits; it lives on with the account."""

    wallet: Decimal
    asset: str
    numbers: Numbers  # those of its exchange: none is given out twice
    dual_side: bool
    multi_assets: bool
    leverages: dict[str, int]
    margin_types: dict[str, MarginType]
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]
    algos: tuple[AlgoOrder, ...]
    triggered: tuple[AlgoOrder, ...]
    countdowns: dict[str, int]

    def symbols(self) -> frozenset[str]:
        """Return the contracts that are held, or in which something waits."""
        held = (leg.symbol for leg in self.positions if leg.amount)
        resting = (order.symbol for order in self.orders)
        return frozenset([*held, *resting, *(algo.symbol for algo in self.algos)])


class Past(Struct, frozen=True, kw_only=True):
    """What has ended and what was booked, the latest of it."""

    orders: tuple[Order, ...]
    algos: tuple[AlgoOrder, ...]
    trades: tuple[Trade, ...]
    incomes: tuple[Income, ...]


class SavedAccount(Struct, frozen=True, kw_only=True):
    """All of an account that must outlive its exchange."""

    standing: Standing
    queues: dict[int, Decimal]  # by order: the quantity that stands before it in the book
    past: Past


def saved_account(floor: Floor, account: Account) -> SavedAccount:
    """Return an account as it stands, to be written down before anything else happens."""
    history = account.history
    return SavedAccount(
        standing=Standing(
            wallet=account.wallet,
            asset=account.asset,
            numbers=floor.numbers,
            dual_side=account.dual_side,
            multi_assets=account.multi_assets,
            leverages=account.leverages,
            margin_types=account.margin_types,
            positions=tuple(account.positions.values()),
            orders=tuple(account.orders.values()),
            algos=tuple(account.algos.values()),
            triggered=tuple(account.triggered.values()),
            countdowns=account.countdowns,
        ),
        queues={
            order.order_id: _ahead(floor.books[order.symbol], order)
            for order in account.orders.values()
        },
        past=Past(
            orders=_latest(history.orders),
            algos=_latest(history.algos),
            trades=_latest(history.trades),
            incomes=_latest(history.incomes),
        ),
    )


def bring_back(
    saved: SavedAccount, account: Account, floor: Floor, matcher: Matcher, algos: AlgoDesk
) -> None:
    """Let a new account be the one that was saved, but for what is not listed any more."""
    standing, listed = saved.standing, floor.books
    floor.numbers = standing.numbers
    account.wallet, account.asset = standing.wallet, standing.asset
    account.dual_side, account.multi_assets = standing.dual_side, standing.multi_assets
    account.leverages, account.margin_types = standing.leverages, standing.margin_types
    _remember(saved.past, account)
    for leg in standing.positions:
        if leg.symbol in listed:
            account.take_leg(leg)
            track(floor, account, leg.symbol)
    for order in standing.orders:
        if order.symbol in listed:
            matcher.put_to_rest(Resting(account, order, saved.queues[order.order_id]))
    account.triggered = {algo.algo_id: algo for algo in standing.triggered}
    for algo in standing.algos:
        if algo.symbol in listed:
            algos.take_back(account, algo)


def _remember(past: Past, account: Account) -> None:
    history = account.history
    for order in past.orders:
        history.orders.add(order.order_id, order.client_id, order)
    for algo in past.algos:
        history.algos.add(algo.algo_id, algo.client_algo_id, algo)
    history.trades.extend(past.trades)
    history.incomes.extend(past.incomes)


def _ahead(book: Book, order: Order) -> Decimal:
    waiter = book.entries[order.order_id].waiter
    assert isinstance(waiter, Resting), f"order {order.order_id} waits as {waiter}"
    return waiter.ahead


def _latest(entries: Ring[T] | deque[T]) -> tuple[T, ...]:
    return tuple(islice(entries, max(0, len(entries) - _PAST_MAX), None))
