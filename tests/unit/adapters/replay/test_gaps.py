"""Holes are listed with what they lack."""

import numpy as np

from noctule.adapters.replay.columns import Gap
from noctule.adapters.replay.gaps import gaps_of
from noctule.domain.values import Timeframe

MONTHS = [1_672_531_200_000, 1_675_209_600_000, 1_680_307_200_000]  # January, February, April


def test_a_whole_series_has_no_gap() -> None:
    for opens in ([0, 60_000, 120_000], [0]):
        assert gaps_of(np.array(opens), Timeframe.M1) == ()


def test_each_hole_is_told_with_its_candles() -> None:
    assert gaps_of(np.array([0, 180_000, 240_000, 360_000]), Timeframe.M1) == (
        Gap(from_ms=60_000, to_ms=180_000, candles=2),
        Gap(from_ms=300_000, to_ms=360_000, candles=1),
    )


def test_months_differ_in_length() -> None:
    march_ms = 1_677_628_800_000
    expected = Gap(from_ms=march_ms, to_ms=MONTHS[2], candles=1)
    assert gaps_of(np.array(MONTHS), Timeframe.MO1) == (expected,)
