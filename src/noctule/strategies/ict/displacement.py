"""Displacement: a candle so large and so one-sided that somebody had to be in a hurry."""

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.strategies.ict.way import Way

__all__ = ["Displacement", "displaced"]


class Displacement(Struct, frozen=True, kw_only=True, gc=False):
    """A candle whose body is a multiple of the average range before it."""

    way: Way
    at_ms: int  # when it opened
    multiple: float  # of the average true range


def displaced(
    candle: Candle, atr: float, *, factor: float, body_share: float
) -> Displacement | None:
    """Judge a candle by the average range before it; None when it is nothing out of the ordinary.

    It counts with a body of at least `factor` average ranges that is at least `body_share` of
    the candle. Whether it left a gap is seen one candle later, by who looks for gaps.
    """
    body = candle.close - candle.open
    size = abs(body)
    if size < factor * atr or size < body_share * (candle.high - candle.low) or size == 0:
        return None
    multiple = size / atr if atr > 0 else factor
    return Displacement(
        way=Way.UP if body > 0 else Way.DOWN, at_ms=candle.open_ms, multiple=multiple
    )
