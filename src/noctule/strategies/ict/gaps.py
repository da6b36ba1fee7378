"""Fair value gaps: prices that one candle ran through so fast that nobody traded back."""

from enum import StrEnum

from msgspec import structs
from typing_extensions import override

from noctule.domain.market import Candle
from noctule.strategies.ict.way import Way, came_back_to
from noctule.strategies.ict.zones import Zone

__all__ = ["Gap", "GapState", "gap_between"]


class GapState(StrEnum):
    """How far price has come back into a gap."""

    OPEN = "open"
    PARTLY = "partly filled"
    FILLED = "filled"  # as deep as the settings ask for
    INVERTED = "inverted"  # a candle closed beyond it: it failed, and ends


class Gap(Zone, frozen=True, kw_only=True, gc=False):
    """What lies between the first candle's wick and the third one's; named by the middle candle.

    `filled` is the deepest share of it that was traded, 1 for all. From the share `filled_at` on
    it counts as filled: 1 asks for the far edge, 0.5 for the middle (consequent encroachment).
    """

    filled_at: float = 1.0
    filled: float = 0.0
    state: GapState = GapState.OPEN

    @property
    def is_open(self) -> bool:
        """Tell whether there is something left to fill."""
        return self.state is GapState.OPEN or self.state is GapState.PARTLY

    @property
    @override
    def trigger(self) -> float:
        """Return how deep price has been: only what goes deeper changes anything."""
        filled = self.filled * (self.high - self.low)
        return self.high - filled if self.way is Way.UP else self.low + filled

    @override
    def after(self, candle: Candle) -> "Gap":
        """Fill it as deep as the candle's wick; a close beyond the far edge ends it."""
        back = came_back_to(candle, self.way)
        filled = max(self.filled, min((self.near - back) / (self.near - self.far), 1.0))
        now_ms = candle.open_ms
        spent_ms = self.spent_ms if self.spent_ms is not None else now_ms
        if self.way * (candle.close - self.far) < 0:
            return structs.replace(
                self, filled=filled, state=GapState.INVERTED, spent_ms=spent_ms, ended_ms=now_ms
            )
        if filled >= self.filled_at:
            return structs.replace(self, filled=filled, state=GapState.FILLED, spent_ms=spent_ms)
        state = GapState.PARTLY if filled > 0 else GapState.OPEN
        return structs.replace(self, filled=filled, state=state)


def gap_between(
    first: Candle, middle: Candle, third: Candle, *, least: float, filled_at: float
) -> Gap | None:
    """Return the gap that three candles in a row leave, if it is at least so many prices wide."""
    if third.low > first.high:
        way, low, high = Way.UP, first.high, third.low
    elif third.high < first.low:
        way, low, high = Way.DOWN, third.high, first.low
    else:
        return None
    if high - low < least:
        return None
    return Gap(
        way=way,
        low=low,
        high=high,
        at_ms=middle.open_ms,
        known_ms=third.open_ms,
        filled_at=filled_at,
    )
