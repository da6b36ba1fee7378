"""The waiting times fit each other."""

from noctule.orders.patience import Patience


def test_a_count_down_is_renewed_thrice_before_it_ends() -> None:
    assert Patience(countdown_ms=30_000).renewal_ms == 10_000


def test_an_answer_is_missed_before_the_naked_limit_and_given_up_long_after() -> None:
    patience = Patience()
    assert patience.first_question_ms < patience.naked_ms < patience.life_ms
    assert patience.life_ms < patience.farewell_ms
