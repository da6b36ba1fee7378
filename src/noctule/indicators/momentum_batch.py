"""How fast prices move over whole series: what the streaming indicators say, NaN before."""

from itertools import accumulate
from typing import NamedTuple

import numpy as np

from noctule.indicators.averages_batch import ema
from noctule.indicators.base import whole_at_least
from noctule.indicators.momentum import CCI_SCALE
from noctule.indicators.window_batch import Series, at_the_end, windows

__all__ = ["MacdSeries", "cci", "macd", "roc", "rsi"]


def rsi(numbers: Series, length: int = 14) -> Series:
    """Return what the gains are of all moves, in percent."""
    whole_at_least(2, length=length)
    moves = np.diff(numbers)
    gains = _wilder(np.where(moves > 0, moves, 0.0), length)
    both = gains + _wilder(np.where(moves > 0, 0.0, -moves), length)
    shares = np.divide(gains, both, out=np.zeros_like(both), where=both != 0)
    moved = np.where(moves[length - 1 :] != 0, np.arange(len(gains)), 0)
    return at_the_end(100 * shares[np.maximum.accumulate(moved)], len(numbers))


def _wilder(moves: Series, length: int) -> Series:
    """Average as Wilder did, from the first mean on."""
    if len(moves) < length:
        return np.empty(0)
    seed = float(np.cumsum(moves[:length])[-1]) / length
    values = accumulate(
        moves[length:].tolist(),
        lambda value, move: (value * (length - 1) + move) / length,
        initial=seed,
    )
    return np.fromiter(values, np.float64)


class MacdSeries(NamedTuple):
    """How far the fast average is above the slow one, that smoothed, and their difference."""

    line: Series
    signal: Series
    histogram: Series


def macd(numbers: Series, fast: int = 12, slow: int = 26, signal: int = 9) -> MacdSeries:
    """Return the distances between a fast and a slow average, and their signal."""
    whole_at_least(fast + 1, slow=slow)
    size = len(numbers)
    lines = (at_the_end(ema(numbers[slow - fast :], fast), size) - ema(numbers, slow))[slow - 1 :]
    signals = ema(lines, signal)[signal - 1 :]
    line, smooth = at_the_end(lines[signal - 1 :], size), at_the_end(signals, size)
    return MacdSeries(line, smooth, line - smooth)


def roc(numbers: Series, length: int) -> Series:
    """Return how much each number is above the one so many before it, in percent of that."""
    whole_at_least(1, length=length)
    before, now = numbers[:-length], numbers[length:]
    ratios = np.divide(now, before, out=np.ones_like(now), where=before != 0)
    return at_the_end((ratios - 1) * 100, len(numbers))


def cci(high: Series, low: Series, close: Series, length: int = 20) -> Series:
    """Return how far each typical price is from its mean, in 0.015 mean deviations."""
    totals = high + low + close
    lost = _exact_sums(np.column_stack((high, low, close, -totals)))
    offsets = _from_the_latest(totals, length) + _from_the_latest(lost, length)
    means = _exact_sums(offsets) / length
    deviations = _exact_sums(np.abs(offsets - means[:, np.newaxis])) / length
    scales = CCI_SCALE * deviations
    told = np.divide(-means, scales, out=np.zeros_like(scales), where=deviations != 0)
    return at_the_end(told, len(close))


def _from_the_latest(numbers: Series, length: int) -> Series:
    return windows(numbers, length) - numbers[length - 1 :, np.newaxis]


def _exact_sums(rows: Series) -> Series:
    """Sum each row and what rounding took from its sum, as if with twice the digits."""
    total, lost = np.zeros(len(rows)), np.zeros(len(rows))
    for column in rows.T:
        after = total + column
        shadow = after - total
        lost += (total - (after - shadow)) + (column - shadow)
        total = after
    return total + lost
