"""The volume profile at each place of whole series, NaN before.

Part after part of the series becomes a table, a row for each place and a column for each level
that is traded at: what is in the window is a difference of running sums.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from noctule.indicators.profile import LEVELS_MAX, UNITS
from noctule.indicators.window_batch import Series, at_the_end

__all__ = ["volume_profile"]

PLACES_MAX: Final = 256  # of one table

Whole = NDArray[np.int64]


def volume_profile(
    high: Series, low: Series, volume: Series, length: int, levels: int = 1000, share: float = 0.7
) -> tuple[Series, ...]:
    """Return the points of control, and the upper and lower bounds of the value areas."""
    lowest, highest = _level(low, levels), _level(high, levels)
    strides = 1 + (highest - lowest) // LEVELS_MAX
    counts = (highest - lowest) // strides + 1
    each = (volume * UNITS).astype(np.int64) // counts + 1
    told = [np.empty((0, 3))]
    for start in range(0, len(high) - length + 1, PLACES_MAX):
        part = slice(start, start + PLACES_MAX + length - 1)
        at, traded = _table(lowest[part], strides[part], counts[part], each[part], length)
        bottom, control, top = at[_value_area(traded, share)]
        middle = (_edge(control, levels) + _edge(control + 1, levels)) / 2
        told.append(np.column_stack((middle, _edge(top + 1, levels), _edge(bottom, levels))))
    return tuple(at_the_end(column, len(high)) for column in np.concatenate(told).T)


def _level(prices: Series, levels: int) -> Whole:
    mantissas, exponents = np.frexp(prices)
    places = ((2 * mantissas - 1) * levels).astype(np.int64)
    return np.asarray(exponents * np.int64(levels) + places, dtype=np.int64)


def _edge(level: Whole, levels: int) -> Series:
    exponents, places = np.divmod(level, levels)
    return np.asarray(np.ldexp(1 + places / levels, exponents - 1), dtype=np.float64)


def _table(
    lowest: Whole, strides: Whole, counts: Whole, each: Whole, length: int
) -> tuple[Whole, Whole]:
    """Return the levels, and how much was traded at each in each window of so many candles."""
    owner = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    at, column = np.unique(lowest[owner] + nth * strides[owner], return_inverse=True)
    traded = np.zeros((len(counts) + 1, len(at)), np.int64)
    traded[owner + 1, column] = each[owner]
    running = np.cumsum(traded, axis=0)
    return at.astype(np.int64), running[length:] - running[:-length]


def _value_area(traded: Whole, share: float) -> Whole:
    """Return for each row the columns of the lowest, the most traded and the highest level."""
    row, column = np.arange(len(traded)), np.arange(1, traded.shape[1] + 1)
    total = traded.sum(axis=1)
    wanted = np.minimum(np.ceil(share * total.astype(np.float64)).astype(np.int64), total)
    framed = np.pad(traded, ((0, 0), (1, 1)), constant_values=-1)  # less than any level has
    here_or_below = np.maximum.accumulate(np.where(traded > 0, column, 0), axis=1)
    here_or_above = np.where(traded > 0, column, column[-1] + 1)[:, ::-1]
    here_or_above = np.minimum.accumulate(here_or_above, axis=1)[:, ::-1]
    below, above = np.zeros_like(framed), np.full_like(framed, column[-1] + 1)
    below[:, 2:-1], above[:, 1:-2] = here_or_below[:, :-1], here_or_above[:, 1:]
    control = bottom = top = traded.argmax(axis=1) + 1
    covered = framed[row, control]
    while (goes_on := covered < wanted).any():
        lower, upper = below[row, bottom], above[row, top]
        goes_down = framed[row, lower] >= framed[row, upper]
        covered = covered + goes_on * np.maximum(framed[row, lower], framed[row, upper])
        bottom = np.where(goes_on & goes_down, lower, bottom)
        top = np.where(goes_on & ~goes_down, upper, top)
    return np.stack((bottom, control, top)) - 1
