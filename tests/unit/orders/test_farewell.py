"""A flat bracket is over when trades explain that it is flat, and not for ever."""

from noctule.domain.order import OrderState
from tests.fakes.bracket_desk import BracketDesk


def test_a_close_that_an_answer_told_is_waited_for_until_its_trade_is_told() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    desk.accept("c0")
    desk.report_position("0")
    assert desk.wait(300) == ["ask c0", "look"]
    assert desk.answer("c0", OrderState.FILLED, filled="0.120") == ["cancel s0"]
    desk.cancel_accepted("s0")
    assert not desk.is_over()
    desk.trade("c0", "0.120")
    assert desk.is_over()


def test_trades_that_only_answers_told_are_not_waited_for_for_ever() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.doubt("e0")
    desk.answer("e0", OrderState.FILLED, filled="0.120")
    desk.accept("s0")
    desk.exit()
    desk.doubt("c0")
    desk.answer("c0", OrderState.FILLED, filled="0.120")
    desk.cancel_accepted("s0")
    assert not desk.is_over()  # both books are flat, and yet no trade of ours was told
    desk.wait(15_000)
    assert desk.is_over()


def test_a_look_from_before_it_seemed_flat_does_not_take_the_stop_out() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.bracket.want_look()
    assert desk.decide() == ["look"]
    desk.now_ms = 40
    assert desk.see("0") == []  # it may lag
    assert "cancel s0" not in desk.wait(14_999)  # the next one is not answered
    assert desk.wait(1) == ["cancel s0"]


def test_looks_that_fail_are_repeated_before_the_stop_is_taken_out() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 50
    desk.report_position("0")
    assert desk.wait(300) == ["look"]
    desk.see_nothing()
    assert desk.wait(500) == ["look"]
    assert desk.see("0") == ["cancel s0"]


def test_a_look_that_cannot_be_believed_does_not_take_the_stop_out() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 50
    desk.report_position("0")
    desk.wait(300)
    desk.bracket.on_look(0, desk.now_ms)
    desk.bracket.want_look()
    assert desk.decide() == []
    assert desk.wait(500) == ["look"]
    assert desk.see("0") == ["cancel s0"]


def test_a_look_that_somebody_else_asked_for_does_not_take_the_stop_out() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 50
    desk.report_position("0")
    assert desk.see("0") == []
    assert desk.wait(550) == ["look"]
    assert desk.see("0") == ["cancel s0"]
