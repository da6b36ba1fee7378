"""A task that does nothing but find out how late it comes: what the event loop lags behind."""

from typing import Final

from noctule.domain.beat import until_beat_ms
from noctule.ports.clock import Clock

__all__ = ["Heartbeat"]

_EVERY_MS: Final = 250


class Heartbeat:
    """Beats a few times a second; whatever holds the loop up makes the next beat late."""

    def __init__(self, clock: Clock, *, every_ms: int = _EVERY_MS) -> None:
        self._clock = clock
        self._every_ms = every_ms
        self._due_ms: int | None = None  # elapsed; None before the first beat
        self._late_ms = 0  # the last beat
        self._worst_ms = 0  # since somebody took it
        self.worst_ever_ms = 0

    @property
    def lag_ms(self) -> int:
        """Return how late the last beat was, or how late the next one is already."""
        if self._due_ms is None:
            return 0
        return max(self._late_ms, self._clock.elapsed_ms() - self._due_ms)

    def take_worst_ms(self) -> int:
        """Return the worst since this was asked last: a beat that was late is missed by nobody."""
        worst_ms, self._worst_ms = max(self._worst_ms, self.lag_ms), 0
        return worst_ms

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            elapsed_ms = self._clock.elapsed_ms()
            left_ms = until_beat_ms(elapsed_ms, self._every_ms)
            self._due_ms = elapsed_ms + left_ms
            await self._clock.sleep_ms(left_ms)
            self._late_ms = max(0, self._clock.elapsed_ms() - self._due_ms)
            self._worst_ms = max(self._worst_ms, self._late_ms)
            self.worst_ever_ms = max(self.worst_ever_ms, self._late_ms)
