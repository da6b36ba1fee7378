"""Smoothed and volume-weighted averages equal TA-Lib's to 1e-9, or are exact where it is not."""

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
import pytest
import talib
from numpy.typing import NDArray

from noctule.indicators import Hma, Rma, SessionVwap, Vwap
from noctule.indicators.vwap import DAY_MS
from tests.conformance.exact_indicators import Exact, Exactly
from tests.conformance.talib_rivals import (
    Rival,
    assert_equal_but_where_talib_is_inexact,
    every_recorded,
    every_series,
    series_of,
)
from tests.indicator_series import Columns, needs_candles, recorded


def _rma(c: Columns, length: int) -> Any:
    return talib.RMA(c.close, length)


def _hma(c: Columns, length: int) -> Any:
    return talib.HMA(c.close, length)


def _vwma(c: Columns, length: int) -> Any:
    return talib.VWMA(talib.TYPPRICE(c.high, c.low, c.close), c.volume, length)


def _vwap(c: Columns) -> NDArray[np.float64]:
    """Let TA-Lib's begin anew with each day: it knows no sessions."""
    days = np.flatnonzero(np.diff(c.open_ms // DAY_MS)) + 1
    told = [
        talib.VWAP(*(column[start:stop] for column in c.of(("high", "low", "close", "volume"))))
        for start, stop in zip([0, *days], [*days, len(c)], strict=True)
    ]
    return np.concatenate(told)


def _exact_rma(columns: Columns, length: int) -> Exact:
    """Far back an old price counts for less than the last digit of the sum."""
    reach = 60 * length

    def at(place: int) -> tuple[Exactly, ...]:
        assert place < reach, f"RMA differs after {place}, where its beginning is forgotten"
        closes = [Fraction(close) for close in columns.close[: place + 1].tolist()]
        value = sum(closes[:length], Fraction(0)) / length
        for close in closes[length:]:
            value += (close - value) / length
        return (Exactly(value),)

    return at


def _exact_hma(columns: Columns, length: int) -> Exact:
    closes = [Fraction(close) for close in columns.close.tolist()]

    def weighted(numbers: list[Fraction]) -> Fraction:
        total = sum((count * number for count, number in enumerate(numbers, 1)), Fraction(0))
        return total / sum(range(len(numbers) + 1))

    def ahead(place: int) -> Fraction:
        fast = closes[place + 1 - length // 2 : place + 1]
        return 2 * weighted(fast) - weighted(closes[place + 1 - length : place + 1])

    def at(place: int) -> tuple[Exactly, ...]:
        smoothed = range(place + 1 - isqrt(length), place + 1)
        return (Exactly(weighted([ahead(each) for each in smoothed])),)

    return at


def _exact_vwma(columns: Columns, length: int) -> Exact:
    return lambda place: _exact_mean_paid(columns, place + 1 - length, place)


def _exact_vwap(columns: Columns) -> Exact:
    days = columns.open_ms // DAY_MS
    return lambda place: _exact_mean_paid(columns, int(np.argmax(days == days[place])), place)


def _exact_mean_paid(columns: Columns, first: int, last: int) -> tuple[Exactly, ...]:
    rows = columns.part(first, last + 1).rows(("high", "low", "close", "volume"))
    candles = [tuple(map(Fraction, row)) for row in rows]
    typical = [(high + low + close) / 3 for high, low, close, _ in candles]
    volume = sum((traded for *_, traded in candles), Fraction(0))
    if not volume:
        return (Exactly(typical[-1]),)
    paid = (price * traded for price, (*_, traded) in zip(typical, candles, strict=True))
    return (Exactly(sum(paid, Fraction(0)) / volume),)


USUAL = (
    Rival(Rma, (14,), _rma, _exact_rma),
    Rival(Hma, (16,), _hma, _exact_hma),
    Rival(Vwap, (20,), _vwma, _exact_vwma),
    Rival(SessionVwap, (), _vwap, _exact_vwap),
)
SHORT = (
    Rival(Rma, (2,), _rma, _exact_rma),
    Rival(Hma, (2,), _hma, _exact_hma),
    Rival(Hma, (9,), _hma, _exact_hma),
    Rival(Hma, (15,), _hma, _exact_hma),
    Rival(Vwap, (2,), _vwma, _exact_vwma),
)


@every_series
@pytest.mark.parametrize("rival", USUAL + SHORT, ids=str)
def test_it_equals_talib_on_series_that_are_made_up(rival: Rival, series: str) -> None:
    assert_equal_but_where_talib_is_inexact(rival, series_of(series))


@needs_candles
@every_recorded
@pytest.mark.parametrize("rival", USUAL, ids=str)
def test_it_equals_talib_on_recorded_candles(rival: Rival, symbol: str, timeframe: str) -> None:
    assert_equal_but_where_talib_is_inexact(rival, recorded(symbol, timeframe))
