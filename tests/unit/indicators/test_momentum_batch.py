"""Momentum of whole series, by hand; that it is the streamed one is a property of all twins."""

import numpy as np
import pytest

from noctule.indicators.momentum_batch import cci, macd, roc, rsi

NAN = float("nan")


def test_an_rsi_begins_after_so_many_moves() -> None:
    told = rsi(np.array([10.0, 12.0, 11.0, 11.0, 15.0, 14.0]), 2)

    values = [NAN, NAN, 200 / 3, 200 / 3, 1_800 / 19, 200 / 3]
    assert told.tolist() == pytest.approx(values, nan_ok=True)


def test_an_rsi_of_a_price_that_never_moves_is_0() -> None:
    assert rsi(np.array([2.0] * 5), 2)[2:].tolist() == [0.0, 0.0, 0.0]


def test_a_macd_comes_as_line_signal_and_histogram() -> None:
    told = macd(np.array([1.0, 2.0, 6.0, 5.0, 8.0]), 1, 3, 2)

    assert np.isnan(np.array(told)[:, :3]).all()
    assert [told.line[3], told.signal[3], told.histogram[3]] == [1.0, 2.0, -1.0]
    assert np.array_equal(told.histogram[3:], told.line[3:] - told.signal[3:])


def test_a_roc_is_0_from_nothing() -> None:
    told = roc(np.array([4.0, 0.0, 5.0, 7.0]), 2)

    assert told.tolist() == pytest.approx([NAN, NAN, 25.0, 0.0], nan_ok=True)


def test_a_cci_is_0_where_nothing_deviates() -> None:
    prices = np.array([10.0, 11.0, 15.0, 15.0, 15.0])
    told = cci(prices, prices - 1.0, prices + 1.0, 3)

    values = [NAN, NAN, 100.0, 50.0, 0.0]
    assert told.tolist() == pytest.approx(values, nan_ok=True)


def test_lengths_that_make_no_sense_are_refused() -> None:
    prices = np.array([10.0, 11.0, 15.0, 15.0, 15.0])

    with pytest.raises(ValueError, match="length is 0, the least is 2"):
        rsi(prices, 0)
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        roc(prices, 0)
    with pytest.raises(ValueError, match="slow is 2, the least is 3"):
        macd(prices, 2, 2, 1)
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        cci(prices, prices, prices, 0)


def test_a_series_that_is_too_short_has_no_values() -> None:
    prices = np.array([10.0, 11.0, 15.0])

    assert np.isnan(rsi(prices, 3)).all()
    assert np.isnan(roc(prices, 3)).all()
    assert np.isnan(np.array(macd(prices, 1, 3, 2))).all()
    assert np.isnan(cci(prices, prices, prices, 4)).all()
