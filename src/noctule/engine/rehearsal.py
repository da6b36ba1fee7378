"""The way of an order gone without an order, around every close: then it is short when it counts.

A bot rests for a minute, and then everything depends on one millisecond. By then the processor has
forgotten whatever it needs for that, and to fetch it anew takes three times as long as to do it
(docs/adr/0020). So what weighs, sizes, names, writes and signs an entry is done a moment before,
for a wish that nobody has, and what comes of it is thrown away.
"""

import asyncio
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Final

from noctule.domain.events.signal import SignalGenerated
from noctule.domain.order import OrderRequest
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol
from noctule.engine.desk import Desk
from noctule.ports.clock import Clock

__all__ = ["Rehearsal"]

_BEFORE_MS: Final = 50  # of the market's time, to the close
_AFTER_MS: Final = 350  # past it: so late frames of a close may be when all markets move
_EVERY_MS: Final = 2  # real; a rehearsal takes a small part of one
_TURNS_MAX: Final = 2_000  # within that time
_REASON: Final = "a rehearsal"


class Rehearsal:
    """Rehearses one symbol after the other while a close is near; nothing is changed by it."""

    def __init__(
        self,
        desks: Mapping[Symbol, Desk],
        *,
        draw_up: Callable[[SignalGenerated], OrderRequest | None],
        write: Callable[[OrderRequest], None],
        clock: Clock,
    ) -> None:
        self._desks = tuple(desks.values())
        self._draw_up = draw_up  # from the wish to an order that nobody reserves
        self._write = write  # and to its bytes, which stay here
        self._clock = clock

    async def keep(self) -> None:
        """Rehearse around every close, until cancelled."""
        close_ms = 0
        while self._desks:
            base = self._desks[0].board.base  # they share one
            close_ms = base.close_of(max(self._clock.now_ms(), close_ms + 1))
            await self._clock.sleep_until_ms(close_ms - _BEFORE_MS)
            await self._stay_awake(close_ms)

    async def _stay_awake(self, close_ms: int) -> None:
        """Rehearse again and again until the candle has come everywhere, and never fall asleep.

        A processor that rests for a millisecond has forgotten as much as in a minute.
        """
        for desk in cycle(self._desks):
            if self._is_over(close_ms):
                return
            self.rehearse(desk)
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
        return all(_newest_ms(desk) >= close_ms for desk in self._desks)

    def rehearse(self, desk: Desk) -> None:
        """Go the way of one symbol once; what is refused has gone most of it."""
        history = desk.board.series[desk.board.base].history
        if not len(history):
            return
        candle, now_ms = history[-1], self._clock.now_ms()
        wish = SignalGenerated(
            at_ms=now_ms,
            trace=_REASON,
            symbol=candle.symbol,
            timeframe=candle.timeframe,
            strategy=desk.label,
            close_ms=candle.timeframe.close_of(now_ms),  # of no candle that was acted upon
            price=candle.close,
            signal=Signal(direction=Direction.LONG, reason=_REASON),
        )
        request = self._draw_up(wish)
        if request is not None:
            self._write(request)


def _newest_ms(desk: Desk) -> int:
    """Return when the newest candle of a symbol closed."""
    history = desk.board.series[desk.board.base].history
    return history[-1].close_ms if len(history) else 0
