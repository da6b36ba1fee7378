"""Whole series are counted in the same whole units as what streams, and lose as little."""

import numpy as np
import pytest

from noctule.indicators.exact import ONE, Moments
from noctule.indicators.exact_batch import latest_sums, means, newest, units, variances
from tests.indicator_series import hard

CLOSES = hard("spikes").close


def test_a_number_is_so_many_units_exactly() -> None:
    assert units(np.array([1.0, -0.5, 0.0, 1e-39])).tolist() == [ONE, -ONE // 2, 0, 0]


def test_sums_are_those_of_the_latest_numbers() -> None:
    whole = np.array([1, 2, 4, 8 * ONE], dtype=object)

    assert latest_sums(whole, 1).tolist() == [1, 2, 4, 8 * ONE]
    assert latest_sums(whole, 3).tolist() == [7, 6 + 8 * ONE]
    assert latest_sums(whole, 5).tolist() == []


@pytest.mark.parametrize("length", [1, 2, 50])
def test_mean_variance_and_distance_are_those_of_the_streaming_window(length: int) -> None:
    moments = Moments(length)
    told = [
        (moments.mean, moments.variance, moments.newest)
        for number in CLOSES.tolist()
        if moments.push(number)
    ]

    whole = units(CLOSES)
    columns = (means(whole, length), variances(whole, length), newest(whole, length))
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == told
