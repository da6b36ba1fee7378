"""Direction of whole series, by hand; that it is the streamed one is a property of all twins."""

import numpy as np
import pytest

from noctule.indicators.directional_batch import adx, aroon

CANDLES = np.array([[10.0, 8.0, 9.0], [12.0, 9.0, 11.0], [13.0, 9.5, 10.0], [12.0, 6.0, 7.0]])


def test_directional_movement_comes_as_adx_plus_and_minus() -> None:
    high, low, close = CANDLES.T
    told = np.array(adx(high, low, close, 2))

    assert np.isnan(told[:, :3]).all()
    values = [(100 + 100 * 2.5 / 4.5) / 2, 100 / 8.5, 350 / 8.5]
    assert told[:, 3].tolist() == pytest.approx(values)


def test_where_nothing_moves_everything_is_0() -> None:
    flat = np.array([5.0] * 6)

    assert np.array(adx(flat, flat, flat, 2))[:, 3:].tolist() == [[0.0] * 3] * 3


def test_aroon_comes_as_up_down_and_oscillator() -> None:
    highs = np.array([9.0, 12.0, 10.0, 10.0, 11.0, 8.0])
    lows = np.array([5.0, 6.0, 6.0, 4.0, 7.0, 7.0])
    told = np.array(aroon(highs, lows, 4))

    assert np.isnan(told[:, :4]).all()
    assert told[:, 4:].T.tolist() == [[25.0, 75.0, -50.0], [0.0, 50.0, -50.0]]


def test_lengths_that_make_no_sense_are_refused() -> None:
    flat = np.array([5.0] * 6)

    with pytest.raises(ValueError, match="length is 1, the least is 2"):
        adx(flat, flat, flat, 1)


def test_a_series_that_is_too_short_has_no_values() -> None:
    high, low, close = CANDLES[:2].T

    assert np.isnan(np.array(adx(high, low, close, 2))).all()
    assert np.isnan(np.array(aroon(high, low, 2))).all()
