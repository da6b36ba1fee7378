"""When the next event of the market is due in real time."""

from collections.abc import Callable
from typing import Final, Protocol

__all__ = ["AtOnce", "ByHand", "Followed", "Pace", "Scaled"]


_LOOK_MS: Final = 50  # nobody says how fast another market's clock runs


class Pace(Protocol):
    """Turn real time into market time, and market time into waiting."""

    def market_ms(self, real_ms: int) -> int | None:
        """Return what time it is on the market; None if only its events tell."""
        ...

    def wait_ms(self, due_ms: int, real_ms: int) -> int | None:
        """Return how long to wait for what is due on the market; None: until somebody asks."""
        ...

    def passes_in_ms(self, due_ms: int, real_ms: int) -> int | None:
        """Return in how long it is this time on the market though nothing happens; None: never."""
        ...


class Scaled:
    """Market time runs at a multiple of real time; the ratio is exact, so it never drifts."""

    def __init__(self, speed: float, *, market_ms: int, real_ms: int) -> None:
        assert speed > 0, f"speed is {speed}"
        self._market_part, self._real_part = speed.as_integer_ratio()
        self._market_ms = market_ms
        self._real_ms = real_ms

    def market_ms(self, real_ms: int) -> int:
        """Return what time it is on the market."""
        return self._market_ms + (real_ms - self._real_ms) * self._market_part // self._real_part

    def wait_ms(self, due_ms: int, real_ms: int) -> int:
        """Return how long to wait, rounded up: nothing happens before its time."""
        at_ms = -(-(due_ms - self._market_ms) * self._real_part // self._market_part)
        return max(0, self._real_ms + at_ms - real_ms)

    def passes_in_ms(self, due_ms: int, real_ms: int) -> int:
        """Return the same: here time passes by itself."""
        return self.wait_ms(due_ms, real_ms)


class AtOnce:
    """As fast as it goes: speed 0."""

    def market_ms(self, _real_ms: int) -> None:
        """Return nothing: it is as late as the last event."""
        return

    def wait_ms(self, _due_ms: int, _real_ms: int) -> int:
        """Return 0: everything is due."""
        return 0

    def passes_in_ms(self, _due_ms: int, _real_ms: int) -> None:
        """Return nothing: no time passes between events."""
        return


class Followed:
    """What is told of another market has happened; in between its clock goes on."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    def market_ms(self, _real_ms: int) -> int:
        """Return what time it is on the market that is followed."""
        return self._now_ms()

    def wait_ms(self, _due_ms: int, _real_ms: int) -> int:
        """Return 0: it has happened."""
        return 0

    def passes_in_ms(self, due_ms: int, _real_ms: int) -> int:
        """Return how long the other market's clock takes to get there, or when to look again."""
        return max(0, min(due_ms - self._now_ms(), _LOOK_MS))


class ByHand:
    """Nothing happens until a test allows so many events."""

    def __init__(self) -> None:
        self._allowed = 0

    def allow(self, events: int) -> None:
        """Let so many more events happen."""
        assert events > 0, f"events is {events}"
        self._allowed += events

    def take(self) -> None:
        """Count one event that has happened."""
        assert self._allowed > 0, "an event happened that nobody allowed"
        self._allowed -= 1

    def market_ms(self, _real_ms: int) -> None:
        """Return nothing: it is as late as the last event."""
        return

    def wait_ms(self, _due_ms: int, _real_ms: int) -> int | None:
        """Return 0 while events are allowed, then None."""
        return 0 if self._allowed else None

    def passes_in_ms(self, _due_ms: int, _real_ms: int) -> None:
        """Return nothing: no time passes between events."""
        return
