"""What buying and holding would have made meanwhile: whom a strategy has to beat."""

import math
from array import array
from collections.abc import Collection, Sequence
from itertools import accumulate, chain, pairwise, repeat
from operator import add, mul, truediv
from typing import Final

from msgspec import Struct

from noctule.performance.equity import DAY_MS, days_of, whole_ms
from noctule.performance.ratios import cagr, known, sharpe
from noctule.performance.records import Curve, Held

__all__ = ["Holding", "basket_of", "holding_of"]

_STEP_DAYS: Final = 30
_STEPS_MIN: Final = 3
_BLOCK: Final = 1_024  # candles that are looked at together


class Holding(Struct, frozen=True, kw_only=True):
    """Bought once and never sold, without leverage or costs; None where nothing can be told."""

    from_ms: int
    days: float
    return_share: float | None
    drawdown_share: float | None  # the deepest, at candle closes; 0: it never fell
    cagr: float | None
    sharpe: float | None
    trend: float | None  # of 30-day steps, the net way by all the way: 1 only rose, -1 only fell


def holding_of(held: Held, curve: Curve) -> Holding:
    """Hold one symbol from when trading could begin."""
    if not _is_priced(held):
        return _nothing(held.first_ms)
    before = len(curve.at_ms) - len(held.closes)
    at_ms = curve.at_ms[before:] if before else curve.at_ms
    return _holding(at_ms, held.closes, start_ms=held.first_ms, start=held.first)


def basket_of(all_held: Collection[Held], curve: Curve) -> Holding | None:
    """Hold an equal part in each symbol; what begins later lies in cash until then."""
    priced = [held for held in all_held if _is_priced(held)]
    if not priced:
        return None
    if len(priced) == 1:
        return holding_of(priced[0], curve)
    worth = array("d", repeat(0.0, len(curve.at_ms)))
    for held in priced:
        cash = repeat(1.0, len(worth) - len(held.closes))
        grown = map(mul, held.closes, repeat(1 / held.first))
        worth = array("d", map(add, worth, chain(cash, grown)))
    start_ms = min(held.first_ms for held in priced)
    return _holding(curve.at_ms, worth, start_ms=start_ms, start=float(len(priced)))


def _is_priced(held: Held) -> bool:
    """Tell whether each of its prices is a positive number."""
    closes = held.closes
    return held.first > 0 and bool(closes) and min(closes) > 0 and math.isfinite(sum(closes))


def _nothing(from_ms: int) -> Holding:
    return Holding(
        from_ms=from_ms,
        days=0.0,
        return_share=None,
        drawdown_share=None,
        cagr=None,
        sharpe=None,
        trend=None,
    )


def _holding(
    at_ms: "array[int]", worth: Sequence[float], *, start_ms: int, start: float
) -> Holding:
    days = (whole_ms(at_ms[-1]) - whole_ms(start_ms)) / DAY_MS
    day_ends = days_of(at_ms, worth, start=start).worth
    return Holding(
        from_ms=start_ms,
        days=days,
        return_share=worth[-1] / start - 1,
        drawdown_share=_deepest(worth, start),
        cagr=known(cagr(start=start, end=worth[-1], days=days)),
        sharpe=known(sharpe(day_ends)),
        trend=_trend(day_ends[::_STEP_DAYS]),
    )


def _deepest(worth: Sequence[float], start: float) -> float:
    """Find the deepest fall from a peak, and walk through a block only if it can hold one."""
    peak, left = start, 1.0
    for begin in range(0, len(worth), _BLOCK):
        block = worth[begin : begin + _BLOCK]
        top = max(peak, *block)
        if min(block) < left * top:
            peaks = accumulate(chain((peak,), block), max)
            left = min(left, *map(truediv, chain((peak,), block), peaks))
        peak = top
    return 1 - left


def _trend(steps: Sequence[float]) -> float | None:
    if len(steps) <= _STEPS_MIN:
        return None
    ways = [math.log(after / before) for before, after in pairwise(steps)]
    whole = math.fsum(map(abs, ways))
    return math.fsum(ways) / whole if whole else 0.0
