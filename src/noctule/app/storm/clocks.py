"""The clock on the wall of the bot's machine, which somebody may set."""

from collections.abc import Coroutine

from noctule.ports.clock import Clock

__all__ = ["SettableWall"]


class SettableWall:
    """Virtual time, wrong by as much as it was set; what has elapsed is always right."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.wrong_ms = 0

    def now_ms(self) -> int:
        """Return what the wall says."""
        return self._clock.now_ms() + self.wrong_ms

    def elapsed_ms(self) -> int:
        """Return monotonic milliseconds."""
        return self._clock.elapsed_ms()

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Sleep until the wall, as it stands now, will say so."""
        await self._clock.sleep_until_ms(market_ms - self.wrong_ms)

    def sleep_ms(self, real_ms: int) -> Coroutine[object, object, None]:
        """Sleep for so long."""
        return self._clock.sleep_ms(real_ms)
