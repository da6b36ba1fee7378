"""What was paid over whole series, by hand; that it streams the same is a property of all twins."""

import numpy as np
import pytest

from noctule.indicators.vwap_batch import session_vwap, vwap

HOUR_MS = 3_600_000
MIDNIGHT_MS = 1_690_848_000_000
PRICES = np.array([10.0, 20.0, 30.0, 40.0])
VOLUME = np.array([1.0, 3.0, 0.0, 0.0])


def test_each_candle_counts_by_its_volume_and_idle_ones_repeat_the_price() -> None:
    told = vwap(PRICES, PRICES, PRICES, VOLUME, 2)

    assert told.tolist() == pytest.approx([float("nan"), 17.5, 20.0, 40.0], nan_ok=True)


def test_a_session_begins_anew_at_its_hour() -> None:
    opens = MIDNIGHT_MS + HOUR_MS * np.array([11, 12, 13, 14])
    told = session_vwap(PRICES, PRICES, PRICES, VOLUME, opens, 12)

    assert told.tolist() == [10.0, 20.0, 20.0, 20.0]


def test_without_candles_there_is_nothing() -> None:
    nothing = np.empty(0)

    assert session_vwap(*(nothing,) * 4, np.empty(0, dtype=np.int64)).tolist() == []
