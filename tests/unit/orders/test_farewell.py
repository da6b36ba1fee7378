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
