"""What should have been heard of is asked for, patiently, and never buried too early."""

from decimal import Decimal

from noctule.domain.order import OrderState
from noctule.orders.machine import OrderFact
from tests.fakes.bracket_desk import BracketDesk, name_of

OPEN, FILLED, CANCELED = OrderState.OPEN, OrderState.FILLED, OrderState.CANCELED


def test_an_unknown_entry_is_asked_for_and_never_sent_again() -> None:
    desk = BracketDesk()
    desk.enter()
    asked = desk.doubt("e0")
    while desk.now_ms < 6_900:
        desk.answer("e0", None)
        asked += desk.wait(100)
    assert set(asked) == {"ask e0"}
    assert len(asked) < 12  # each pause is longer, up to two seconds


def test_an_unknown_entry_that_filled_is_protected_by_the_answer_alone() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.doubt("e0")
    assert desk.answer("e0", FILLED, filled="0.120") == ["s0 SELL STOP_MARKET all at 9500"]
    assert desk.trade("e0", "0.120") == []  # the trade itself adds nothing


def test_an_order_of_which_no_word_comes_at_all_is_asked_for() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.bracket.on_sent(name_of("e0"))
    assert desk.wait(3_499) == []
    assert desk.wait(1) == ["ask e0"]
    assert desk.answer("e0", None) == ["look"]
    assert desk.ticket("e0").state is OrderState.SENDING


def test_a_fill_that_the_stream_does_not_tell_is_asked_for_soon_and_in_two_ways() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.accept("e0")
    assert desk.wait(299) == []
    assert desk.wait(1) == ["ask e0", "look"]


def test_a_position_that_a_look_shows_is_protected_though_no_order_was_told() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.accept("e0")
    assert desk.wait(300) == ["ask e0", "look"]
    assert desk.see("0.120") == ["s0 SELL STOP_MARKET all at 9500"]


def test_a_question_without_an_answer_is_asked_again_later() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.doubt("e0")
    assert desk.no_answer("e0") == []
    assert desk.wait(199) == []
    assert desk.wait(1) == ["ask e0"]
    assert desk.no_answer("e0", wait_ms=3_000) == []
    assert desk.wait(2_999) == []
    assert desk.wait(1) == ["ask e0"]


def test_nothing_is_asked_twice_at_once() -> None:
    desk = BracketDesk()
    desk.enter()
    assert desk.doubt("e0") == ["ask e0"]
    assert desk.decide() == []
    assert desk.wait(6_999) == []


def test_a_resting_entry_is_asked_for_now_and_then_lest_its_fill_be_missed() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    assert desk.wait(1_000) == ["ask e0"]
    assert desk.answer("e0", OPEN) == []
    assert desk.wait(1_000) == ["ask e0"]


def test_a_stop_that_rests_is_left_in_peace() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.wait(600_000) == []


def test_a_stop_that_fired_and_whose_trades_do_not_come_is_asked_for() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.trigger("s0") == []
    assert desk.wait(300) == ["ask s0"]
    desk.answer("s0", FILLED, filled="0.120")
    assert desk.ticket("s0").untold == Decimal("-0.120")


def test_a_late_fill_of_an_order_given_up_for_absent_revives_it() -> None:
    desk = BracketDesk()
    desk.enter("0.120")
    desk.doubt("e0")
    desk.answer("e0", None)
    desk.now_ms = 7_000
    desk.answer("e0", None)
    desk.see("0")
    desk.bracket.want_look()
    desk.bracket._state.seen_ms = desk.now_ms
    desk.bracket.on_answer(name_of("e0"), None, desk.now_ms)  # nothing is decided yet
    assert desk.ticket("e0").state is OrderState.REJECTED
    late = desk.trade("e0", "0.050", left="0.070")
    assert late[:1] == ["s0 SELL STOP_MARKET all at 9500"]
    assert desk.ticket("e0").order.filled == Decimal("0.050")


def test_an_order_that_rested_and_is_gone_is_taken_for_cancelled_when_nobody_knows_it() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.move_stop("9700")
    desk.accept("s1")
    assert desk.cancel_failed("s0", is_gone=True) == ["ask s0"]
    desk.answer("s0", None)
    assert desk.ticket("s0").state is CANCELED


def test_an_order_that_nobody_has_seen_may_come_although_there_was_nothing_to_cancel() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.exit()
    assert desk.doubt("e0") == ["ask e0", "cancel e0"]
    desk.answer("e0", None)
    assert desk.cancel_failed("e0", is_gone=True) == ["ask e0"]
    desk.answer("e0", None)
    assert not desk.is_over()
    desk.now_ms = 2_500
    assert desk.trade("e0", "0.120") == ["c0 SELL MARKET 0.120 reduce-only", "count down 0"]


def test_a_resting_order_that_the_venue_forgot_is_given_up_after_its_life() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.now_ms = 6_000
    for _ in range(3):
        desk.now_ms += 2_000
        assert desk.decide()[:1] == ["ask e0"]
        desk.answer("e0", None)
        desk.see("0")
        assert desk.ticket("e0").state is OrderState.OPEN
    desk.now_ms += 7_000
    desk.answer("e0", None)
    assert desk.ticket("e0").state is OrderState.EXPIRED


def test_a_fill_after_a_cancel_counts() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.bracket.cancel_entries(desk.now_ms)
    assert desk.decide() == ["cancel e0"]
    desk.cancel_accepted("e0")
    filled = desk.trade("e0", "0.050", left="0.070")
    assert filled == ["s0 SELL STOP_MARKET all at 9500"]
    assert desk.end("e0") == ["count down 0"]
    assert desk.bracket.entering == 0


def test_a_cancelled_order_of_the_regular_service_is_asked_what_it_filled() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.bracket.cancel_entries(desk.now_ms)
    desk.decide()
    assert desk.cancel_accepted("e0") == []
    assert desk.wait(200) == ["ask e0"]
    protecting = desk.answer("e0", CANCELED, filled="0.050")
    assert protecting == ["s0 SELL STOP_MARKET all at 9500", "count down 0"]


def test_an_order_that_turned_up_while_it_was_cancelled_is_asked_for_should_no_word_come() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.exit()
    desk.doubt("e0")
    desk.answer("e0", None)
    desk.accept("e0")
    assert desk.wait(3_499) == []
    assert desk.wait(1)[:1] == ["ask e0"]


def test_books_that_differ_for_long_have_the_symbol_looked_at() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 10
    desk.report_position("0.100")
    assert desk.wait(299) == []
    assert desk.wait(1) == ["look"]
    assert desk.wait(60_000) == []  # one at a time
    desk.see("0.120")
    assert desk.wait(60_000) == []


def test_books_that_agree_before_long_are_not_looked_at() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 10
    desk.report_position("0.100")
    desk.wait(200)
    desk.trade_by_hand("-0.020")
    assert desk.wait(60_000) == []


def test_looks_are_not_too_near_each_other() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.bracket.want_look()
    assert desk.decide() == ["look"]
    assert desk.see_nothing() == []
    assert desk.wait(499) == []
    assert desk.wait(1) == ["look"]
    assert desk.see_nothing(wait_ms=3_000) == []
    assert desk.wait(2_999) == []
    assert desk.wait(1) == ["look"]


def test_an_ended_order_is_not_asked_for() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.trigger("s0")
    desk.end("s0", OrderFact.EXPIRED)
    assert "ask s0" not in desk.wait(1_000)
