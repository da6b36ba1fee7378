"""Stops and targets that fired, and those of which somebody only thought so."""

from noctule.domain.order import OrderState
from tests.fakes.bracket_desk import BracketDesk, name_of


def test_a_stop_that_a_list_forgot_is_asked_for_and_stays_what_it_is() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 60_000
    desk.bracket.want_answer(name_of("s0"), desk.now_ms)
    assert desk.decide() == ["ask s0"]
    assert desk.answer("s0", OrderState.OPEN) == []
    assert desk.wait(60_000) == []
    assert desk.is_protected()


def test_a_stop_that_rests_by_its_own_word_has_not_fired_whoever_thought_so() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.trigger("s0")
    assert desk.wait(300) == ["ask s0"]
    assert desk.answer("s0", OrderState.OPEN) == []
    assert desk.wait(60_000) == []
    assert desk.is_protected()
