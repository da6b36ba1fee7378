"""Averages, momentum and direction equal TA-Lib's to 1e-9, or are exact where that one is not."""

from fractions import Fraction
from typing import Any

import pytest
import talib
from talib._ta_lib import MA_Type

from noctule.indicators import Adx, Aroon, Cci, Ema, Macd, Roc, Rsi, Sma, Stochastic, StochRsi, Wma
from tests.conformance.exact_indicators import (
    Exact,
    Exactly,
    exact_cci,
    exact_macd,
    exact_stoch_rsi,
    exact_stochastic,
    exact_wma,
)
from tests.conformance.talib_rivals import (
    Rival,
    assert_equal_but_where_talib_is_inexact,
    every_recorded,
    every_series,
    series_of,
)
from tests.indicator_series import Columns, needs_candles, recorded

SMA = MA_Type.SMA


def _adx(c: Columns, length: int) -> Any:
    return tuple(f(c.high, c.low, c.close, length) for f in _DIRECTIONAL)


_DIRECTIONAL = (talib.ADX, talib.PLUS_DI, talib.MINUS_DI)


def _aroon(c: Columns, length: int) -> Any:
    down, up = talib.AROON(c.high, c.low, length)
    return up, down, talib.AROONOSC(c.high, c.low, length)


def _cci(c: Columns, length: int) -> Any:
    return talib.CCI(c.high, c.low, c.close, length)


def _exact_but_wrong(columns: Columns, length: int) -> Exact:
    return lambda place: (Exactly(Fraction(_cci(columns, length)[place]) * (1 + Fraction(2e-9))),)


def _ema(c: Columns, length: int) -> Any:
    return talib.EMA(c.close, length)


def _macd(c: Columns, fast: int, slow: int, signal: int) -> Any:
    return talib.MACD(c.close, fast, slow, signal)


def _roc(c: Columns, length: int) -> Any:
    return talib.ROC(c.close, length)


def _rsi(c: Columns, length: int) -> Any:
    return talib.RSI(c.close, length)


def _sma(c: Columns, length: int) -> Any:
    return talib.SMA(c.close, length)


def _stoch_rsi(c: Columns, length: int, reach: int, smoothing: int) -> Any:
    return talib.STOCHRSI(c.close, length, reach, smoothing, SMA)


def _stochastic(c: Columns, length: int, slowing: int, smoothing: int) -> Any:
    return talib.STOCH(c.high, c.low, c.close, length, slowing, SMA, smoothing, SMA)


def _wma(c: Columns, length: int) -> Any:
    return talib.WMA(c.close, length)


USUAL = (
    Rival(Adx, (14,), _adx),
    Rival(Aroon, (25,), _aroon),
    Rival(Cci, (20,), _cci, exact_cci),
    Rival(Ema, (20,), _ema),
    Rival(Macd, (12, 26, 9), _macd, exact_macd),
    Rival(Roc, (10,), _roc),
    Rival(Rsi, (14,), _rsi),
    Rival(Sma, (20,), _sma),
    Rival(Stochastic, (14, 3, 3), _stochastic, exact_stochastic),
    Rival(StochRsi, (14, 14, 3), _stoch_rsi, exact_stoch_rsi),
    Rival(Wma, (20,), _wma, exact_wma),
)
SHORT = (
    Rival(Adx, (2,), _adx),
    Rival(Aroon, (2,), _aroon),
    Rival(Cci, (2,), _cci, exact_cci),
    Rival(Ema, (2,), _ema),
    Rival(Macd, (2, 3, 2), _macd, exact_macd),
    Rival(Roc, (1,), _roc),
    Rival(Rsi, (2,), _rsi),
    Rival(Sma, (200,), _sma),
    Rival(Stochastic, (5, 1, 4), _stochastic, exact_stochastic),
    Rival(StochRsi, (7, 5, 2), _stoch_rsi, exact_stoch_rsi),
    Rival(Wma, (2,), _wma, exact_wma),
)


@every_series
@pytest.mark.parametrize("rival", USUAL + SHORT, ids=str)
def test_it_equals_talib_on_series_that_are_made_up(rival: Rival, series: str) -> None:
    assert_equal_but_where_talib_is_inexact(rival, series_of(series), with_leeway=True)


def test_one_that_differs_without_being_exact_would_be_found() -> None:
    impostor = Rival(Cci, (20,), lambda c, length: _cci(c, length) * (1 + 2e-9), _exact_but_wrong)

    with pytest.raises(AssertionError, match="after 19"):
        assert_equal_but_where_talib_is_inexact(impostor, series_of("walk"), with_leeway=True)


@needs_candles
@every_recorded
@pytest.mark.parametrize("rival", USUAL, ids=str)
def test_it_equals_talib_on_recorded_candles(rival: Rival, symbol: str, timeframe: str) -> None:
    assert_equal_but_where_talib_is_inexact(rival, recorded(symbol, timeframe))
