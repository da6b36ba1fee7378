"""Lets the loop turn when one of its turns has lasted long: what was sent must be answered, too."""

import asyncio
from collections.abc import Callable
from typing import Final

__all__ = ["Breather"]

_LONG_NS: Final = 2_000_000  # a fill that is not heard for so long stands without a stop


class Breather:
    """Asked before each of many things that could all be done in one turn."""

    def __init__(self, *, stopwatch_ns: Callable[[], int], long_ns: int = _LONG_NS) -> None:
        self._stopwatch_ns = stopwatch_ns
        self._long_ns = long_ns
        self._began_ns: int | None = None  # of this turn, as far as somebody asked in it

    async def breathe(self) -> None:
        """Go on at once, or in the loop's next turn when this one has lasted long."""
        now_ns = self._stopwatch_ns()
        if self._began_ns is None:
            self._began_ns = now_ns
            asyncio.get_running_loop().call_soon(self._end_turn)
        elif now_ns - self._began_ns > self._long_ns:
            await asyncio.sleep(0)

    def _end_turn(self) -> None:
        self._began_ns = None
