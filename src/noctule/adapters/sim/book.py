"""One contract's prices, and all that waits for them.

Orders and triggers wait in two sorted lists: those that a falling price reaches, highest first,
and those that a rising price reaches, lowest first. So a tick that reaches nothing costs two
comparisons, and one that reaches several finds them in the order of the price's way.
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import Best
from noctule.adapters.sim.model import ZERO, AlgoOrder, Order, Rules, WorkingType

__all__ = ["Armed", "Arrival", "Book", "Entry", "Resting", "Waiting"]

# An enum's members are slow to look up.
_MARK_PRICE: Final = WorkingType.MARK_PRICE

_Key = tuple[Decimal, int]


class Resting(Struct, eq=False):
    """A regular order in the book."""

    account: Account
    order: Order
    ahead: Decimal = ZERO  # quantity that stands before it at its price


class Armed(Struct, eq=False):
    """A conditional order waiting for its trigger, or for its activation."""

    account: Account
    algo: AlgoOrder


class Arrival(Struct, eq=False):
    """An order that is on its way."""

    due_ms: int
    account: Account
    order: Order


class Entry(Struct, frozen=True, eq=False):
    """Something that waits at a price; the lower number came first."""

    price: Decimal
    number: int
    waiter: Resting | Armed
    falling: bool  # it waits for a price at or below its own; else at or above


class Waiting:
    """All that waits for one price: the last, or the mark."""

    def __init__(self) -> None:
        self.trailing: dict[int, Armed] = {}  # activated, by algo id: they follow every price
        self._falling: list[Entry] = []  # the highest price last
        self._rising: list[Entry] = []  # the lowest price last

    def __len__(self) -> int:
        return len(self._falling) + len(self._rising) + len(self.trailing)

    def add(self, entry: Entry) -> None:
        """Let an entry wait."""
        if entry.falling:
            insort(self._falling, entry, key=_falling_key)
        else:
            insort(self._rising, entry, key=_rising_key)

    def remove(self, entry: Entry) -> None:
        """Let an entry wait no longer; it may have been taken already."""
        if entry.falling:
            _remove(self._falling, entry, _falling_key)
        else:
            _remove(self._rising, entry, _rising_key)

    def is_reached(self, price: Decimal) -> bool:
        """Tell whether anything waits that this price reaches."""
        falling, rising = self._falling, self._rising
        return bool(falling and falling[-1].price >= price) or bool(
            rising and rising[-1].price <= price
        )

    def nearest(self) -> tuple[Decimal | None, Decimal | None]:
        """Return the first price that something waits for on the way down, and on the way up."""
        falling, rising = self._falling, self._rising
        return falling[-1].price if falling else None, rising[-1].price if rising else None

    def heads(self) -> list[Decimal]:
        """Return the nearest price on either side."""
        return [price for price in self.nearest() if price is not None]

    def take(self, price: Decimal) -> Entry | None:
        """Remove and return the first entry on the way to this price."""
        if self._falling and self._falling[-1].price >= price:
            return self._falling.pop()
        if self._rising and self._rising[-1].price <= price:
            return self._rising.pop()
        return None


class Book:
    """One contract: rules, prices, and who waits for what."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.last: Decimal | None = None  # None: it has never traded
        self.best: Best | None = None  # None: nobody showed, they lie about the last price
        self._mark: Decimal | None = None  # None: nobody said, it follows the last price
        self._index: Decimal | None = None
        self.funding_rate = ZERO
        self.next_funding_ms = 0
        self.on_last = Waiting()
        self.on_mark = Waiting()
        self.arrivals: list[Arrival] = []
        self.entries: dict[int, Entry] = {}  # by order or algo id: their spaces do not overlap
        self.holders: dict[Account, None] = {}  # accounts with a position, oldest first
        self._numbers = 0

    @property
    def mark(self) -> Decimal:
        """Return the mark price; zero before the first price."""
        return self._mark if self._mark is not None else self.last or ZERO

    @property
    def index(self) -> Decimal:
        """Return the index price; the mark while nobody said."""
        return self._index if self._index is not None else self.mark

    @property
    def mark_follows(self) -> bool:
        """Tell whether the mark is the last price, for want of a better one."""
        return self._mark is None

    def set_mark(self, mark: Decimal, index: Decimal) -> None:
        """Take the mark and index prices as told."""
        self._mark = mark
        self._index = index

    def waiting(self, waiter: Resting | Armed) -> Waiting:
        """Return where this one waits."""
        if isinstance(waiter, Armed) and waiter.algo.working_type is _MARK_PRICE:
            return self.on_mark
        return self.on_last

    def add(self, waiter: Resting | Armed, price: Decimal, *, falling: bool) -> None:
        """Let it wait for this price, behind all that came before."""
        self._numbers += 1
        self.put_back(Entry(price, self._numbers, waiter, falling))

    def put_back(self, entry: Entry) -> None:
        """Let it wait again, where it stood."""
        self.waiting(entry.waiter).add(entry)
        self.entries[_identity(entry.waiter)] = entry

    def holds(self, entry: Entry) -> bool:
        """Tell whether an entry that was taken out still belongs in."""
        return self.entries.get(_identity(entry.waiter)) is entry

    def drop(self, identity: int) -> None:
        """Forget an order or a conditional order, whatever it waits for."""
        entry = self.entries.pop(identity, None)
        if entry is not None:
            self.waiting(entry.waiter).remove(entry)
        self.on_last.trailing.pop(identity, None)
        self.on_mark.trailing.pop(identity, None)

    @property
    def newest(self) -> int:
        """Return the number of the entry that came last."""
        return self._numbers


def _identity(waiter: Resting | Armed) -> int:
    return waiter.order.order_id if isinstance(waiter, Resting) else waiter.algo.algo_id


def _falling_key(entry: Entry) -> _Key:
    return (entry.price, -entry.number)


def _rising_key(entry: Entry) -> _Key:
    return (-entry.price, -entry.number)


def _remove(entries: list[Entry], entry: Entry, key: Callable[[Entry], _Key]) -> None:
    place = bisect_left(entries, key(entry), key=key)
    if place < len(entries) and entries[place] is entry:
        del entries[place]
