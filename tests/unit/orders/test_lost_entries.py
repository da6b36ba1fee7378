"""An entry that the venue does not know is given up late, and beside what is held alone."""

from noctule.domain.order import OrderState
from noctule.orders.machine import OrderFact
from tests.fakes.bracket_desk import BracketDesk


def test_an_entry_that_nobody_has_seen_in_its_life_never_was() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.doubt("e0")
    assert desk.answer("e0", None) == ["look"]
    desk.see("0")
    desk.now_ms = 6_999
    desk.answer("e0", None)
    assert desk.ticket("e0").state is OrderState.UNKNOWN
    desk.now_ms = 7_000
    assert "look" in desk.answer("e0", None), "it may have come since the last"
    assert desk.ticket("e0").state is OrderState.UNKNOWN
    desk.see("0")
    desk.answer("e0", None)
    assert desk.ticket("e0").state is OrderState.REJECTED
    assert desk.is_over()


def test_what_was_missed_before_an_entry_ended_proves_nothing_of_its_end() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.wait(1_000)
    desk.answer("e0", None)
    desk.see("0")
    desk.now_ms += 1_000
    desk.end_silently("e0", OrderFact.EXPIRED)
    assert "look" in [*desk.answer("e0", None), *desk.wait(1_000)]
    assert not desk.is_over()
    assert desk.see("0.120")[:1] == ["s0 SELL STOP_MARKET all at 9500"]


def test_an_entry_is_not_given_up_for_lost_while_nobody_tells_what_is_held() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.doubt("e0")
    desk.now_ms = 60_000
    assert "look" in desk.answer("e0", None)
    desk.see_nothing()
    desk.now_ms = 120_000
    desk.answer("e0", None)
    assert desk.ticket("e0").state is OrderState.UNKNOWN
    assert not desk.is_over()


def test_an_accepted_entry_that_cannot_be_cancelled_or_found_is_looked_for_and_guarded() -> None:
    """It has filled, the stream was cut, and the query lags: nothing else would tell of it."""
    desk = BracketDesk()
    desk.enter()
    desk.accept("e0")
    assert desk.wait(300) == ["ask e0", "look"]
    desk.no_answer("e0")
    desk.see("0")  # as it was a moment before
    desk.now_ms = 7_000
    assert "cancel e0" in desk.decide()
    desk.cancel_failed("e0", is_gone=True)
    assert desk.answer("e0", None) == ["look"]
    assert not desk.is_over()
    desk.see_nothing()
    assert not [step for step in desk.wait(60_000) if step.startswith("cancel")]
    assert desk.see("0.120") == ["s0 SELL STOP_MARKET all at 9500"]


def test_an_order_that_was_not_there_to_cancel_and_is_found_after_all_is_cancelled_again() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.bracket.cancel_entries(desk.now_ms)
    assert desk.decide() == ["cancel e0"]
    desk.cancel_failed("e0", is_gone=True)
    assert "cancel e0" in [*desk.answer("e0", OrderState.OPEN), *desk.wait(10_000)]
