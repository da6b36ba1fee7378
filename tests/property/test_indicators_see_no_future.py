"""What comes later, however much of it and in whatever order, changes nothing that was said."""

from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.indicator_series import HARD, Columns, hard, walk
from tests.indicator_table import CASES, Case

LENGTH = 150

a_share = settings(max_examples=settings().max_examples // 10)  # for each of so many
every_indicator = pytest.mark.parametrize("case", CASES, ids=str)
any_series = st.sampled_from((*HARD, *map(str, range(6))))
any_cut = st.integers(0, LENGTH)


@every_indicator
@a_share
@given(series=any_series, cut=any_cut)
def test_without_the_future_the_same_was_said_until_then(case: Case, series: str, cut: int) -> None:
    past = candles(series).part(0, cut)

    np.testing.assert_array_equal(case.batched(past), batched(case, series)[:cut])
    np.testing.assert_array_equal(case.streamed(past), streamed(case, series)[:cut])


@every_indicator
@a_share
@given(series=any_series, cut=any_cut, random=st.randoms(use_true_random=False))
def test_with_another_future_the_same_was_said_until_then(
    case: Case, series: str, cut: int, random: Random
) -> None:
    future = [*range(cut, LENGTH)]
    random.shuffle(future)
    other = candles(series).picked([*range(cut), *future])

    np.testing.assert_array_equal(case.batched(other)[:cut], batched(case, series)[:cut])
    np.testing.assert_array_equal(case.streamed(other)[:cut], streamed(case, series)[:cut])


def test_a_twin_that_looks_ahead_would_be_found() -> None:
    case = Case(CASES[0].kind, CASES[0].arguments, lambda high, low, close, length: close[::-1])
    whole = case.batched(candles("0"))

    assert not np.array_equal(case.batched(candles("0").part(0, 100)), whole[:100])


@cache
def candles(series: str) -> Columns:
    return hard(series).part(0, LENGTH) if series in HARD else walk(int(series), LENGTH)


@cache
def batched(case: Case, series: str) -> NDArray[np.float64]:
    return case.batched(candles(series))


@cache
def streamed(case: Case, series: str) -> NDArray[np.float64]:
    return case.streamed(candles(series))
