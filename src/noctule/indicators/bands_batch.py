"""Bands around the price over whole series: what the streaming indicators say, NaN before.

Each function returns the arrays that the fields of its indicator's values make, in their order.
"""

import numpy as np

from noctule.indicators.averages_batch import ema
from noctule.indicators.exact_batch import means, newest, units, variances
from noctule.indicators.volatility_batch import atr
from noctule.indicators.window_batch import Series, at_the_end, highest, lowest

__all__ = ["bollinger", "donchian", "keltner"]


def bollinger(prices: Series, length: int, factor: float) -> tuple[Series, ...]:
    """Return the upper bands, the means, the lower bands, the widths and the places in them."""
    whole = units(prices)
    middle = means(whole, length)
    distance = factor * np.sqrt(variances(whole, length))
    width, place, share = 2 * distance, np.zeros_like(middle), np.zeros_like(middle)
    np.divide(newest(whole, length), width, out=place, where=width != 0)
    np.divide(width, middle, out=share, where=middle != 0)
    columns = (middle + distance, middle, middle - distance, share, 0.5 + place)
    return tuple(at_the_end(column, len(prices)) for column in columns)


def keltner(
    high: Series, low: Series, close: Series, length: int, atr_length: int, factor: float
) -> tuple[Series, Series, Series]:
    """Return the upper bands, the averages and the lower bands."""
    later = length - (atr_length + 1)  # by how much the one with the shorter warm-up begins
    first = max(0, later)
    reach = atr(high[first:], low[first:], close[first:], atr_length)
    distance = at_the_end(factor * reach, len(close))
    middle = at_the_end(ema(((high + low + close) / 3)[max(0, -later) :], length), len(close))
    return middle + distance, middle, middle - distance


def donchian(high: Series, low: Series, length: int) -> tuple[Series, Series, Series]:
    """Return the highest highs, the middles and the lowest lows."""
    upper, lower = highest(high, length), lowest(low, length)
    return upper, (upper + lower) / 2, lower
