"""Trailing lines of whole series, by hand; that they are the streamed ones is a property."""

import numpy as np

from noctule.indicators.trailing_batch import parabolic_sar, supertrend


def test_lines_come_with_their_directions() -> None:
    high = np.array([101.0, 101.0, 102.0, 90.0, 90.0])
    low, close = high - 2, high - 1
    line, direction = supertrend(high, low, close, 1, 1.0)

    assert np.isnan([line[0], direction[0]]).all()
    assert line[1:].tolist() == [98.0, 99.0, 102.0, 91.0]
    assert direction[1:].tolist() == [1.0, 1.0, -1.0, -1.0]


def test_stops_turn_where_they_are_reached() -> None:
    high = np.array([20.0, 30.0, 29.0, 28.0])
    low = np.array([10.0, 20.0, 12.0, 11.0])
    told = parabolic_sar(high, low, 0.1, 0.2)

    assert np.isnan(told[0])
    assert told[1:].tolist() == [10.0, 30.0, 30.0]


def test_a_stop_that_begins_above_turns_up_where_it_is_reached() -> None:
    high = np.array([20.0, 15.0, 19.5, 21.0])
    low = np.array([10.0, 5.0, 8.0, 15.0])

    assert parabolic_sar(high, low, 0.1, 0.2)[1:].tolist() == [20.0, 5.0, 5.0]
