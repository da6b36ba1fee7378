"""Sums of the latest numbers over whole series from which nothing is ever lost.

The arrays hold Python's whole numbers, in the units of `exact`, and begin where there are enough.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from noctule.indicators.exact import ONE, SCALE
from noctule.indicators.window_batch import Series

__all__ = ["Whole", "latest_sums", "means", "newest", "rounded", "units", "variances"]

Whole = NDArray[np.object_]

_whole = np.frompyfunc(int, 1, 1)


def units(numbers: Series) -> Whole:
    """Count the units in each number."""
    return np.asarray(_whole(numbers * SCALE), dtype=object)


def latest_sums(whole: Whole, length: int) -> Whole:
    """Return the sums of the latest numbers at each place that has so many."""
    sums = np.cumsum(np.concatenate(([0], whole)))
    return np.asarray(sums[length:] - sums[:-length], dtype=object)


def means(whole: Whole, length: int) -> Series:
    """Return the means at each place that has so many numbers."""
    return rounded(latest_sums(whole, length) / (length * ONE))


def variances(whole: Whole, length: int) -> Series:
    """Return the variances at each place that has so many numbers."""
    total, squares = latest_sums(whole, length), latest_sums(whole * whole, length)
    return rounded((length * squares - total * total) / (length * ONE) ** 2)


def newest(whole: Whole, length: int) -> Series:
    """Return how far above the mean the newest number is, where there are so many."""
    above = length * whole[length - 1 :] - latest_sums(whole, length)
    return rounded(above / (length * ONE))


def rounded(ratios: Any) -> Series:
    """Return what a division of whole numbers gave, as an array of floats."""
    return np.asarray(ratios, dtype=np.float64)
