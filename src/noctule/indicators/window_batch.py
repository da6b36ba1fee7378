"""Sums and extremes of the latest numbers over whole series, as `Window` and `Highest` have them.

All arrays here begin with NaN, for as long as there are fewer numbers than asked for.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from noctule.indicators.base import whole_at_least

__all__ = ["Series", "at_the_end", "highest", "lowest", "rolling_sum", "weighted_sum", "windows"]

Series = NDArray[np.float64]


def rolling_sum(numbers: Series, length: int) -> Series:
    """Sum the latest numbers at each: bit for bit `Window.total`, for it adds in the same order."""
    newer, older = _turns(numbers, length)
    return _as_series(newer + older, numbers, length)


def weighted_sum(numbers: Series, length: int) -> Series:
    """Sum them with the oldest counting once, the next twice …: `WeightedWindow.weighted`."""
    newer, older = _turns(numbers, length)
    counts = np.arange(length, dtype=np.float64)
    rows = _rows(numbers, length)
    newer_weighted = np.cumsum((counts + 1) * rows, axis=1)
    older_weighted = np.zeros_like(rows)
    older_weighted[1:, :-1] = np.cumsum(older[1:, -2::-1], axis=1)[:, ::-1]
    weighted = older_weighted + counts[::-1] * newer + newer_weighted
    return _as_series(weighted, numbers, length)


def highest(numbers: Series, length: int) -> Series:
    """Return the highest of the latest numbers at each."""
    return at_the_end(windows(numbers, length).max(axis=1), len(numbers))


def lowest(numbers: Series, length: int) -> Series:
    """Return the lowest of the latest numbers at each."""
    return at_the_end(windows(numbers, length).min(axis=1), len(numbers))


def windows(numbers: Series, length: int) -> Series:
    """Return the latest numbers of each place that has so many, a row for each, oldest first."""
    whole_at_least(1, length=length)
    if len(numbers) < length:
        return np.empty((0, length))
    return sliding_window_view(numbers, length)


def at_the_end(values: Series, size: int) -> Series:
    """Return an array of this size that ends with the values and is NaN before them."""
    whole = np.full(size, np.nan)
    whole[size - len(values) :] = values
    return whole


def _turns(numbers: Series, length: int) -> tuple[Series, Series]:
    """Sum in rows, one for each filling of the window, the newer numbers and those still left."""
    rows = _rows(numbers, length)
    newer = np.cumsum(rows, axis=1)
    older = np.zeros_like(rows)
    older[1:, :-1] = np.cumsum(rows[:-1, :0:-1], axis=1)[:, ::-1]
    return newer, older


def _rows(numbers: Series, length: int) -> Series:
    """Return the numbers in rows of the window's length, the last one filled up with zeros."""
    whole_at_least(1, length=length)
    rows = np.zeros((-(-len(numbers) // length), length))
    rows.flat[: len(numbers)] = numbers
    return rows


def _as_series(rows: Series, numbers: Series, length: int) -> Series:
    return at_the_end(rows.ravel()[length - 1 : len(numbers)], len(numbers))
