"""What may still be asked for: weight, orders, funding calls, and who may spend the last."""

from collections.abc import Mapping
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from noctule.adapters.binance.rest.calls import Lane, Pool
from noctule.adapters.binance.rest.spending_window import SpendingWindow

__all__ = ["NO_WAIT", "AnnouncedLimit", "Budget", "Cost", "Shares", "Ticket", "Wait"]

_SECOND_MS: Final = 1_000
_MINUTE_MS: Final = 60 * _SECOND_MS

_WEIGHT: Final = "REQUEST_WEIGHT"
_ORDERS: Final = "ORDERS"
_FUNDING: Final = "FUNDING"  # our name: nothing announces it (facts 2.1)

_SPANS_MS: Final = {
    "SECOND": _SECOND_MS,
    "MINUTE": _MINUTE_MS,
    "HOUR": 60 * _MINUTE_MS,
    "DAY": 24 * 60 * _MINUTE_MS,
}
_HEADERS: Final = {
    (_WEIGHT, _MINUTE_MS): "x-mbx-used-weight-1m",
    (_ORDERS, 10 * _SECOND_MS): "x-mbx-order-count-10s",
    (_ORDERS, _MINUTE_MS): "x-mbx-order-count-1m",
}
_USUAL: Final = {  # the live exchange's, until it announces others (facts 2.1, 2.2)
    (_WEIGHT, _MINUTE_MS): 2_400,
    (_ORDERS, 10 * _SECOND_MS): 300,
    (_ORDERS, _MINUTE_MS): 1_200,
    (_FUNDING, 5 * _MINUTE_MS): 500,
}
_WINDOWS_MAX: Final = 16
_COSTS_MAX: Final = 256  # there are fewer


class AnnouncedLimit(Protocol):
    """One row of exchangeInfo's rateLimits."""

    @property
    def rate_limit_type(self) -> str:
        """Return what is limited: REQUEST_WEIGHT, ORDERS …."""
        ...

    @property
    def interval(self) -> str:
        """Return SECOND, MINUTE, HOUR or DAY."""
        ...

    @property
    def interval_num(self) -> int:
        """Return how many of them the window has."""
        ...

    @property
    def limit(self) -> int:
        """Return how much is allowed in one window."""
        ...


class Cost(Struct, frozen=True, kw_only=True):
    """What one request takes from each budget."""

    weight: int = 1
    orders: int = 0
    pool: Pool = Pool.WEIGHT


class Shares(Struct, frozen=True, kw_only=True):
    """How much of every limit a lane may use; the guard's lane has all of it.

    Of the order counts an entry may use a third at most: each one needs a stop and a target, and
    perhaps a close, within the same seconds.
    """

    read: float = 0.75
    audit: float = 0.90
    entry: float = 0.90
    entry_orders: float = 0.30


class Wait(Struct, frozen=True):
    """How long something cannot be sent, and why; 0 is not at all."""

    ms: int
    reason: str = ""


NO_WAIT: Final = Wait(0)


_Charge: TypeAlias = tuple[SpendingWindow, str, int]  # a window, its header, and how much of it


class Ticket:
    """What one request has taken; it is given back, or lands, exactly once."""

    __slots__ = ("_charges", "_is_open", "_numbers")

    def __init__(self, charges: tuple[_Charge, ...]) -> None:
        self._charges = charges
        self._numbers = [window.take(amount) for window, _, amount in charges]
        self._is_open = True

    def put_back(self) -> None:
        """Take it that nothing was sent."""
        for (window, _, amount), number in zip(self._charges, self._numbers, strict=True):
            window.put_back(amount, number=number)
        self._is_open = False

    def land(self, now_ms: int) -> None:
        """Take it that it was sent, unless it was given back."""
        if not self._is_open:
            return
        self._is_open = False
        for window, _, amount in self._charges:
            if amount:
                window.land(amount, now_ms=now_ms)

    def hear(self, headers: Mapping[str, str], now_ms: int) -> None:
        """Learn from the answer what has been used in all."""
        for (window, header, _), number in zip(self._charges, self._numbers, strict=True):
            told = headers.get(header, "")
            if told.isascii() and told.isdigit() and len(told) < 10:
                window.hear(int(told), number=number, now_ms=now_ms)


