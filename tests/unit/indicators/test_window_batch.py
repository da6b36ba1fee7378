"""Sums and extremes over whole series are, at each number, what looking at the window says."""

import numpy as np
import pytest

from noctule.indicators.extremes import Highest, Lowest
from noctule.indicators.window import WeightedWindow
from noctule.indicators.window_batch import highest, lowest, rolling_sum, weighted_sum
from tests.indicator_series import walk

CLOSES = walk(1, 101).close


@pytest.mark.parametrize("length", [1, 2, 7, 100, 101, 102])
@pytest.mark.parametrize("size", [0, 1, 6, 7, 101])
def test_they_are_bit_for_bit_what_streams(length: int, size: int) -> None:
    numbers = CLOSES[:size]
    window, top, bottom = WeightedWindow(length), Highest(length), Lowest(length)
    rows = [
        (window.total, window.weighted, top.value, bottom.value) if is_full else (np.nan,) * 4
        for number in numbers.tolist()
        for is_full in [window.push(number) & top.push(number) & bottom.push(number)]
    ]

    told = [twin(numbers, length) for twin in (rolling_sum, weighted_sum, highest, lowest)]

    assert np.array_equal(np.column_stack(told), np.reshape(rows, (-1, 4)), equal_nan=True)
