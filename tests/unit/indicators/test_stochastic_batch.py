"""Places over whole series, by hand; that they are the streamed ones is a property of all twins."""

import numpy as np

from noctule.indicators.stochastic_batch import stoch_rsi, stochastic


def test_places_come_as_k_and_d_from_when_d_is_known() -> None:
    high, low, close = np.array([[10.0, 6.0, 8.0], [12.0, 8.0, 9.0], [11.0, 10.0, 11.0]]).T
    told = np.array(stochastic(high, low, close, 2, 1, 2))

    assert np.isnan(told[:, :2]).all()
    assert told[:, 2].tolist() == [75.0, 62.5]


def test_a_range_without_width_has_its_close_at_0() -> None:
    flat = np.array([5.0] * 3)

    assert np.array(stochastic(flat, flat, flat, 2, 1, 1))[:, 1:].tolist() == [[0.0, 0.0]] * 2


def test_the_rsi_is_placed_among_its_latest_values() -> None:
    told = np.array(stoch_rsi(np.array([10.0, 12.0, 11.0, 13.0, 14.0, 12.0]), 2, 3, 1))

    assert np.isnan(told[:, :4]).all()
    assert told[:, 4:].T.tolist() == [[100.0, 100.0], [0.0, 0.0]]
