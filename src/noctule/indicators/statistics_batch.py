"""What a statistician asks of the latest numbers, at each place of whole series, NaN before."""

import numpy as np

from noctule.indicators.exact import ONE
from noctule.indicators.exact_batch import latest_sums, newest, rounded, units, variances
from noctule.indicators.window_batch import Series, at_the_end

__all__ = ["correlation", "linear_slope", "std_dev", "variance", "z_score"]


def variance(numbers: Series, length: int) -> Series:
    """Return the means of the squared distances from the mean."""
    return at_the_end(variances(units(numbers), length), len(numbers))


def std_dev(numbers: Series, length: int) -> Series:
    """Return the standard deviations."""
    return np.sqrt(variance(numbers, length))


def z_score(numbers: Series, length: int) -> Series:
    """Return how many deviations above the mean each number is."""
    whole = units(numbers)
    above = newest(whole, length)
    values = np.zeros_like(above)
    np.divide(above, np.sqrt(variances(whole, length)), out=values, where=above != 0)
    return at_the_end(values, len(numbers))


def linear_slope(numbers: Series, length: int) -> Series:
    """Return the slopes of the lines that fit best."""
    whole, places = units(numbers), np.arange(len(numbers)).astype(object)
    total = latest_sums(whole, length)
    weighted = latest_sums(whole * places, length) - places[: len(total)] * total
    slopes = (12 * weighted - 6 * (length - 1) * total) / (length * (length**2 - 1) * ONE)
    return at_the_end(rounded(slopes), len(numbers))


def correlation(first: Series, second: Series, length: int) -> Series:
    """Return the correlations of two series."""
    here, there = units(first), units(second)
    products = length * latest_sums(here * there, length)
    together = products - latest_sums(here, length) * latest_sums(there, length)
    spread = np.sqrt(variances(here, length)) * np.sqrt(variances(there, length))
    values = np.zeros_like(spread)
    np.divide(rounded(together / (length * ONE) ** 2), spread, out=values, where=spread != 0)
    return at_the_end(values.clip(-1.0, 1.0), len(first))
