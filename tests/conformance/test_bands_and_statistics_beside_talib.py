"""Bands, lines, swings, volume and statistics equal TA-Lib's to 1e-9, or are exact where it is not.

Its sums cancel now and then: a slope near nothing, a variance of two nearly equal prices, a money
flow that is none. Nothing else differs.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import talib
from numpy.typing import NDArray

from noctule.indicators import (
    Atr,
    Bollinger,
    Correlation,
    Donchian,
    Keltner,
    LinearSlope,
    Mfi,
    Obv,
    ParabolicSar,
    StdDev,
    Supertrend,
    Swings,
    Variance,
)
from tests.conformance.exact_indicators import Exact, Exactly
from tests.conformance.talib_rivals import (
    Rival,
    assert_equal_but_where_talib_is_inexact,
    every_recorded,
    every_series,
    series_of,
)
from tests.indicator_series import Columns, needs_candles, recorded
from tests.indicator_table import Case

Fractions = list[Fraction]


def _fractions(numbers: NDArray[np.float64]) -> Fractions:
    return [Fraction(number) for number in numbers.tolist()]


def _windowed(formula: Callable[[Columns], Fraction], before: int = 0) -> Callable[..., Exact]:
    """Return what is exact of the latest candles, and so many before, by a formula."""

    def exact(columns: Columns, length: int) -> Exact:
        reach = length + before
        return lambda place: (Exactly(formula(columns.part(place + 1 - reach, place + 1))),)

    return exact


def _variance(window: Columns) -> Fraction:
    prices = _fractions(window.close)
    mean = sum(prices) / len(prices)
    return Fraction(sum((price - mean) ** 2 for price in prices) / len(prices))


def _deviation(window: Columns) -> Fraction:
    return _root(_variance(window))


def _slope(window: Columns) -> Fraction:
    middle = Fraction(len(window) - 1, 2)
    rise = sum((place - middle) * price for place, price in enumerate(_fractions(window.close)))
    return Fraction(rise / sum((place - middle) ** 2 for place in range(len(window))))


def _correlation(window: Columns) -> Fraction:
    pairs = [_fractions(column) for column in (window.close, window.volume)]
    first, second = ([each - sum(numbers) / len(window) for each in numbers] for numbers in pairs)
    together = sum(one * other for one, other in zip(first, second, strict=True))
    spread = sum(one**2 for one in first) * sum(other**2 for other in second)
    return Fraction(together) / _root(Fraction(spread)) if spread else Fraction(0)


def _money_flow(window: Columns) -> Fraction:
    typical = (window.high + window.low + window.close) / 3
    now, before = typical[1:], typical[:-1]
    moves = np.where(np.abs(now - before) > 1e-14 * (now + before), np.sign(now - before), 0)
    turnovers = zip(_fractions(now), _fractions(window.volume[1:]), strict=True)
    flows = [price * volume for price, volume in turnovers]
    rising, falling = (
        Fraction(sum(flow for flow, move in zip(flows, moves.tolist(), strict=True) if move == way))
        for way in (1, -1)
    )
    return 100 * rising / (rising + falling) if rising + falling else Fraction(0)


def _root(square: Fraction) -> Fraction:
    """Return the root to more digits than any float has."""
    if not square:
        return square
    guess = Fraction(float(square) ** 0.5)
    return (guess + square / guess) / 2


def _asked(function: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """Let a function of TA-Lib take columns of these names."""
    return lambda columns, *arguments: function(*columns.of(names), *arguments)


def _bollinger(columns: Columns, length: int, factor: float) -> Any:
    return talib.BBANDS(columns.close, length, factor, factor)


def _supertrend(columns: Columns, length: int, factor: float) -> Any:
    line, direction = talib.SUPERTREND(columns.high, columns.low, columns.close, length, factor)
    return line, np.where(np.isnan(line), np.nan, direction)


_CANDLE = ("high", "low", "close")
_atr, _keltner = _asked(talib.ATR, *_CANDLE), _asked(talib.KC, *_CANDLE)
_correl = _asked(talib.CORREL, "close", "volume")
_donchian, _sar = (_asked(function, "high", "low") for function in (talib.DONCHIAN, talib.SAR))
_mfi = _asked(talib.MFI, *_CANDLE, "volume")
_rise, _stddev, _var = (
    _asked(function, "close") for function in (talib.LINEARREG_SLOPE, talib.STDDEV, talib.VAR)
)

USUAL = (
    Rival(Atr, (14,), _atr),
    Rival(Bollinger, (20, 2.0), _bollinger),
    Rival(Correlation, (30,), _correl, _windowed(_correlation)),
    Rival(Donchian, (20,), _donchian),
    Rival(Keltner, (20, 10, 2.0), _keltner),
    Rival(LinearSlope, (14,), _rise, _windowed(_slope)),
    Rival(Mfi, (14,), _mfi, _windowed(_money_flow, before=1)),
    Rival(Obv, (), _asked(talib.OBV, "close", "volume")),
    Rival(ParabolicSar, (0.02, 0.2), _sar),
    Rival(StdDev, (20,), _stddev, _windowed(_deviation)),
    Rival(Supertrend, (10, 3.0), _supertrend),
    Rival(Variance, (20,), _var, _windowed(_variance)),
)
OTHER = (
    Rival(Atr, (1,), _atr),
    Rival(Bollinger, (5, 1.0), _bollinger),
    Rival(Correlation, (5,), _correl, _windowed(_correlation)),
    Rival(Donchian, (2,), _donchian),
    Rival(Keltner, (5, 14, 1.5), _keltner),
    Rival(LinearSlope, (2,), _rise, _windowed(_slope)),
    Rival(Mfi, (2,), _mfi, _windowed(_money_flow, before=1)),
    Rival(ParabolicSar, (0.05, 0.1), _sar),
    Rival(StdDev, (100,), _stddev, _windowed(_deviation)),
    Rival(Supertrend, (7, 1.0), _supertrend),
    Rival(Variance, (2,), _var, _windowed(_variance)),
)


@every_series
@pytest.mark.parametrize("rival", USUAL + OTHER, ids=str)
def test_it_equals_talib_on_series_that_are_made_up(rival: Rival, series: str) -> None:
    assert_equal_but_where_talib_is_inexact(rival, series_of(series))


@needs_candles
@every_recorded
@pytest.mark.parametrize("rival", USUAL, ids=str)
def test_it_equals_talib_on_recorded_candles(rival: Rival, symbol: str, timeframe: str) -> None:
    assert_equal_but_where_talib_is_inexact(rival, recorded(symbol, timeframe))


@every_series
@pytest.mark.parametrize(("left", "right"), [(1, 1), (2, 2), (5, 3)])
def test_swings_are_its_fractals_on_series_that_are_made_up(
    series: str, left: int, right: int
) -> None:
    assert_swings_are_fractals(series_of(series), left, right)


@needs_candles
@every_recorded
def test_swings_are_its_fractals_on_recorded_candles(symbol: str, timeframe: str) -> None:
    assert_swings_are_fractals(recorded(symbol, timeframe), 2, 2)


def assert_swings_are_fractals(columns: Columns, left: int, right: int) -> None:
    told = Case(Swings, (left, right), talib.FRACTAL).streamed(columns)
    fractals = talib.FRACTAL(columns.high, columns.low, left, right)

    for first, prices, is_fractal in zip(
        (0, 3), (columns.high, columns.low), fractals, strict=True
    ):
        is_news = told[:, first + 2] == columns.open_ms
        np.testing.assert_array_equal(is_news, is_fractal == 100)
        stood = np.flatnonzero(is_news) - right
        np.testing.assert_array_equal(told[is_news, first], prices[stood])
        np.testing.assert_array_equal(told[is_news, first + 1], columns.open_ms[stood])
