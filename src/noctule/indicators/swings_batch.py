"""Swing highs and lows over whole series: what the streaming indicator says, NaN before.

A swing stands in the arrays only from the candle on that confirmed it.
"""

import numpy as np
from numpy.typing import NDArray

from noctule.indicators.window_batch import Series, at_the_end, highest

__all__ = ["swings"]

Times = NDArray[np.int64]


def swings(
    high: Series, low: Series, open_ms: Times, left: int, right: int, ties: str = "none"
) -> tuple[Series, ...]:
    """Return price, opening and confirmation of the latest swing highs, then of the lows."""
    high_swings = _latest(high, open_ms, left, right, ties)
    minus_low, *low_times = _latest(-low, open_ms, left, right, ties)
    return (*high_swings, -minus_low, *low_times)


def _latest(
    prices: Series, open_ms: Times, left: int, right: int, ties: str
) -> tuple[Series, Series, Series]:
    """Find those that tower above both sides, and let each stand until the next one."""
    known = np.arange(left + right, len(prices))  # the candle at whose close it is judged …
    stood = known - right  # … that stood so long before
    before, after = highest(prices, left)[stood - 1], highest(prices, right)[known]
    here = prices[stood]
    is_above = (here >= after) if ties == "first" else (here > after)
    found = np.where((here > before) & is_above, known, -1)
    latest = np.maximum.accumulate(found)
    there_is = latest >= 0
    times = open_ms.astype(np.float64)
    columns = (prices[latest - right], times[latest - right], times[latest])
    at_price, at_ms, known_ms = (
        at_the_end(np.where(there_is, column, np.nan), len(prices)) for column in columns
    )
    return at_price, at_ms, known_ms
