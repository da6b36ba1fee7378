"""Ranges and returns: by hand on a few candles, and written out in full on many."""

from math import e, inf, log, sqrt

import numpy as np
import pytest

from noctule.indicators.volatility import Atr, RealisedVolatility
from tests.indicator_series import HARD, hard


def test_a_true_range_reaches_to_the_close_before() -> None:
    atr = Atr(1)
    candles = [
        (11.0, 9.0, 10.0),  # no close before it
        (12.0, 9.5, 11.0),  # 2.5 high, the close before lies within
        (15.0, 14.0, 14.0),  # gapped up: from 11 to 15
        (11.0, 10.0, 10.5),  # gapped down: from 14 to 10
        (10.5, 10.5, 10.5),  # on the close before: nothing
    ]

    assert [atr.update(*candle) for candle in candles] == [None, 2.5, 4.0, 4.0, 0.0]


def test_the_average_begins_with_a_mean_and_goes_on_by_one_part_in_its_length() -> None:
    atr = Atr(3)
    values = [atr.update(100.0 + reach, 100.0, 100.0) for reach in (50, 1, 2, 6, 9, 3)]

    assert values == [None, None, None, 3.0, 5.0, (5 * 2 + 3) / 3]
    assert atr.warmup == 4


@pytest.mark.parametrize("name", HARD)
def test_the_average_is_the_sum_of_all_ranges_by_their_weights(name: str) -> None:
    columns, length, atr = hard(name), 9, Atr(9)
    told = [atr.update(*row) for row in columns.rows(atr.inputs)]

    before = columns.close[:-1]
    reach = np.maximum(columns.high[1:], before) - np.minimum(columns.low[1:], before)
    for place in (length, length + 1, 60, 399):
        weights = np.full(place, 1 / length)
        weights *= (1 - 1 / length) ** np.minimum(np.arange(place)[::-1], place - length)
        assert told[place] == pytest.approx((weights * reach[:place]).sum(), rel=1e-9)


def test_realised_volatility_is_the_root_of_the_mean_squared_return() -> None:
    volatility = RealisedVolatility(2)
    values = [volatility.update(price) for price in (1.0, e, 1.0, 1.0)]

    assert values == [None, None, 1.0, sqrt(0.5)]
    assert volatility.warmup == 3


def test_of_a_year_it_is_greater_by_the_root_of_the_candles_in_it() -> None:
    candle, year = RealisedVolatility(1), RealisedVolatility(1, 365)
    for price in (100.0, 102.0):
        candle.update(price)
        year.update(price)

    assert candle.value == pytest.approx(log(1.02))
    assert year.value == pytest.approx(log(1.02) * sqrt(365))


@pytest.mark.parametrize("name", HARD)
def test_it_is_what_numpy_makes_of_the_returns(name: str) -> None:
    close, volatility = hard(name).close, RealisedVolatility(12, 8760)
    told = [volatility.update(price) for price in close.tolist()]

    windows = np.lib.stride_tricks.sliding_window_view(np.diff(np.log(close)), 12)
    right = np.sqrt((windows**2).mean(axis=1) * 8760)
    assert told[12:] == pytest.approx(right.tolist(), rel=1e-9)


@pytest.mark.parametrize("kind", [Atr, RealisedVolatility])
def test_they_look_back_on_one_candle_at_least(kind: type[Atr | RealisedVolatility]) -> None:
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        kind(0)


@pytest.mark.parametrize("candles", [0.5, -inf, float("nan")])
def test_a_year_has_a_candle_at_least(candles: float) -> None:
    with pytest.raises(ValueError, match=r"candles_a_year is .*, the least is 1"):
        RealisedVolatility(5, candles)
