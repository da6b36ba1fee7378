"""An order is taken out once, and again when that failed."""

from noctule.domain.order import OrderState
from tests.fakes.bracket_desk import BracketDesk


def test_an_order_is_taken_out_once() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    assert desk.exit() == ["cancel e0"]
    assert desk.decide() == []
    assert desk.ticket("e0").state is OrderState.CANCELING


def test_after_a_cancel_that_failed_it_is_asked_for_and_taken_out_again() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.exit()
    assert desk.cancel_failed("e0") == ["ask e0"]
    assert desk.answer("e0", OrderState.OPEN) == []
    assert desk.wait(200) == ["cancel e0"]
