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
from noctule.adapters.sim.book import Resting
from noctule.adapters.sim.bookings import Income, Numbers, Trade
from noctule.adapters.sim.floor import Floor
from noctule.adapters.sim.history import Ring
from noctule.adapters.sim.matching import Matcher
from noctule.adapters.sim.model import AlgoOrder, MarginType, Order, Position
from noctule.adapters.sim.settlement import track

__all__ = ["SavedAccount", "SavedOrder", "bring_back", "saved_account"]

T = TypeVar("T")

_PAST_MAX: Final = 1_000  # entries of each kind


class SavedOrder(Struct, frozen=True, kw_only=True):
    """An order that rests, and the quantity that stands before it."""

    order: Order
    ahead: Decimal


class SavedAccount(Struct, frozen=True, kw_only=True):
    """Purse, settings, positions, everything that waits, and the recent past."""

    wallet: Decimal
    asset: str
    numbers: Numbers  # those of its exchange: none is given out twice
    dual_side: bool
    multi_assets: bool
    leverages: dict[str, int]
    margin_types: dict[str, MarginType]
    positions: tuple[Position, ...]
    orders: tuple[SavedOrder, ...]
    algos: tuple[AlgoOrder, ...]
    triggered: tuple[AlgoOrder, ...]
    countdowns: dict[str, int]
    past_orders: tuple[Order, ...]
    past_algos: tuple[AlgoOrder, ...]
    trades: tuple[Trade, ...]
    incomes: tuple[Income, ...]
    update_ms: int

    def symbols(self) -> frozenset[str]:
        """Return the contracts that are held, or in which something waits."""
        held = (leg.symbol for leg in self.positions if leg.amount)
        resting = (each.order.symbol for each in self.orders)
        return frozenset([*held, *resting, *(algo.symbol for algo in self.algos)])


def saved_account(floor: Floor, account: Account) -> SavedAccount:
    """Return an account as it stands; what it holds is its own, and is encoded at once."""
    return SavedAccount(
        wallet=account.wallet,
        asset=account.asset,
        numbers=floor.numbers,
        dual_side=account.dual_side,
        multi_assets=account.multi_assets,
        leverages=account.leverages,
        margin_types=account.margin_types,
        positions=tuple(account.positions.values()),
        orders=tuple(
            SavedOrder(order=order, ahead=_ahead(floor, order)) for order in account.orders.values()
        ),
        algos=tuple(account.algos.values()),
        triggered=tuple(account.triggered.values()),
        countdowns=account.countdowns,
        past_orders=_latest(account.history.orders),
        past_algos=_latest(account.history.algos),
        trades=_latest(account.history.trades),
        incomes=_latest(account.history.incomes),
        update_ms=account.update_ms,
    )


def bring_back(
    saved: SavedAccount, account: Account, floor: Floor, matcher: Matcher, algos: AlgoDesk
) -> None:
    """Let a new account be the one that was saved, but for what is not listed any more."""
    floor.numbers = saved.numbers
    account.wallet, account.asset = saved.wallet, saved.asset
    account.dual_side, account.multi_assets = saved.dual_side, saved.multi_assets
    account.leverages, account.margin_types = saved.leverages, saved.margin_types
    account.update_ms = saved.update_ms
    _remember(saved, account)
    listed = floor.books
    for leg in saved.positions:
        if leg.symbol in listed:
            account.take_leg(leg)
            track(floor, account, leg.symbol)
    account.triggered = {each.algo_id: each for each in saved.triggered if each.symbol in listed}
    for each in saved.orders:
        if each.order.symbol in listed:
            matcher.put_to_rest(Resting(account, each.order, each.ahead))
    for algo in saved.algos:
        if algo.symbol in listed:
            algos.take_back(account, algo)


def _remember(saved: SavedAccount, account: Account) -> None:
    history = account.history
    for order in saved.past_orders:
        history.orders.add(order.order_id, order.client_id, order)
    for algo in saved.past_algos:
        history.algos.add(algo.algo_id, algo.client_algo_id, algo)
    history.trades.extend(saved.trades)
    history.incomes.extend(saved.incomes)


def _ahead(floor: Floor, order: Order) -> Decimal:
    waiter = floor.books[order.symbol].entries[order.order_id].waiter
    assert isinstance(waiter, Resting), f"order {order.order_id} waits as {waiter}"
    return waiter.ahead


def _latest(entries: Ring[T] | deque[T]) -> tuple[T, ...]:
    return tuple(islice(entries, max(0, len(entries) - _PAST_MAX), None))
