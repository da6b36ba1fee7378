"""Averages of whole series, by hand; that they are the streamed ones is a property of all twins."""

from collections.abc import Callable

import numpy as np
import pytest

from noctule.indicators.averages_batch import ema, hma, rma, sma, wma
from noctule.indicators.window_batch import Series

NUMBERS = np.array([1.0, 3.0, 5.0, 4.0, 9.0, 7.0])
NAN = float("nan")
Twin = Callable[[Series, int], Series]


@pytest.mark.parametrize(
    ("averages", "values"),
    [
        (sma(NUMBERS, 3), [NAN, NAN, 3.0, 4.0, 6.0, 20 / 3]),
        (ema(NUMBERS, 3), [NAN, NAN, 3.0, 3.5, 6.25, 6.625]),
        (rma(NUMBERS, 2), [NAN, 2.0, 3.5, 3.75, 6.375, 6.6875]),
        (wma(NUMBERS, 3), [NAN, NAN, 22 / 6, 25 / 6, 40 / 6, 43 / 6]),
        (hma(NUMBERS, 4), [NAN, NAN, NAN, NAN, 22 / 3, 769 / 90]),
    ],
    ids=["sma", "ema", "rma", "wma", "hma"],
)
def test_averages_begin_with_nothing_and_have_a_value_at_each_number(
    averages: Series, values: list[float]
) -> None:
    assert averages.tolist() == pytest.approx(values, rel=1e-15, nan_ok=True)


@pytest.mark.parametrize(
    ("twin", "length"), [(sma, 0), (ema, 0), (rma, -1), (wma, 0), (hma, 1), (sma, 2.0)]
)
def test_a_length_that_makes_no_average_is_refused(twin: Twin, length: int) -> None:
    with pytest.raises(ValueError, match="length is"):
        twin(NUMBERS, length)


@pytest.mark.parametrize("twin", [sma, ema, rma, wma, hma])
def test_a_series_is_left_as_it_was(twin: Twin) -> None:
    before = NUMBERS.copy()
    twin(NUMBERS, 4)

    assert np.array_equal(NUMBERS, before)