class Budget:
    """Every limit at once; it counts and never waits."""

    def __init__(self, shares: Shares | None = None) -> None:
        shares = shares or Shares()
        self._entry_orders = shares.entry_orders
        self._shares = {
            Lane.READ: shares.read,
            Lane.AUDIT: shares.audit,
            Lane.ENTRY: shares.entry,
            Lane.GUARD: 1.0,
        }
        self._windows = {
            key: SpendingWindow(span_ms=key[1], limit=limit) for key, limit in _USUAL.items()
        }  # at most _WINDOWS_MAX
        self._order_windows = self._windows_of(_ORDERS)
        self._charges: dict[Cost, tuple[_Charge, ...]] = {}  # at most _COSTS_MAX

    def learn(self, limits: tuple[AnnouncedLimit, ...]) -> None:
        """Take the limits that the exchange announces."""
        for row in limits:
            span_ms = _SPANS_MS.get(row.interval, 0) * row.interval_num
            key = (row.rate_limit_type, span_ms)
            if row.rate_limit_type not in (_WEIGHT, _ORDERS) or span_ms <= 0 or row.limit <= 0:
                continue
            if key in self._windows:
                self._windows[key].limit = row.limit
            elif len(self._windows) < _WINDOWS_MAX:
                self._windows[key] = SpendingWindow(span_ms=span_ms, limit=row.limit)
        self._charges.clear()
        self._order_windows = self._windows_of(_ORDERS)

    def usage(self, now_ms: int) -> Mapping[str, tuple[int, int]]:
        """Return how much of every limit is used, and the limit."""
        return {
            f"{kind} {span_ms // _SECOND_MS} s": (window.used(now_ms), window.limit)
            for (kind, span_ms), window in self._windows.items()
        }

    def wait(self, cost: Cost, lane: Lane, now_ms: int) -> Wait:
        """Return how long a lane has to wait until it may spend this much."""
        longest = NO_WAIT
        for window, _, amount in self._charges_of(cost):
            most = int(window.limit * self._share(lane, window))
            wait_ms = window.wait_ms(amount, most=most, now_ms=now_ms) if amount else 0
            if wait_ms > longest.ms:
                longest = Wait(wait_ms, self._reason(window, most, now_ms))
        return longest

    def take(self, cost: Cost) -> Ticket:
        """Count a request that leaves now."""
        return Ticket(self._charges_of(cost))

    def _share(self, lane: Lane, window: SpendingWindow) -> float:
        if lane is Lane.ENTRY and window in self._order_windows:
            return self._entry_orders
        return self._shares[lane]

    def _charges_of(self, cost: Cost) -> tuple[_Charge, ...]:
        """Return what a cost is charged to, and the windows of which its answer will tell."""
        charges = self._charges.get(cost)
        if charges is None:
            if len(self._charges) >= _COSTS_MAX:
                self._charges.clear()
            charges = self._charges[cost] = tuple(
                (window, _HEADERS.get(key, ""), _amount(cost, key[0]))
                for key, window in self._windows.items()
                if key in _HEADERS or _amount(cost, key[0])
            )
        return charges

    def _windows_of(self, kind: str) -> frozenset[SpendingWindow]:
        return frozenset(window for key, window in self._windows.items() if key[0] == kind)

    def _reason(self, window: SpendingWindow, most: int, now_ms: int) -> str:
        kind = next(key[0] for key, each in self._windows.items() if each is window)
        seconds = window.span_ms // _SECOND_MS
        return f"{kind} {window.used(now_ms)} of {most} in {seconds} s are used"


def _amount(cost: Cost, kind: str) -> int:
    if kind == _ORDERS:
        return cost.orders
    wanted = _WEIGHT if cost.pool is Pool.WEIGHT else _FUNDING
    return cost.weight if kind == wanted else 0
