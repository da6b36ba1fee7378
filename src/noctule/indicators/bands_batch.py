"""Bands around the price over whole series: what the streaming indicators say, NaN before.

Each function returns the arrays that the fields of its indicator's values make, in their order.
"""

from noctule.indicators.window_batch import Series, highest, lowest

__all__ = ["donchian"]


def donchian(high: Series, low: Series, length: int) -> tuple[Series, Series, Series]:
    """Return the highest highs, the middles and the lowest lows."""
    upper, lower = highest(high, length), lowest(low, length)
    return upper, (upper + lower) / 2, lower
