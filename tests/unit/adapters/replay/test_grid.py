"""Whole columns of times stand on the same grid as single ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.replay.grid import candles_between, next_opens, opens
from noctule.domain.values import Timeframe

instants = st.lists(st.integers(0, 4 * 10**12), min_size=1, max_size=20)


@given(timeframe=st.sampled_from(Timeframe), times=instants)
def test_columns_know_the_same_candles_as_single_instants(
    timeframe: Timeframe, times: list[int]
) -> None:
    column = np.array(times, dtype=np.int64)
    assert opens(column, timeframe).tolist() == [timeframe.open_of(at) for at in times]
    assert next_opens(column, timeframe).tolist() == [timeframe.next_open(at) for at in times]


@pytest.mark.parametrize(
    ("timeframe", "candles"), [(Timeframe.H1, 59 * 24), (Timeframe.D1, 59), (Timeframe.MO1, 2)]
)
def test_candles_between_two_instants_are_counted(timeframe: Timeframe, candles: int) -> None:
    january_ms, march_ms = 1_672_531_200_000, 1_677_628_800_000
    assert candles_between(january_ms, march_ms, timeframe) == candles
