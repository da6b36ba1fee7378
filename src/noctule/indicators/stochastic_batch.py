"""Where numbers stand in their range over whole series: what the streaming ones say, NaN before."""

from typing import NamedTuple

import numpy as np

from noctule.indicators.averages_batch import sma
from noctule.indicators.momentum_batch import rsi
from noctule.indicators.window_batch import Series, at_the_end, highest, lowest

__all__ = ["StochasticSeries", "stoch_rsi", "stochastic"]


class StochasticSeries(NamedTuple):
    """The places in the range, %K, and their averages, %D."""

    k: Series
    d: Series


def stochastic(
    high: Series,
    low: Series,
    close: Series,
    length: int = 14,
    slowing: int = 3,
    smoothing: int = 3,
) -> StochasticSeries:
    """Return the smoothed places of the closes in the range of the latest candles."""
    places = _places(lowest(low, length), highest(high, length), close)[length - 1 :]
    return _smoothed(sma(places, slowing)[slowing - 1 :], smoothing, len(close))


def stoch_rsi(
    numbers: Series, length: int = 14, reach: int = 14, smoothing: int = 3
) -> StochasticSeries:
    """Return the places of the RSI in the range of its latest values."""
    strength = rsi(numbers, length)[length:]
    places = _places(lowest(strength, reach), highest(strength, reach), strength)[reach - 1 :]
    return _smoothed(places, smoothing, len(numbers))


def _places(least: Series, most: Series, numbers: Series) -> Series:
    width = (most - least) / 100
    return np.divide(numbers - least, width, out=np.zeros_like(width), where=width != 0)


def _smoothed(k: Series, smoothing: int, size: int) -> StochasticSeries:
    d = sma(k, smoothing)[smoothing - 1 :]
    return StochasticSeries(at_the_end(k[smoothing - 1 :], size), at_the_end(d, size))
