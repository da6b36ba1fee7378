"""The exchange's time, as near as a round trip tells it."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from noctule.ports.clock import Clock

__all__ = ["ServerTime", "TimeSettings"]


class TimeSettings(Struct, frozen=True, kw_only=True):
    """How often the exchange is asked for the time."""

    samples: int = 3
    every_ms: int = 10 * 60_000


class ServerTime:
    """A clock set by the exchange's: market time is corrected, elapsed time is our own.

    It is wrong by at most half the quickest round trip.
    """

    def __init__(self, clock: Clock, settings: TimeSettings | None = None) -> None:
        self._clock = clock
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

    async def sleep_ms(self, real_ms: int) -> None:
        """Return after this many real milliseconds."""
        await self._clock.sleep_ms(real_ms)

    async def measure(self, ask: Callable[[], Awaitable[int]]) -> None:
        """Ask for the time a few times, and believe the quickest answer."""
        best: tuple[int, int] | None = None
        for _ in range(self.settings.samples):
            sent_ms, began_ms = self._clock.now_ms(), self._clock.elapsed_ms()
            told_ms = await ask()
            round_trip_ms = self._clock.elapsed_ms() - began_ms
            midpoint_ms = (sent_ms + self._clock.now_ms()) // 2
            sample = (round_trip_ms, told_ms - midpoint_ms)
            best = sample if best is None else min(best, sample)
        assert best is not None, f"{self.settings.samples} samples"
        if self._measured_ms is not None:
            self._correction_ms = best[1] - self._offset_ms
        self._offset_ms = best[1]
        self._measured_ms = self._clock.elapsed_ms()
