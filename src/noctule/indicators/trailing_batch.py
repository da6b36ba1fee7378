"""Lines that follow the price over whole series: what the streaming indicators say, NaN before.

Each place leans on the one before, so they are walked through in order.
"""

import numpy as np

from noctule.indicators.volatility_batch import atr
from noctule.indicators.window_batch import Series, at_the_end

__all__ = ["parabolic_sar", "supertrend"]


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


def parabolic_sar(high: Series, low: Series, step: float = 0.02, step_max: float = 0.2) -> Series:
    """Return the stops; a downward trend is an upward one of prices with their signs changed."""
    upwards = high.tolist(), low.tolist()
    downwards = (-low).tolist(), (-high).tolist()
    stops: list[float] = []
    stop, furthest, share, sign = 0.0, 0.0, step, 1
    for place in range(1, len(high)):
        if place == 1:
            sign = _first_sign(*high[:2].tolist(), *low[:2].tolist())
        tops, bottoms = upwards if sign > 0 else downwards
        if place == 1:
            stop, furthest = bottoms[0], tops[1]
        turns = bottoms[place] <= stop
        if turns:
            sign = -sign
            tops, bottoms = downwards if sign < 0 else upwards
        bottom = min(bottoms[place], bottoms[max(1, place - 1)])
        if turns:
            stop, share, furthest = min(-furthest, bottom), step, tops[place]
        elif tops[place] > furthest:
            share, furthest = min(share + step, step_max), tops[place]
        stops.append(sign * stop)
        stop = min(stop + share * (furthest - stop), bottom)
    return at_the_end(np.array(stops), len(high))


def _first_sign(high: float, second_high: float, low: float, second_low: float) -> int:
    fell, rose = low - second_low, second_high - high
    return -1 if fell > 0 and fell > rose else 1
