"""Swings of whole series stand from the candle on that confirmed them."""

import numpy as np
import pytest

from noctule.indicators.swings_batch import swings

OPENS = np.arange(6) * 1_000
HIGH = np.array([5.0, 9.0, 7.0, 9.0, 9.0, 3.0])


def test_a_swing_stands_from_its_confirmation_to_the_next_one() -> None:
    told = np.array(swings(HIGH, HIGH - 1, OPENS, 1, 1))

    assert np.isnan(told[:, :2]).all()
    assert np.isnan(told[3:, 2]).all()
    assert told[:3, 2:].tolist() == [[9.0] * 4, [1_000.0] * 4, [2_000.0] * 4]
    assert told[3:, 3:].tolist() == [[6.0] * 3, [2_000.0] * 3, [3_000.0] * 3]


def test_of_equal_ones_the_first_counts_if_asked_for() -> None:
    price, opened, confirmed, *_ = swings(HIGH, HIGH - 1, OPENS, 1, 1, "first")

    assert (price[4], opened[4], confirmed[4]) == (9.0, 3_000.0, 4_000.0)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_a_series_that_is_too_short_has_none(size: int) -> None:
    told = np.array(swings(HIGH[:size], HIGH[:size], OPENS[:size], 1, 1))

    assert told.shape == (6, size)
    assert np.isnan(told).all()
