"""What an account has behind it, as far back as memory is given."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

from noctule.adapters.sim.bookings import Income, Trade
from noctule.adapters.sim.model import AlgoOrder, Order

__all__ = ["History", "Ring", "is_forgotten"]

ORDERS_MAX: Final = 10_000
ALGOS_MAX: Final = 10_000
TRADES_MAX: Final = 20_000
INCOMES_MAX: Final = 50_000

_DAY_MS: Final = 86_400_000
_KEPT_MS: Final = 90 * _DAY_MS
_UNFILLED_KEPT_MS: Final = 3 * _DAY_MS

T = TypeVar("T")


class Ring(Generic[T]):
    """The newest entries by number and by name; the oldest is forgotten to make room."""

    def __init__(self, capacity: int) -> None:
        assert capacity > 0, f"capacity is {capacity}"
        self._capacity = capacity
        self._entries: OrderedDict[int, tuple[str, T]] = OrderedDict()
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[T]:
        return (entry for _, entry in self._entries.values())

    def add(self, number: int, name: str, entry: T) -> None:
        """Keep an entry, oldest first out."""
        self._entries[number] = (name, entry)
        self._numbers[name] = number
        if len(self._entries) > self._capacity:
            oldest, (old_name, _) = self._entries.popitem(last=False)
            if self._numbers.get(old_name) == oldest:
                del self._numbers[old_name]

    def get(self, number: int | None, name: str | None) -> T | None:
        """Return the entry of this number, or else the newest of this name."""
        if number is None and name is not None:
            number = self._numbers.get(name)
        if number is None or number not in self._entries:
            return None
        return self._entries[number][1]


class History:
    """Closed orders and conditional orders, trades and income, oldest first, each bounded."""

    def __init__(self) -> None:
        self.orders: Ring[Order] = Ring(ORDERS_MAX)
        self.algos: Ring[AlgoOrder] = Ring(ALGOS_MAX)
        self.trades: deque[Trade] = deque(maxlen=TRADES_MAX)
        self.incomes: deque[Income] = deque(maxlen=INCOMES_MAX)


def is_forgotten(update_ms: int, now_ms: int, *, is_kept: bool) -> bool:
    """Tell whether a query misses an order: without a fill after 3 days, any after 90."""
    return now_ms - update_ms > (_KEPT_MS if is_kept else _UNFILLED_KEPT_MS)
