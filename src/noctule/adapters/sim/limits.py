"""How much each address and each account has asked for, and what happens when it is too much."""

from typing import Final, TypeVar

from msgspec import Struct

from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.terms import Terms

__all__ = ["Cost", "Limits", "Throttled"]

T = TypeVar("T")

_MINUTE_MS: Final = 60_000
_TEN_SECONDS_MS: Final = 10_000
_FIVE_MINUTES_MS: Final = 300_000
_DOUBLINGS_MAX: Final = 32
_REMEMBERED_MAX: Final = 1_000  # addresses, and accounts; the one known for longest is forgotten


class Throttled(Refusal):
    """Too much was asked for; the answer says after how many seconds to come back."""

    def __init__(self, code: int, msg: str, *, status: int, retry_after_ms: int) -> None:
        super().__init__(code, msg, status=status)
        self.retry_after_s = max(1, -(-retry_after_ms // 1_000))


class Cost(Struct, frozen=True):
    """What a call takes from the address's weight and from the account's two order counts."""

    weight: int = 1
    orders_10s: int = 0
    orders_1m: int = 0


class Window:
    """A count that starts anew with each interval, as the exchange's do."""

    __slots__ = ("_began_ms", "limit", "span_ms", "used")

    def __init__(self, *, span_ms: int, limit: int) -> None:
        self.span_ms = span_ms
        self.limit = limit
        self.used = 0
        self._began_ms = 0

    def roll(self, now_ms: int) -> None:
        """Forget the count if its interval is over."""
        if not 0 <= now_ms - self._began_ms < self.span_ms:
            self._began_ms, self.used = now_ms - now_ms % self.span_ms, 0

    def left_ms(self, now_ms: int) -> int:
        """Return how long this interval still lasts."""
        return self._began_ms + self.span_ms - now_ms


class Address:
    """What one IP address has used, and whether it ignored being told to stop."""

    __slots__ = ("banned_until_ms", "bans", "funding", "strikes", "weight")

    def __init__(self, terms: Terms) -> None:
        self.weight = Window(span_ms=_MINUTE_MS, limit=terms.weight_per_minute)
        self.funding = Window(span_ms=_FIVE_MINUTES_MS, limit=terms.funding_calls_per_5m)
        self.strikes = 0
        self.bans = 0
        self.banned_until_ms = 0


class Purse:
    """How many orders one account has sent."""

    __slots__ = ("minute", "ten_seconds")

    def __init__(self, terms: Terms) -> None:
        self.ten_seconds = Window(span_ms=_TEN_SECONDS_MS, limit=terms.orders_per_10s)
        self.minute = Window(span_ms=_MINUTE_MS, limit=terms.orders_per_minute)


class Limits:
    """Count every call; refuse with 429 what is too much, with 418 whoever will not listen."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._addresses: dict[str, Address] = {}
        self._purses: dict[str, Purse] = {}

    def address(self, peer: str, now_ms: int) -> Address:
        """Return what this address has used so far."""
        address = self._addresses.get(peer)
        if address is None:
            address = self._addresses[peer] = Address(self._terms)
            _forget_oldest(self._addresses)
        address.weight.roll(now_ms)
        return address

    def purse(self, key: str, now_ms: int) -> Purse:
        """Return the order counts of this account."""
        purse = self._purses.get(key)
        if purse is None:
            purse = self._purses[key] = Purse(self._terms)
            _forget_oldest(self._purses)
        purse.ten_seconds.roll(now_ms)
        purse.minute.roll(now_ms)
        return purse

    def weigh(self, peer: str, weight: int, *, now_ms: int, wall_ms: int) -> Address:
        """Count a call's weight; raise if the address is banned or over its limit."""
        address = self.address(peer, now_ms)
        left_ms = address.banned_until_ms - now_ms
        if left_ms > 0:
            raise _banned(peer, left_ms=left_ms, wall_ms=wall_ms)
        address.weight.used += weight
        if address.weight.used > address.weight.limit:
            raise self.strike(peer, now_ms=now_ms, wall_ms=wall_ms)
        return address

    def strike(self, peer: str, *, now_ms: int, wall_ms: int) -> Throttled:
        """Return the answer 429, or the ban of an address that has had too many of them."""
        address = self.address(peer, now_ms)
        address.strikes += 1
        if address.strikes > self._terms.strikes_max:
            return self.ban(peer, now_ms=now_ms, wall_ms=wall_ms)
        return Throttled(
            -1003,
            f"Too many requests; current limit of IP({peer}) is {address.weight.limit} requests "
            "per minute. Please use the websocket for live updates to avoid polling the API.",
            status=429,
            retry_after_ms=address.weight.left_ms(now_ms),
        )

    def ban(self, peer: str, *, now_ms: int, wall_ms: int) -> Throttled:
        """Shut an address out, each time for twice as long, and return the answer 418."""
        address = self.address(peer, now_ms)
        doubled_ms = self._terms.ban_ms << min(address.bans, _DOUBLINGS_MAX)
        address.banned_until_ms = now_ms + min(doubled_ms, self._terms.ban_ms_max)
        address.bans += 1
        address.strikes = 0
        return _banned(peer, left_ms=address.banned_until_ms - now_ms, wall_ms=wall_ms)

    def count_funding(self, peer: str, now_ms: int) -> None:
        """Count a call of the funding endpoints, which share a pool of their own."""
        window = self.address(peer, now_ms).funding
        window.roll(now_ms)
        window.used += 1
        if window.used > window.limit:
            raise Throttled(
                -1003,
                f"Too many requests; current limit of IP({peer}) is {window.limit} requests "
                "per 5 minutes.",
                status=429,
                retry_after_ms=window.left_ms(now_ms),
            )

    def count_orders(self, key: str, cost: Cost, now_ms: int) -> Purse:
        """Count an account's orders; what is refused is not counted."""
        purse = self.purse(key, now_ms)
        for window, amount, name in (
            (purse.ten_seconds, cost.orders_10s, "10 SECOND"),
            (purse.minute, cost.orders_1m, "1 MINUTE"),
        ):
            if window.used + amount > window.limit:
                raise Throttled(
                    -1015,
                    f"Too many new orders; current limit is {window.limit} orders per {name}.",
                    status=429,
                    retry_after_ms=window.left_ms(now_ms),
                )
        purse.ten_seconds.used += cost.orders_10s
        purse.minute.used += cost.orders_1m
        return purse


def _banned(peer: str, *, left_ms: int, wall_ms: int) -> Throttled:
    return Throttled(
        -1003,
        f"Way too many requests; IP({peer}) banned until {wall_ms + left_ms}. "
        "Please use the websocket for live updates to avoid bans.",
        status=418,
        retry_after_ms=left_ms,
    )


def _forget_oldest(remembered: dict[str, T]) -> None:
    if len(remembered) > _REMEMBERED_MAX:
        del remembered[next(iter(remembered))]
