"""Order blocks: the last candle against a move that was strong enough to break structure."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import structs
from typing_extensions import override

from noctule.domain.market import Candle
from noctule.strategies.ict.way import Way, came_back_to
from noctule.strategies.ict.zones import Zone

__all__ = ["BlockState", "OrderBlock", "block_before"]


class BlockState(StrEnum):
    """Whether price has come back to an order block, and whether it held."""

    FRESH = "fresh"
    MITIGATED = "mitigated"  # price came back to it
    BROKEN = "broken"  # a candle closed beyond it; as a breaker it is not followed further


class OrderBlock(Zone, frozen=True, kw_only=True, gc=False):
    """The range of that last opposite candle."""

    state: BlockState = BlockState.FRESH

    @property
    @override
    def trigger(self) -> float:
        """Return the near edge until price came back to it, then the far one."""
        return self.near if self.state is BlockState.FRESH else self.far

    @override
    def after(self, candle: Candle) -> "OrderBlock":
        """Mitigate it at a touch; a close beyond the far edge breaks it."""
        now_ms = candle.open_ms
        spent_ms = self.spent_ms if self.spent_ms is not None else now_ms
        if self.way * (candle.close - self.far) < 0:
            return structs.replace(
                self, state=BlockState.BROKEN, spent_ms=spent_ms, ended_ms=now_ms
            )
        return structs.replace(self, state=BlockState.MITIGATED, spent_ms=spent_ms)


def block_before(
    displaced_ms: int, recent: Iterable[Candle], *, way: Way, known_ms: int, body_only: bool
) -> OrderBlock | None:
    """Return the block that a displacement came from, if it is among the recent candles.

    They are given newest first; of the candle its whole range counts, or only its body. What came
    after the displacement may have mitigated it by now; one that was broken is none.
    """
    later: list[Candle] = []
    for candle in recent:
        if candle.open_ms > displaced_ms:
            later.append(candle)
        elif candle.open_ms < displaced_ms and way * (candle.close - candle.open) < 0:
            body = sorted((candle.open, candle.close))
            low, high = body if body_only else (candle.low, candle.high)
            block = OrderBlock(way=way, low=low, high=high, at_ms=candle.open_ms, known_ms=known_ms)
            return _lived_through(block, reversed(later))
    return None


def _lived_through(block: OrderBlock, candles: Iterable[Candle]) -> OrderBlock | None:
    """Return what these candles leave of a block; None when one of them broke it."""
    way = block.way
    for candle in candles:
        if way * (came_back_to(candle, way) - block.trigger) <= 0:
            block = block.after(candle)
        if block.ended_ms is not None:
            return None
    return block
