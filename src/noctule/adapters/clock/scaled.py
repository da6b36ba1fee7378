"""Market time at a multiple of real time, for trading against the simulated exchange."""

from decimal import Decimal

from noctule.ports.clock import Clock

__all__ = ["ScaledClock"]

_NAP_MS = 1_000  # how late a sleeper may learn that the clock was resynchronised


class ScaledClock:
    """Let market time run speed times as fast as another clock's real time.

    The speed is kept as an exact ratio and market time is always counted from the last
    anchor, so a rounding happens once per reading and never adds up.
    """

    def __init__(self, real: Clock, *, start_ms: int, speed: float | Decimal) -> None:
        assert speed > 0, f"speed is {speed}"
        self._real = real
        self._market_part, self._real_part = speed.as_integer_ratio()
        self._anchor_market_ms = start_ms
        self._anchor_real_ms = real.elapsed_ms()
        self._shown_ms = start_ms  # no reading may be earlier than this

    def now_ms(self) -> int:
        """Return market time; it never goes back, though it may stand still after a resync."""
        return max(self._shown_ms, self._expected_ms())

    def elapsed_ms(self) -> int:
        """Return the real milliseconds of the clock underneath."""
        return self._real.elapsed_ms()

    def resync(self, server_ms: int) -> None:
        """Follow the exchange's time from here on.

        When the exchange is ahead, the clock jumps to it. When it is behind, the clock stands
        still until the exchange has caught up: it must not show the same minute twice.
        """
        self._shown_ms = self.now_ms()
        self._anchor_market_ms = server_ms
        self._anchor_real_ms = self._real.elapsed_ms()

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Sleep in naps, reckoning anew after each: the clock may have been resynchronised."""
        while self.now_ms() < market_ms:
            left_ms = market_ms - self._expected_ms()
            real_ms = -(-left_ms * self._real_part // self._market_part)  # rounded up
            await self._real.sleep_ms(min(real_ms, _NAP_MS))

    async def sleep_ms(self, real_ms: int) -> None:
        """Sleep for this many real milliseconds, whatever the speed."""
        await self._real.sleep_ms(real_ms)

    def _expected_ms(self) -> int:
        """Return what the exchange's clock should show, which may be behind what we have shown."""
        elapsed_ms = self._real.elapsed_ms() - self._anchor_real_ms
        return self._anchor_market_ms + elapsed_ms * self._market_part // self._real_part
