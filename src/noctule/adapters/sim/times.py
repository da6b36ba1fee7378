"""The exchange's three clocks: the market's, the real one, and the one on the clients' walls."""

from collections.abc import Callable

from msgspec import Struct

__all__ = ["Times", "least"]


class Times(Struct, kw_only=True):
    """What the protocol knows of time; it asks for it and never waits.

    The market's time may run at a multiple of the real one. Clients that were not written for
    this exchange sign with their own wall clock, so a timestamp may fit either.
    """

    market_ms: Callable[[], int]
    real_ms: Callable[[], int]
    wall_ms: Callable[[], int]
    speed: float = 1.0
    skew_ms: int = 0  # by how much the exchange misreads its own clocks; a fault

    @classmethod
    def all_one(cls, now_ms: Callable[[], int]) -> "Times":
        """Return the times of a world in which only one clock exists."""
        return cls(market_ms=now_ms, real_ms=now_ms, wall_ms=now_ms)

    def told_ms(self) -> int:
        """Return what the exchange says when it is asked for the time."""
        return self.market_ms() + self.skew_ms


def least(*times_ms: int | None) -> int | None:
    """Return the earliest of those that there are."""
    first_ms: int | None = None
    for each in times_ms:
        if each is not None and (first_ms is None or each < first_ms):
            first_ms = each
    return first_ms
