"""Drives: a break of structure, the displacement that made it, and what the two left behind."""

from collections.abc import Iterable

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.strategies.ict.displacement import Displacement
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.order_blocks import OrderBlock, block_before
from noctule.strategies.ict.structure import Break
from noctule.strategies.ict.way import Way

__all__ = ["Drive", "Drives", "Push"]


class Push(Struct, frozen=True, kw_only=True, gc=False):
    """A displacement, and the gap it left."""

    displacement: Displacement
    gap: Gap


class Drive(Struct, frozen=True, kw_only=True, gc=False):
    """A close beyond a swing, with force; without an opposite candle before it, without a block."""

    way: Way
    broken: Break
    push: Push
    block: OrderBlock | None
    known_ms: int  # when the candle opened at whose close all of it was known

    @property
    def began_ms(self) -> int:
        """Return when the first of its candles opened."""
        return min(self.broken.at_ms, self.push.displacement.at_ms)


class Drives:
    """Joins each break of one way with the latest push of that way, if they are close together.

    The gap of a push is known one candle after it, so either of the two may be told first.
    """

    def __init__(self, way: Way, *, reach_ms: int, body_only: bool) -> None:
        self._way = way
        self._reach_ms = reach_ms
        self._body_only = body_only
        self._broken: Break | None = None
        self._push: Push | None = None

    def update(
        self, candle: Candle, recent: Iterable[Candle], *, broken: Break | None, push: Push | None
    ) -> Drive | None:
        """Take what is new of this way after a candle; `recent` are the latest, newest first."""
        self._broken = broken or self._broken
        self._push = push or self._push
        if self._broken is None or self._push is None:
            return None
        pushed_ms = self._push.displacement.at_ms
        if abs(self._broken.at_ms - pushed_ms) > self._reach_ms:
            return None
        way, body_only, known_ms = self._way, self._body_only, candle.open_ms
        block = block_before(pushed_ms, recent, way=way, known_ms=known_ms, body_only=body_only)
        drive = Drive(way=way, broken=self._broken, push=self._push, block=block, known_ms=known_ms)
        self._broken = None  # a break is driven once; one push may break several swings
        return drive
