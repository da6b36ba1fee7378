"""Attempts at one thing: which form comes next, and when."""

from noctule.orders.patience import Patience

__all__ = ["Ladder"]

_DOUBLINGS_MAX = 10


class Ladder:
    """Climbs by refusals, pauses after failures; times are elapsed milliseconds."""

    def __init__(self, patience: Patience, *, longest_ms: int | None = None) -> None:
        self._first_ms = patience.retry_ms
        self._longest_ms = patience.retry_ms_max if longest_ms is None else longest_ms
        self.rung = 0
        self.failures = 0  # in a row
        self.not_before_ms = 0

    def climb(self) -> None:
        """Take the other form next."""
        self.rung += 1

    def pause(self, now_ms: int, *, at_least_ms: int = 0) -> None:
        """Wait before the next attempt, each time longer."""
        doubled_ms = self._first_ms << min(self.failures, _DOUBLINGS_MAX)
        wait_ms = min(doubled_ms, self._longest_ms)
        self.failures += 1
        self.not_before_ms = now_ms + max(wait_ms, at_least_ms)

    def succeed(self) -> None:
        """Begin anew: it worked."""
        self.failures = 0
        self.not_before_ms = 0
