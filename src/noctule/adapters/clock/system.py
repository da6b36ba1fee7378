"""The clock on the wall: the one file of the program that reads it."""

import asyncio
import time
from collections.abc import Callable

__all__ = ["SystemClock"]

_NS_PER_MS = 1_000_000
_MS_PER_SECOND = 1_000
_NAP_MS = 1_000  # how late a sleeper may learn that somebody has set the wall clock


class SystemClock:
    """Market time from the wall, elapsed time from the machine's monotonic counter."""

    def __init__(
        self,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns

    def now_ms(self) -> int:
        """Return the wall's milliseconds UTC; they jump when the wall clock is set."""
        return self._wall_ns() // _NS_PER_MS

    def elapsed_ms(self) -> int:
        """Return monotonic milliseconds; whoever sets the wall clock does not move them."""
        return self._monotonic_ns() // _NS_PER_MS

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Sleep in naps, looking at the wall after each: it may have been set meanwhile."""
        while (left_ms := market_ms - self.now_ms()) > 0:
            await self.sleep_ms(min(left_ms, _NAP_MS))

    async def sleep_ms(self, real_ms: int) -> None:
        """Sleep on the event loop's own timers, which nobody sets."""
        await asyncio.sleep(real_ms / _MS_PER_SECOND)
