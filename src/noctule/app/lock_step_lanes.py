"""The lanes of a run in lock-step: one errand at a time, so that none overtakes another."""

import asyncio
from collections.abc import Awaitable, Callable

from typing_extensions import override

from noctule.engine.lane_queue import Errand
from noctule.engine.lanes import Lanes

__all__ = ["LockStepLanes"]


async def _at_once() -> None:
    """Wait for nothing: nobody said yet when all is quiet."""


class LockStepLanes(Lanes):
    """Carries what has left in the order in which it left, each with all that comes of it.

    On a road with room for many, which of two symbols' orders is filled first, and whether the
    one's fill is heard before the other's order leaves, is chance. A run in lock-step is to be the
    same each time.
    """

    until_quiet: Callable[[], Awaitable[None]] = staticmethod(_at_once)
    _turn: asyncio.Lock | None = None

    @override
    async def _carry_out(self, errand: Errand) -> None:
        if self._turn is None:
            self._turn = asyncio.Lock()
        async with self._turn:
            await super()._carry_out(errand)
            await self.until_quiet()
