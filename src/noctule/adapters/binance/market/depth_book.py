"""An order book kept from its changes, and begun anew when one of them is missing; facts 4."""

from bisect import bisect_left, insort
from enum import Enum, auto
from typing import Final

from noctule.adapters.binance.wire.depth import DepthEvent, DepthSnapshot, Levels
from noctule.domain.market import BookLevel, DepthBook
from noctule.domain.values import Symbol

__all__ = ["LocalBook", "Taking"]

_BUFFERED_MAX: Final = 1_000  # changes that wait for the snapshot; the oldest are older than it
_LEVELS_MAX: Final = 5_000  # of each side; those furthest from the best are forgotten


class Taking(Enum):
    """What became of a change."""

    WAITS = auto()  # for a snapshot
    APPLIED = auto()
    STALE = auto()  # it is in the book already
    BROKEN = auto()  # one before it is missing: the book is void, ask for a snapshot


class _Side:
    """One side's prices in order, and how much is at each; best is first or last."""

    __slots__ = ("_is_bid", "_prices", "_quantities")

    def __init__(self, *, is_bid: bool) -> None:
        self._is_bid = is_bid
        self._prices: list[float] = []  # ascending
        self._quantities: dict[float, float] = {}

    def begin(self, levels: Levels) -> None:
        """Forget everything, and take these."""
        self._quantities = {price: quantity for price, quantity in levels if quantity > 0}
        self._prices = sorted(self._quantities)

    def change(self, levels: Levels) -> None:
        """Take what is new at some prices; zero removes the price."""
        for price, quantity in levels:
            if quantity > 0:
                if price not in self._quantities:
                    insort(self._prices, price)
                self._quantities[price] = quantity
            elif self._quantities.pop(price, None) is not None:
                del self._prices[bisect_left(self._prices, price)]
        while len(self._prices) > _LEVELS_MAX:
            del self._quantities[self._prices.pop(0 if self._is_bid else -1)]

    def best(self, count: int) -> tuple[BookLevel, ...]:
        """Return the best levels, best first."""
        prices = self._prices[: -count - 1 : -1] if self._is_bid else self._prices[:count]
        return tuple(BookLevel(price, self._quantities[price]) for price in prices)


class LocalBook:
    """Void until a snapshot fits the changes that were heard meanwhile."""

    def __init__(self, symbol: Symbol) -> None:
        self._symbol = symbol
        self._bids = _Side(is_bid=True)
        self._asks = _Side(is_bid=False)
        self._last_id: int | None = None  # None: void
        self._is_fresh = False  # no change has been applied since the snapshot
        self._buffer: list[DepthEvent] = []  # at most _BUFFERED_MAX

    @property
    def is_void(self) -> bool:
        """Tell whether nothing is known."""
        return self._last_id is None

    def clear(self) -> None:
        """Know nothing any more: changes may have been missed."""
        self._last_id = None
        self._buffer.clear()

    def take(self, event: DepthEvent) -> Taking:
        """Take a change."""
        if self._last_id is None:
            self._buffer.append(event)
            del self._buffer[:-_BUFFERED_MAX]
            return Taking.WAITS
        if event.last_id <= self._last_id:
            return Taking.STALE
        if not self._joins(event, self._last_id):
            self.clear()
            self._buffer.append(event)
            return Taking.BROKEN
        self._bids.change(event.bids)
        self._asks.change(event.asks)
        self._last_id = event.last_id
        self._is_fresh = False
        return Taking.APPLIED

    def begin(self, snapshot: DepthSnapshot) -> bool:
        """Begin with a snapshot; False if the changes that wait do not join it: ask again."""
        waiting, self._buffer = self._buffer, []
        self._bids.begin(snapshot.bids)
        self._asks.begin(snapshot.asks)
        self._last_id, self._is_fresh = snapshot.last_id, True
        for event in waiting:
            self.take(event)
        return self._last_id is not None

    def best(self, count: int) -> DepthBook:
        """Return the best levels of both sides."""
        assert self._last_id is not None, f"the book of {self._symbol} is void"
        return DepthBook(
            symbol=self._symbol,
            bids=self._bids.best(count),
            asks=self._asks.best(count),
            update_id=self._last_id,
        )

    def _joins(self, event: DepthEvent, last_id: int) -> bool:
        """Tell whether nothing is missing before a change; the first one may span the snapshot."""
        if self._is_fresh and event.first_id <= last_id:
            return True
        return event.previous_id == last_id
