"""Attempts at one thing: the other form next, and a longer pause after each failure."""

from noctule.orders.ladder import Ladder
from noctule.orders.patience import Patience


def test_pauses_grow_up_to_a_bound() -> None:
    ladder = Ladder(Patience(retry_ms=100, retry_ms_max=500))
    waits = []
    for _ in range(5):
        ladder.pause(1_000)
        waits.append(ladder.not_before_ms - 1_000)
    assert waits == [100, 200, 400, 500, 500]


def test_what_is_urgent_waits_less_long() -> None:
    ladder = Ladder(Patience(retry_ms=100, retry_ms_max=5_000), longest_ms=300)
    for _ in range(9):
        ladder.pause(0)
    assert ladder.not_before_ms == 300


def test_the_venue_may_ask_for_a_longer_pause() -> None:
    ladder = Ladder(Patience(retry_ms=100))
    ladder.pause(1_000, at_least_ms=3_000)
    assert ladder.not_before_ms == 4_000


def test_success_forgets_failures_and_keeps_the_form() -> None:
    ladder = Ladder(Patience())
    ladder.climb()
    ladder.pause(1_000)
    ladder.succeed()
    assert (ladder.rung, ladder.failures, ladder.not_before_ms) == (1, 0, 0)


def test_failures_without_end_do_not_grow_the_arithmetic() -> None:
    ladder = Ladder(Patience(retry_ms=100, retry_ms_max=5_000))
    ladder.failures = 100_000
    ladder.pause(0)
    assert ladder.not_before_ms == 5_000
