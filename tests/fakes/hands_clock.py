"""A clock that a test lets leap to the next candle: bot and exchange read the same, and agree."""

import mmap
import struct
from pathlib import Path
from typing import Final

from noctule.adapters.clock import SystemClock

__all__ = ["Following", "LeapingClock"]

_NAP_MS: Final = 20  # how late a sleeper may learn of a leap
_CELL: Final = struct.Struct("q")


class LeapingClock:
    """The wall's time and so much more, which stands in a file: another process may share it.

    Elapsed time is the machine's own and never leaps, so no time-out is shortened by a candle.
    """

    def __init__(self, path: Path, *, start_ms: int | None = None) -> None:
        self._system = SystemClock()
        if start_ms is not None:
            path.write_bytes(_CELL.pack(start_ms - self._system.now_ms()))
        with path.open("r+b") as file:
            self._cell = mmap.mmap(file.fileno(), _CELL.size)

    def now_ms(self) -> int:
        """Return the market's time."""
        return self._system.now_ms() + int(_CELL.unpack_from(self._cell)[0])

    def elapsed_ms(self) -> int:
        """Return real milliseconds."""
        return self._system.elapsed_ms()

    def leap_to(self, market_ms: int) -> None:
        """Let it be this late, for everybody who reads the same file."""
        left_ms = market_ms - self.now_ms()
        assert left_ms > 0, f"{market_ms} is over since {-left_ms} ms"
        _CELL.pack_into(self._cell, 0, int(_CELL.unpack_from(self._cell)[0]) + left_ms)

    async def sleep_until_ms(self, market_ms: int) -> None:
        """Sleep in naps, for the clock may leap meanwhile."""
        while (left_ms := market_ms - self.now_ms()) > 0:
            await self.sleep_ms(min(left_ms, _NAP_MS))

    async def sleep_ms(self, real_ms: int) -> None:
        """Return after this many real milliseconds."""
        await self._system.sleep_ms(real_ms)


class Following:
    """The pace of a market whose time is a clock's."""

    def __init__(self, clock: LeapingClock) -> None:
        self._clock = clock

    def market_ms(self, _real_ms: int) -> int:
        """Return what time it is on the market."""
        return self._clock.now_ms()

    def wait_ms(self, due_ms: int, _real_ms: int) -> int:
        """Return how long to wait for what is due."""
        return max(0, due_ms - self._clock.now_ms())

    def passes_in_ms(self, due_ms: int, real_ms: int) -> int:
        """Return the same: the clock goes on by itself."""
        return self.wait_ms(due_ms, real_ms)
