"""Volumes of whole series, by hand; that they are the streamed ones is a property of all twins."""

import numpy as np

from noctule.indicators.volume_batch import delta, mfi, obv


def test_on_balance_volume_has_a_value_from_the_first_candle_on() -> None:
    close = np.array([10.0, 11.0, 11.0, 10.0])

    assert obv(close, np.array([5.0, 2.0, 9.0, 4.0])).tolist() == [5.0, 7.0, 7.0, 3.0]


def test_the_money_flow_index_has_one_when_enough_could_move() -> None:
    price = np.array([10.0, 12.0, 10.0, 10.0, 10.0])
    told = mfi(price, price, price, np.array([99.0, 5.0, 2.0, 7.0, 7.0]), 2)

    assert np.isnan(told[:2]).all()
    assert told[2:].tolist() == [75.0, 0.0, 0.0]


def test_the_delta_is_bought_less_sold() -> None:
    told = delta(np.array([3.0, 1.0, 0.0]), np.array([4.0, 5.0, 0.0]), 2)

    assert np.isnan(told[0])
    assert told[1:].tolist() == [-1.0, -3.0]
