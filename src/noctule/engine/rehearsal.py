"""The way of an order gone without an order, around every close: then it is short when it counts.

A bot rests for a minute, and then everything depends on one millisecond. By then the processor has
forgotten whatever it needs for that, and to fetch it anew takes three times as long as to do it
(docs/adr/0020). So what weighs, sizes, names, writes and signs an entry is done a moment before,
for a wish that nobody has, and what comes of it is thrown away.
"""

import asyncio
from itertools import cycle
from typing import Final

from noctule.engine.desk import Desk
from noctule.engine.stage import PARTS, Stage
from noctule.ports.clock import Clock

__all__ = ["Rehearsal"]

_BEFORE_MS: Final = 50  # of the market's time, to the close
_AFTER_MS: Final = 350  # past it: so late frames of a close may be when all markets move
_EVERY_MS: Final = 1  # real; a third of a rehearsal takes a small part of that
_TURNS_MAX: Final = 50_000  # within that time; more only where no time passes by turning


class Rehearsal:
    """Rehearses one symbol after the other while a close is near; nothing is changed by it."""

    def __init__(self, stage: Stage, *, clock: Clock) -> None:
        self._stage = stage
        self._clock = clock

    async def keep(self) -> None:
        """Rehearse around every close, until cancelled."""
        if not self._stage.desks:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stage.open())
            await self._attend_closes()

    async def _attend_closes(self) -> None:
        close_ms = 0
        while True:
            base = self._stage.desks[0].board.base  # they share one
            close_ms = base.close_of(max(self._clock.now_ms(), close_ms + 1))
            await self._clock.sleep_until_ms(close_ms - _BEFORE_MS)
            await self._stay_awake(close_ms)

    async def _stay_awake(self, close_ms: int) -> None:
        """Rehearse again and again until the candle has come everywhere, and never fall asleep.

        A processor that rests for a millisecond has forgotten as much as in a minute.
        """
        for desk in cycle(self._stage.desks):
            for _ in range(PARTS):
                if self._is_over(close_ms):
                    return
                await self._stage.rehearse(desk)
                await self._turn_for_a_while()

    async def _turn_for_a_while(self) -> None:
        """Let the loop turn without rest; if no time passes by that, rest."""
        until_ms = self._clock.elapsed_ms() + _EVERY_MS
        for _ in range(_TURNS_MAX):
            await asyncio.sleep(0)
            if self._clock.elapsed_ms() >= until_ms:
                return
        await self._clock.sleep_ms(_EVERY_MS)

    def _is_over(self, close_ms: int) -> bool:
        if self._clock.now_ms() > close_ms + _AFTER_MS:
            return True
        return all(_newest_ms(desk) >= close_ms for desk in self._stage.desks)


def _newest_ms(desk: Desk) -> int:
    """Return when the newest candle of a symbol closed."""
    history = desk.board.series[desk.board.base].history
    return history[-1].close_ms if len(history) else 0
