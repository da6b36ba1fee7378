"""Bands of whole series, by hand; that they are the streamed ones is a property of all twins."""

import numpy as np

from noctule.indicators.bands_batch import bollinger, donchian, keltner

HIGH = np.array([12.0, 11.0, 15.0, 11.0])
LOW = np.array([8.0, 9.0, 10.0, 7.0])
CLOSE = np.array([8.0, 12.0, 8.0, 8.0])


def test_donchian_channels_come_as_upper_middle_and_lower_band() -> None:
    bands = np.array(donchian(HIGH, LOW, 2))

    assert np.isnan(bands[:, 0]).all()
    assert bands[:, 1:].tolist() == [[12.0, 15.0, 15.0], [10.0, 12.0, 11.0], [8.0, 9.0, 7.0]]


def test_bollinger_bands_come_with_their_width_and_the_place_of_the_price() -> None:
    bands = np.array(bollinger(CLOSE, 2, 2.0))

    assert np.isnan(bands[:, 0]).all()
    assert bands[:, 1:].T.tolist() == [
        [14.0, 10.0, 6.0, 0.8, 0.75],
        [14.0, 10.0, 6.0, 0.8, 0.25],
        [8.0, 8.0, 8.0, 0.0, 0.5],
    ]


def test_prices_around_nothing_have_no_relative_width() -> None:
    *_, width, place = bollinger(np.array([-1.0, 1.0]), 2, 1.0)

    assert (width[1], place[1]) == (0.0, 1.0)


def test_keltner_bands_begin_when_both_averages_do() -> None:
    high, low = np.array([12.0, 10.0, 9.0]), np.array([9.0, 6.0, 9.0])
    bands = np.array(keltner(high, low, np.array([9.0, 8.0, 9.0]), 1, 1, 2.0))

    assert np.isnan(bands[:, 0]).all()
    assert bands[:, 1:].tolist() == [[16.0, 11.0], [8.0, 9.0], [0.0, 7.0]]
