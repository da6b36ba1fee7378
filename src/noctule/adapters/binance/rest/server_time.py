"""The exchange's time, as near as a round trip tells it."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Protocol

from msgspec import Struct

from noctule.ports.clock import Clock

__all__ = ["ServerTime", "SettableClock", "TimeSettings"]


class TimeSettings(Struct, frozen=True, kw_only=True):
    """How often the exchange is asked for the time."""

    samples: int = 3
    every_ms: int = 10 * 60_000
    doubtful_ms: int = 1_000  # a clock that was wrong by more than this was set by somebody …
    again_ms: int = 10_000  # … and is looked at again: entries wait until it is right


class SettableClock(Protocol):
    """A clock of a market that need not keep step with ours: it is set, where others are offset."""

    def set_by(self, told_ms: int, *, age_ms: int) -> int:
        """Take a time told so many real ms ago; return by how many real ms we were wrong."""
        ...


class ServerTime:
    """A clock set by the exchange's: market time is corrected, elapsed time is our own.

    It is wrong by at most half the quickest round trip.
    """

    def __init__(
        self,
        clock: Clock,
        settings: TimeSettings | None = None,
        *,
        settable: SettableClock | None = None,  # the same clock, if it is one
    ) -> None:
        self._clock = clock
        self._settable = settable
        self.settings = settings or TimeSettings()
        self._offset_ms = 0
        self._correction_ms = 0  # the first measurement corrects nothing that was used
        self._measured_ms: int | None = None  # elapsed time

    @property
    def clock_offset_ms(self) -> int:
        """Return by how much the exchange's clock is ahead of ours."""
        return self._offset_ms

    @property
    def correction_ms(self) -> int:
        """Return by how much the last measurement moved our time: so wrong it had been before."""
        return self._correction_ms

    def due_in_ms(self) -> int:
        """Return in how many real milliseconds the exchange is to be asked again."""
        settings = self.settings
        is_doubtful = abs(self._correction_ms) >= settings.doubtful_ms
        every_ms = min(settings.again_ms, settings.every_ms) if is_doubtful else settings.every_ms
        measured_ms = self._measured_ms or 0
        return max(0, measured_ms + every_ms - self._clock.elapsed_ms())

    def was_measured_after(self, elapsed_ms: int) -> bool:
        """Tell whether what was sent at this instant went by an older measurement than ours."""
        return self._measured_ms is not None and self._measured_ms > elapsed_ms

    def now_ms(self) -> int:
        """Return the exchange's time: milliseconds UTC."""
        return self._clock.now_ms() + self._offset_ms

    def elapsed_ms(self) -> int:
        """Return real milliseconds since an arbitrary start."""
        return self._clock.elapsed_ms()

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Return once the exchange's time has reached this instant."""
        while (left_ms := market_ms - self.now_ms()) > 0:
            await self._clock.sleep_until_ms(self._clock.now_ms() + left_ms)

    def sleep_ms(self, real_ms: int) -> Coroutine[object, object, None]:
        """Return after this many real milliseconds."""
        return self._clock.sleep_ms(real_ms)

    async def measure(self, ask: Callable[[], Awaitable[int]]) -> None:
        """Ask for the time a few times, and believe the quickest answer."""
        samples = [await self._sample(ask) for _ in range(self.settings.samples)]
        best = min(samples)
        if self._settable is not None:
            age_ms = self._clock.elapsed_ms() - best.heard_ms + best.round_trip_ms // 2
            self._correction_ms = self._settable.set_by(best.told_ms, age_ms=age_ms)
        else:
            if self._measured_ms is not None:
                self._correction_ms = best.ahead_ms - self._offset_ms
            self._offset_ms = best.ahead_ms
        self._measured_ms = self._clock.elapsed_ms()

    async def _sample(self, ask: Callable[[], Awaitable[int]]) -> "_Sample":
        sent_ms, began_ms = self._clock.now_ms(), self._clock.elapsed_ms()
        told_ms = await ask()
        heard_ms = self._clock.elapsed_ms()
        return _Sample(
            round_trip_ms=heard_ms - began_ms,
            ahead_ms=told_ms - (sent_ms + self._clock.now_ms()) // 2,
            told_ms=told_ms,
            heard_ms=heard_ms,
        )


class _Sample(Struct, frozen=True, kw_only=True, order=True):
    """One answer; the least is the quickest."""

    round_trip_ms: int
    ahead_ms: int  # of the middle of its round trip
    told_ms: int
    heard_ms: int  # elapsed time
