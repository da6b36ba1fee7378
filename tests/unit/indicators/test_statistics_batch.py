"""Statistics of whole series are what numpy makes of each window, where numpy can."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from noctule.indicators.statistics_batch import (
    correlation,
    linear_slope,
    std_dev,
    variance,
    z_score,
)
from tests.indicator_series import walk

CANDLES = walk(4, 300)
LENGTH = 12
WINDOWS = sliding_window_view(CANDLES.close, LENGTH)


def test_variances_and_deviations_are_those_of_each_window() -> None:
    told = variance(CANDLES.close, LENGTH), std_dev(CANDLES.close, LENGTH)

    assert np.isnan(told[0][: LENGTH - 1]).all()
    np.testing.assert_allclose(told[0][LENGTH - 1 :], WINDOWS.var(axis=1), rtol=1e-9)
    np.testing.assert_allclose(told[1][LENGTH - 1 :], WINDOWS.std(axis=1), rtol=1e-9)


def test_z_scores_are_those_of_the_last_number_of_each_window() -> None:
    far = (WINDOWS[:, -1] - WINDOWS.mean(axis=1)) / WINDOWS.std(axis=1)

    np.testing.assert_allclose(z_score(CANDLES.close, LENGTH)[LENGTH - 1 :], far, atol=1e-9)


def test_slopes_are_those_of_a_polynomial_fitted_to_each_window() -> None:
    slopes = np.polyfit(np.arange(LENGTH), WINDOWS.T, 1)[0]

    np.testing.assert_allclose(linear_slope(CANDLES.close, LENGTH)[LENGTH - 1 :], slopes, rtol=1e-7)


def test_correlations_are_those_of_each_window() -> None:
    others = sliding_window_view(CANDLES.volume, LENGTH)
    pairs = zip(WINDOWS, others, strict=True)
    right = [np.corrcoef(prices, volumes)[0, 1] for prices, volumes in pairs]

    told = correlation(CANDLES.close, CANDLES.volume, LENGTH)
    np.testing.assert_allclose(told[LENGTH - 1 :], right, rtol=1e-7)


def test_where_all_are_equal_nothing_stands_out_or_correlates() -> None:
    flat, other = np.full(4, 0.1), np.array([1.0, 2.0, 3.0, 5.0])

    assert z_score(flat, 3).tolist()[2:] == [0.0, 0.0]
    assert variance(flat, 3).tolist()[2:] == [0.0, 0.0]
    assert linear_slope(flat, 3).tolist()[2:] == [0.0, 0.0]
    assert correlation(flat, other, 3).tolist()[2:] == [0.0, 0.0]


@pytest.mark.parametrize("twin", [variance, std_dev, z_score, linear_slope])
def test_a_series_that_is_too_short_says_nothing(twin: object) -> None:
    assert callable(twin)
    assert np.isnan(twin(np.array([1.0, 2.0]), 3)).tolist() == [True, True]
