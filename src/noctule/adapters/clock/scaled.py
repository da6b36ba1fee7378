"""Market time as a simulated exchange keeps it: at a multiple of real time, or as it is told."""

import asyncio
from decimal import Decimal

from noctule.ports.clock import Clock

__all__ = ["ScaledClock"]

_NAP_MS = 1_000  # how late a sleeper may learn that the clock was resynchronised


class ScaledClock:
    """Let market time run speed times as fast as another clock's real time.

    The speed is kept as an exact ratio and market time is always counted from the last
    anchor, so a rounding happens once per reading and never adds up. At speed 0 nothing but what
    it hears moves it: of a market that runs as fast as it can, only its events tell the time.
    """

    def __init__(self, real: Clock, *, start_ms: int, speed: float | Decimal) -> None:
        self._real = real
        self._market_part, self._real_part = _ratio(speed)
        self._anchor_market_ms = start_ms
        self._anchor_real_ms = real.elapsed_ms()
        self._shown_ms = start_ms  # no reading may be earlier than this
        self._is_set = False  # by the exchange: until then the start is a guess
        self._sleepers: dict[asyncio.Future[None], int] = {}  # until when; at speed 0 only

    def now_ms(self) -> int:
        """Return market time; it never goes back, though it may stand still after a resync."""
        return max(self._shown_ms, self._expected_ms())

    def elapsed_ms(self) -> int:
        """Return the real milliseconds of the clock underneath."""
        return self._real.elapsed_ms()

    def hear(self, told_ms: int) -> None:
        """Be no earlier than what the exchange has just told of."""
        if told_ms > self.now_ms():
            self._anchor(told_ms)

    def run_at(self, speed: float | Decimal) -> None:
        """Run at this speed from here on."""
        ratio = _ratio(speed)
        if ratio != (self._market_part, self._real_part):
            self._anchor(self.now_ms())
            self._market_part, self._real_part = ratio
            self._wake(all_of_them=True)

    def set_by(self, told_ms: int, *, age_ms: int) -> int:
        """Follow what the exchange told so many real milliseconds ago.

        Return by how many real milliseconds we had been wrong. The first time sets a guess right,
        in either direction.
        """
        present_ms = told_ms + age_ms * self._market_part // self._real_part
        if not self._is_set:
            self._is_set, self._shown_ms = True, present_ms
            self._anchor(present_ms)
            return 0
        if not self._market_part:
            self.hear(told_ms)
            return 0
        wrong_ms = (present_ms - self.now_ms()) * self._real_part // self._market_part
        self.resync(present_ms)
        return wrong_ms

    def resync(self, server_ms: int) -> None:
        """Follow the exchange's time from here on.

        When the exchange is ahead, the clock jumps to it. When it is behind, the clock stands
        still until the exchange has caught up: it must not show the same minute twice.
        """
        self._shown_ms = self.now_ms()
        self._anchor(server_ms)

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Sleep in naps, reckoning anew after each: the clock may have been resynchronised."""
        while self.now_ms() < market_ms:
            if self._market_part:
                left_ms = market_ms - self._expected_ms()
                real_ms = -(-left_ms * self._real_part // self._market_part)  # rounded up
                await self._real.sleep_ms(min(real_ms, _NAP_MS))
            else:
                await self._until_heard(market_ms)

    async def sleep_ms(self, real_ms: int) -> None:
        """Sleep for this many real milliseconds, whatever the speed."""
        await self._real.sleep_ms(real_ms)

    def _expected_ms(self) -> int:
        """Return what the exchange's clock should show, which may be behind what we have shown."""
        elapsed_ms = self._real.elapsed_ms() - self._anchor_real_ms
        return self._anchor_market_ms + elapsed_ms * self._market_part // self._real_part

    def _anchor(self, market_ms: int) -> None:
        self._anchor_market_ms = market_ms
        self._anchor_real_ms = self._real.elapsed_ms()
        self._wake()

    async def _until_heard(self, market_ms: int) -> None:
        heard = asyncio.get_running_loop().create_future()
        self._sleepers[heard] = market_ms
        try:
            await heard
        finally:
            del self._sleepers[heard]

    def _wake(self, *, all_of_them: bool = False) -> None:
        if not self._sleepers:
            return
        now_ms = self.now_ms()
        for heard, until_ms in self._sleepers.items():
            if (all_of_them or until_ms <= now_ms) and not heard.done():
                heard.set_result(None)


def _ratio(speed: float | Decimal) -> tuple[int, int]:
    assert speed >= 0, f"speed is {speed}"
    return speed.as_integer_ratio()
