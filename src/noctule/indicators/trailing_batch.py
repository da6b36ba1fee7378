"""Lines that follow the price over whole series: what the streaming indicators say, NaN before.

Each place leans on the one before, so they are walked through in order.
"""

import numpy as np

from noctule.indicators.volatility_batch import atr
from noctule.indicators.window_batch import Series, at_the_end

__all__ = ["supertrend"]


def supertrend(
    high: Series, low: Series, close: Series, length: int, factor: float
) -> tuple[Series, Series]:
    """Return the lines and the directions."""
    middle, distance = (high + low) / 2, factor * atr(high, low, close, length)
    uppers, lowers = (middle + distance)[length:].tolist(), (middle - distance)[length:].tolist()
    closes = close[length:].tolist()
    lines, directions = lowers[:1], [1.0][: len(lowers)]
    for place in range(1, len(closes)):
        before, now = place - 1, closes[place]
        if uppers[place] >= uppers[before] >= closes[before]:
            uppers[place] = uppers[before]
        if lowers[place] <= lowers[before] <= closes[before]:
            lowers[place] = lowers[before]
        goes_up = now >= lowers[place] if directions[before] > 0 else now > uppers[place]
        lines.append(lowers[place] if goes_up else uppers[place])
        directions.append(1.0 if goes_up else -1.0)
    return at_the_end(np.array(lines), len(close)), at_the_end(np.array(directions), len(close))
