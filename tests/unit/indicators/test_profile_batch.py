"""Volume profiles of whole series, part after part, are those that stream."""

import numpy as np
import pytest

from noctule.indicators.profile import VolumeProfile
from noctule.indicators.profile_batch import PLACES_MAX, volume_profile
from tests.indicator_series import walk


def test_values_come_as_point_of_control_and_upper_and_lower_bound() -> None:
    high = np.array([100.3, 103.9, 105.0])
    told = np.array(volume_profile(high, np.floor(high), np.array([5.0, 80.0, 6.0]), 3, 64))

    assert np.isnan(told[:, :2]).all()
    assert told[:, 2].tolist() == [103.5, 104.0, 103.0]


@pytest.mark.parametrize("extra", [-1, 0, 1, PLACES_MAX])
def test_no_candle_is_lost_or_told_twice_where_two_parts_meet(extra: int) -> None:
    columns = walk(1, PLACES_MAX + 4 + extra)
    streaming = VolumeProfile(5, 200)
    right = [streaming.update(*row) for row in columns.rows(streaming.inputs)]

    told = volume_profile(columns.high, columns.low, columns.volume, 5, 200)
    assert len(told[0]) == len(columns)
    control = [value.point_of_control for value in right if value is not None]
    assert told[0][4:].tolist() == control


def test_a_series_that_is_too_short_has_none() -> None:
    two = np.array([1.0, 2.0])

    assert np.isnan(np.array(volume_profile(two, two, two, 3))).tolist() == [[True] * 2] * 3
