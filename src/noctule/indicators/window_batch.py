"""Sums and extremes of the latest numbers over whole series, as `Window` and `Highest` have them.

All arrays here begin with NaN, for as long as there are fewer numbers than asked for.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

__all__ = ["Series", "at_the_end", "highest", "lowest", "rolling_sum", "windows"]

Series = NDArray[np.float64]


def rolling_sum(numbers: Series, length: int) -> Series:
    """Sum the latest numbers at each: bit for bit what `Window.total` says, and as exact.

    What comes and goes is added up in the same order, and so is what each addition lost.
    """
    steps = np.zeros(2 * len(numbers))
    steps[1::2] = numbers
    steps[2 * length :: 2] = -numbers[: max(0, len(numbers) - length)]
    sums = np.cumsum(steps)
    before = np.concatenate(([0.0], sums[:-1]))
    shadow = sums - before
    lost = np.cumsum((before - (sums - shadow)) + (steps - shadow))
    return at_the_end((sums + lost)[2 * length - 1 :: 2], len(numbers))


def highest(numbers: Series, length: int) -> Series:
    """Return the highest of the latest numbers at each."""
    return at_the_end(windows(numbers, length).max(axis=1), len(numbers))


def lowest(numbers: Series, length: int) -> Series:
    """Return the lowest of the latest numbers at each."""
    return at_the_end(windows(numbers, length).min(axis=1), len(numbers))


def windows(numbers: Series, length: int) -> Series:
    """Return the latest numbers of each place that has so many, a row for each, oldest first."""
    if len(numbers) < length:
        return np.empty((0, length))
    return sliding_window_view(numbers, length)


def at_the_end(values: Series, size: int) -> Series:
    """Return an array of this size that ends with the values and is NaN before them."""
    whole = np.full(size, np.nan)
    whole[size - len(values) :] = values
    return whole
