"""Trend and its direction over whole series: what the streaming indicators say, NaN before."""

from itertools import accumulate
from math import isnan
from typing import NamedTuple

import numpy as np

from noctule.indicators.base import whole_at_least
from noctule.indicators.window_batch import Series, at_the_end, windows

__all__ = ["AdxSeries", "AroonSeries", "adx", "aroon"]


class AdxSeries(NamedTuple):
    """How strong the trend is (ADX), and how much of all movement went up (+DI) and down (−DI)."""

    adx: Series
    plus: Series
    minus: Series


def adx(high: Series, low: Series, close: Series, length: int = 14) -> AdxSeries:
    """Return Wilder's ADX, +DI and −DI."""
    whole_at_least(2, length=length)
    size = len(close)
    up, down = np.diff(high), -np.diff(low)
    before, tops, bottoms = close[:-1], high[1:], low[1:]
    reach = np.maximum(np.abs(tops - before), np.abs(bottoms - before))
    spans = np.maximum(tops - bottoms, reach)
    ranges = _faded(spans, length)
    told = np.maximum.accumulate(np.where(spans != 0, np.arange(len(spans)), 0))
    plus = _share(_faded(np.where((up > 0) & (up > down), up, 0.0), length), ranges)[told]
    minus = _share(_faded(np.where((down > 0) & (up < down), down, 0.0), length), ranges)[told]
    both = (plus + minus)[length - 1 :]
    apart = np.divide(
        np.abs(minus - plus)[length - 1 :], both, out=np.full_like(both, np.nan), where=both != 0
    )
    return AdxSeries(
        at_the_end(_averaged(100 * apart, length), size),
        at_the_end(plus[2 * length - 2 :], size),
        at_the_end(minus[2 * length - 2 :], size),
    )


class AroonSeries(NamedTuple):
    """How fresh the highest highs and the lowest lows are, in percent, and the difference."""

    up: Series
    down: Series
    oscillator: Series


def aroon(high: Series, low: Series, length: int = 25) -> AroonSeries:
    """Return how long ago the highest high and the lowest low were, 100 for now."""
    size = len(high)
    newest_first = windows(high, length + 1)[:, ::-1], windows(low, length + 1)[:, ::-1]
    ages = newest_first[0].argmax(axis=1), newest_first[1].argmin(axis=1)
    up, down = (at_the_end(100 * (length - age) / length, size) for age in ages)
    return AroonSeries(up, down, up - down)


def _faded(moves: Series, length: int) -> Series:
    """Sum as Wilder did: the first ones plainly, and from then on each sum fades by a part."""
    first = np.cumsum(moves[: length - 1])
    values = accumulate(
        [*first[-1:].tolist(), *moves[length - 1 :].tolist()],
        lambda total, move: total - total / length + move,
    )
    return np.concatenate((first[:-1], np.fromiter(values, np.float64)))


def _share(moves: Series, ranges: Series) -> Series:
    return 100 * np.divide(moves, ranges, out=np.zeros_like(moves), where=ranges != 0)


def _averaged(apart: Series, length: int) -> Series:
    """Begin with a mean, in which nothing counts as 0, and go on as Wilder did."""
    if len(apart) < length:
        return np.empty(0)
    seed = float(np.cumsum(np.nan_to_num(apart[:length]))[-1]) / length
    values = accumulate(
        apart[length:].tolist(),
        lambda value, now: value if isnan(now) else (value * (length - 1) + now) / length,
        initial=seed,
    )
    return np.fromiter(values, np.float64)
