"""What holds for every indicator there is: its warm-up, its memory, and its twin."""

import json
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import noctule.indicators as package
from noctule.indicators import Indicator
from tests.indicator_series import HARD, Columns, hard, needs_candles, recorded, walk
from tests.indicator_table import CASES, Case

a_share = settings(max_examples=settings().max_examples // 10)  # for each of so many
every_indicator = pytest.mark.parametrize("case", CASES, ids=str)
made_up = cache(walk)
candles = st.builds(
    Columns.part,
    st.one_of(st.builds(made_up, st.integers(0, 9), st.just(150)), st.sampled_from(HARD).map(hard)),
    st.integers(0, 40),
    st.integers(41, 150),
)


def test_the_table_has_every_indicator() -> None:
    offered = {getattr(package, name) for name in package.__all__}
    indicators = {each for each in offered if issubclass(each, Indicator)} - {Indicator}

    assert {case.kind for case in CASES} == indicators


@every_indicator
@a_share
@given(columns=candles)
def test_there_is_no_value_before_the_warm_up_is_over_and_always_one_after(
    case: Case, columns: Columns
) -> None:
    indicator = case.made()
    warmup = indicator.warmup

    for count, row in enumerate(columns.rows(indicator.inputs), start=1):
        value = indicator.update(*row)
        assert (value is not None) is (count >= warmup)
        assert indicator.value == value
        assert indicator.warmup == warmup


@every_indicator
@a_share
@given(columns=candles, share=st.floats(0, 1))
def test_what_was_written_down_as_json_goes_on_the_same(
    case: Case, columns: Columns, share: float
) -> None:
    first, second = case.made(), case.made()
    rows = list(columns.rows(first.inputs))
    cut = round(len(rows) * share)
    for row in rows[:cut]:
        first.update(*row)
    second.restore(json.loads(json.dumps(first.snapshot(), allow_nan=False)))

    assert second.value == first.value
    assert [second.update(*row) for row in rows[cut:]] == [first.update(*row) for row in rows[cut:]]
    assert second.snapshot() == first.snapshot()


@every_indicator
@a_share
@given(columns=candles)
def test_a_twin_says_over_a_whole_series_what_streams(case: Case, columns: Columns) -> None:
    assert_twins_agree(case, columns)


@every_indicator
def test_a_twin_has_a_value_for_each_candle_of_a_series_that_is_too_short(case: Case) -> None:
    warmup = case.made().warmup
    for length in {0, 1, warmup // 2, warmup - 1, warmup}:
        assert_twins_agree(case, made_up(1, 150).part(0, length))


@needs_candles
@every_indicator
def test_a_twin_says_over_recorded_candles_what_streams(case: Case) -> None:
    assert_twins_agree(case, recorded("ETHUSDT", "1h").part(0, 4_000))


def assert_twins_agree(case: Case, columns: Columns) -> None:
    streamed, batched = case.streamed(columns), case.batched(columns)
    assert streamed.shape == batched.shape
    np.testing.assert_allclose(batched, streamed, rtol=case.tolerance, atol=0.0)
