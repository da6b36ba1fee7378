"""How often, and after how long, something is tried again."""

from random import Random

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.binance.rest.calls import Lane

__all__ = ["Retries", "pause_ms"]


class Retries(Struct, frozen=True, kw_only=True):
    """The exchange's advice: 200, 400, 800 ms, three to five tries (facts 5)."""

    attempts_max: int = 4
    first_pause_ms: int = 200
    pause_ms_max: int = 5_000
    order_span_ms: int = 2_000  # so long after its first attempt an order is not sent any more
    # What guards a position that may be naked for two seconds:
    urgent_pause_ms: int = 100
    urgent_span_ms: int = 1_000

    def of(self, lane: Lane) -> "Retries":
        """Return a lane's."""
        if lane is not Lane.GUARD:
            return self
        return replace(self, first_pause_ms=self.urgent_pause_ms, order_span_ms=self.urgent_span_ms)


def pause_ms(retries: Retries, *, attempt: int, jitter: Random) -> int:
    """Return how long to wait after this attempt, the first being 1: between half of it and all."""
    assert attempt >= 1, f"attempt is {attempt}"
    doublings = min(attempt - 1, 30)
    longest_ms = min(retries.first_pause_ms << doublings, retries.pause_ms_max)
    return jitter.randint(longest_ms // 2, longest_ms)
