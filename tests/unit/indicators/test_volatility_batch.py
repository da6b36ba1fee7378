"""Ranges and returns of whole series, by hand; that they are the streamed ones is a property."""

from math import log, sqrt

import numpy as np
import pytest

from noctule.indicators.volatility_batch import atr, realised_volatility

HIGH = np.array([11.0, 12.0, 15.0, 11.0])
LOW = np.array([9.0, 9.5, 14.0, 10.0])
CLOSE = np.array([10.0, 11.0, 14.0, 10.5])


def test_ranges_begin_with_their_mean() -> None:
    told = atr(HIGH, LOW, CLOSE, 2)

    assert np.isnan(told[:2]).all()
    assert told[2:].tolist() == [3.25, (3.25 + 4.0) / 2]


def test_a_series_without_enough_ranges_says_nothing() -> None:
    assert np.isnan(atr(HIGH, LOW, CLOSE, 4)).tolist() == [True] * 4


def test_returns_are_logarithmic_and_of_a_year() -> None:
    told = realised_volatility(CLOSE, 3, 4)
    squares = [log(1.1) ** 2, log(14 / 11) ** 2, log(0.75) ** 2]

    assert np.isnan(told[:3]).all()
    assert told[3] == pytest.approx(sqrt(sum(squares) / 3 * 4))
