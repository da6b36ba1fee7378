"""An entry that ends may have filled before: its end is believed when what it filled is known."""

from noctule.domain.order import OrderState
from noctule.orders.machine import OrderFact
from tests.fakes.bracket_desk import BracketDesk


def test_an_entry_that_ended_and_filled_more_than_was_told_is_asked_for() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    assert desk.end("e0", filled="0.050") == ["ask e0"]
    assert not desk.is_over()
    protecting = desk.answer("e0", OrderState.CANCELED, filled="0.050")
    assert protecting == ["s0 SELL STOP_MARKET all at 9500", "count down 0"]


def test_an_entry_that_ended_and_nobody_says_what_it_filled_is_asked_for() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    assert desk.end_silently("e0") == ["ask e0"]
    assert desk.no_answer("e0") == []
    assert desk.wait(200) == ["ask e0"]
    assert not desk.is_over()
    assert desk.answer("e0", OrderState.CANCELED) == ["count down 0"]
    assert desk.is_over()


def test_an_entry_that_ended_and_is_not_known_any_more_filled_nothing() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.end_silently("e0", OrderFact.EXPIRED)
    assert desk.answer("e0", None) == ["look"]
    assert not desk.is_over()
    desk.see("0")
    assert desk.answer("e0", None) == ["count down 0"]
    assert desk.is_over()


def test_an_end_that_lags_behind_a_full_fill_is_not_asked_for() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.end_silently("e0") == []


def test_the_end_of_an_order_that_only_reduces_is_believed_at_once() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    desk.accept("c0")
    assert desk.end_silently("c0", OrderFact.EXPIRED) == []
    assert desk.wait(100) == ["c1 SELL MARKET 0.120 reduce-only"]
