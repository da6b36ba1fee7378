"""How much of the time, and of the account, was in the market."""

import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import takewhile
from operator import truediv
from typing import Final

from msgspec import Struct

from noctule.performance.equity import Stretch
from noctule.performance.records import Course, Curve

__all__ = ["Exposure", "Occupancy", "occupancy_of"]


class Exposure(Struct, frozen=True, kw_only=True):
    """What was held, in time and in size; None where nothing can be told."""

    time_share: float | None  # of the run during which any position was open
    mean_share: float | None  # notional by equity, of all candles, those without a position too
    max_share: float | None  # the largest at any candle's close


_NONE: Final = Exposure(time_share=None, mean_share=None, max_share=None)


class Occupancy(Struct, frozen=True, kw_only=True):
    """Exposure, and the longest time without any."""

    exposure: Exposure
    flat: Stretch | None


def occupancy_of(course: Course, *, start_ms: int, end_ms: int) -> Occupancy:
    """Measure when anything was held, and how much of the account that was."""
    if start_ms == end_ms:
        return Occupancy(exposure=_NONE, flat=None)
    spans = list(_held_spans(course, start_ms=start_ms, end_ms=end_ms))
    shares = _shares(course.curve)
    return Occupancy(
        exposure=Exposure(
            time_share=sum(end - begin for begin, end in spans) / (end_ms - start_ms),
            mean_share=math.fsum(shares) / len(shares) if shares else None,
            max_share=max(shares, default=None),
        ),
        flat=_longest_flat(spans, start_ms=start_ms, end_ms=end_ms),
    )


def _held_spans(course: Course, *, start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """Join the times of all trades, and of what is open at the end, where they overlap."""
    opened = [(trade.opened_ms, trade.closed_ms) for trade in course.trades]
    opened.extend(_open_at_end(course, start_ms=start_ms, end_ms=end_ms))
    begun, ended = start_ms, start_ms
    for begin, end in sorted(opened):
        if begin > ended:
            yield begun, ended
            begun = min(begin, end_ms)
        ended = min(max(ended, end), end_ms)
    yield begun, ended


def _open_at_end(course: Course, *, start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """Find since when something is held that is still open, to the candle."""
    held = takewhile(bool, reversed(course.curve.exposure))
    candles = sum(1 for _ in held)
    if candles:
        flat = len(course.curve.at_ms) - candles - 1
        yield (course.curve.at_ms[flat] if flat >= 0 else start_ms), end_ms


def _longest_flat(
    spans: Sequence[tuple[int, int]], *, start_ms: int, end_ms: int
) -> Stretch | None:
    begins = [start_ms, *(end for _, end in spans)]
    ends = [*(begin for begin, _ in spans), end_ms]
    begin, end = max(zip(begins, ends, strict=True), key=_length)
    if end <= begin:
        return None
    return Stretch(from_ms=begin, to_ms=end, lasted_ms=end - begin, is_over=end < end_ms)


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _shares(curve: Curve) -> "array[float]":
    """Divide exposure by equity at each instant at which there was equity."""
    if min(curve.equity) > 0:
        return array("d", map(truediv, curve.exposure, curve.equity))
    pairs = zip(curve.exposure, curve.equity, strict=True)
    return array("d", (exposure / equity for exposure, equity in pairs if equity > 0))
