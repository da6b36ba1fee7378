"""Pauses double up to a bound, and no two of us come back at the same instant."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.retries import Retries, pause_ms


def test_pauses_double_up_to_their_bound() -> None:
    retries = Retries(first_pause_ms=200, pause_ms_max=1_000)
    longest = [
        max(pause_ms(retries, attempt=attempt, jitter=Random(seed)) for seed in range(200))
        for attempt in (1, 2, 3, 4)
    ]
    assert longest == [200, 400, 800, 1_000]


@given(attempt=st.integers(1, 10_000), seed=st.integers())
def test_a_pause_is_between_half_and_all_of_what_is_allowed(attempt: int, seed: int) -> None:
    retries = Retries(first_pause_ms=200, pause_ms_max=5_000)
    longest_ms = min(200 << min(attempt - 1, 30), 5_000)
    assert longest_ms // 2 <= pause_ms(retries, attempt=attempt, jitter=Random(seed)) <= longest_ms


def test_what_guards_a_position_pauses_half_as_long_and_the_others_as_before() -> None:
    retries = Retries(first_pause_ms=200, urgent_pause_ms=100, order_span_ms=2, urgent_span_ms=1)
    guarding = retries.of(Lane.GUARD)
    assert (guarding.first_pause_ms, guarding.order_span_ms) == (100, 1)
    assert {retries.of(lane) for lane in (Lane.READ, Lane.AUDIT, Lane.ENTRY)} == {retries}
