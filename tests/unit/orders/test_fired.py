"""Stops and targets that fired, and those of which somebody only thought so."""

from noctule.domain.order import Leg, OrderKind, OrderState
from noctule.domain.trade import ExitReason
from noctule.orders.steps import Cancel
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


def holding_half_with_a_limit_target() -> BracketDesk:
    """Hold half of what a limit entry wants, behind a stop, beside a target that may fire."""
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.trade("e0", "0.060", left="0.060")
    desk.accept("s0")
    desk.accept("t0")
    return desk


def test_a_limit_target_that_fired_and_rests_is_taken_out_of_the_book_before_a_close() -> None:
    desk = holding_half_with_a_limit_target()
    desk.trigger("t0")
    desk.bracket.request_exit(ExitReason.SIGNAL, desk.now_ms, leg=Leg.CLOSE, is_urgent=False)
    cancels = [each for each in desk.bracket.decide(desk.scene) if isinstance(each, Cancel)]
    assert [each.kind for each in cancels] == [OrderKind.LIMIT, OrderKind.LIMIT]
    desk.end("e0")
    assert desk.cancel_accepted("t0") == []  # it may have traded: the venue is asked first
    assert desk.wait(200) == ["ask t0"]
    closing = desk.answer("t0", OrderState.CANCELED, filled="0.010", child="7")
    assert closing == ["c0 SELL MARKET 0.050 reduce-only"]


def test_a_limit_target_that_waits_for_its_price_is_left_where_it_is_by_a_close() -> None:
    desk = holding_half_with_a_limit_target()
    assert desk.exit() == ["cancel e0"]
    assert desk.end("e0")[0] == "c0 SELL MARKET 0.060 reduce-only"


def test_a_close_that_is_blocked_has_targets_asked_for_that_may_have_fired_unheard() -> None:
    desk = holding_half_with_a_limit_target()
    desk.exit()
    desk.end("e0")
    assert desk.refuse("c0", -4118) == ["ask t0"]
    assert desk.answer("t0", OrderState.OPEN, child="7") == ["cancel t0"]
    desk.end("t0")
    assert desk.wait(100) == ["c1 SELL MARKET 0.060 reduce-only"]
