"""A held position has its stop at once, then its target, and a stop that moves leaves no gap."""

from noctule.domain import values
from noctule.domain.order import OrderState
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.orders.machine import OrderFact
from noctule.orders.news import Alarmed, Moved, Protected
from noctule.orders.state import Goal
from tests.fakes.bracket_desk import BracketDesk

OPEN, EXPIRED = OrderState.OPEN, OrderFact.EXPIRED


def test_the_stop_leaves_the_instant_the_first_fill_is_known() -> None:
    desk = BracketDesk()
    desk.enter("0.120")
    assert desk.trade("e0", "0.050", left="0.070") == ["s0 SELL STOP_MARKET all at 9500"]


def test_the_stop_leaves_when_the_venue_tells_the_position_before_the_fill() -> None:
    desk = BracketDesk(Direction.SHORT)
    desk.enter("0.120")
    assert desk.report_position("-0.120") == ["s0 BUY STOP_MARKET all at 9500"]


def test_the_target_follows_the_stop_and_both_are_told() -> None:
    desk = BracketDesk(target="11000")
    desk.hold()
    desk.now_ms = 30
    assert desk.accept("s0") == ["t0 SELL TAKE_PROFIT_MARKET all at 11000"]
    assert desk.accept("t0") == []
    assert desk.is_protected()
    assert desk.news == [
        Protected(stop=values.price("9500"), target=values.price("11000"), naked_ms=30)
    ]


def test_moving_the_stop_alternates_its_form_and_never_leaves_a_gap() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.move_stop("9700") == ["s1 SELL STOP_MARKET 0.120 at 9700 reduce-only"]
    assert desk.accept("s1") == ["cancel s0"]
    assert desk.cancel_accepted("s0") == []
    assert desk.move_stop("9800") == ["s2 SELL STOP_MARKET all at 9800"]
    assert desk.accept("s2") == ["cancel s1"]
    assert desk.cancel_accepted("s1") == []
    moves = [each for each in desk.news if isinstance(each, Moved)]
    assert moves == [
        Moved(stop=values.price("9700"), previous_stop=values.price("9500"), reason="trailing"),
        Moved(stop=values.price("9800"), previous_stop=values.price("9700"), reason="trailing"),
    ]


def test_the_old_stop_goes_only_when_the_new_one_rests() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.move_stop("9700")
    assert desk.move_stop("9800") == []  # the one under way first
    assert desk.accept("s1") == ["s2 SELL STOP_MARKET 0.120 at 9800 reduce-only"]
    assert desk.accept("s2") == ["cancel s0", "cancel s1"]


def test_a_move_whose_slices_were_refused_in_part_is_finished() -> None:
    desk = BracketDesk(market_lot_max="0.060")
    desk.enter("0.120")
    desk.accept("e0")
    desk.accept("e1")
    desk.trade("e0", "0.060")
    desk.trade("e1", "0.060")
    desk.accept("s0")
    desk.move_stop("9700")
    desk.accept("s2")
    assert desk.refuse("s1", -4045) == [
        "s3 SELL STOP_MARKET 0.060 at 9700 reduce-only",
        "s4 SELL STOP_MARKET 0.060 at 9700 reduce-only",
    ]
    assert desk.accept("s3") == ["cancel s0"]  # two halves are enough
    assert desk.accept("s4") == ["cancel s4"]


def test_a_stop_that_cannot_be_moved_stays_where_it_is_and_is_told_of() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.move_stop("9700")
    for name in ("s1", "s2", "s3", "s4"):
        desk.refuse(name, -4045)
        desk.wait(500)
    assert desk.bracket.stop == values.price("9500")
    text = "BTCUSDT: the stop could not be moved and stays at 9500"
    assert desk.news[1:] == [Alarmed(text=text, is_urgent=False)]
    assert desk.ticket("s0").is_resting
    assert desk.is_protected()


def test_a_stop_that_was_moved_after_failures_may_fail_as_often_again() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.move_stop("9600")
    desk.hold_back("s1")
    desk.wait(100)
    desk.hold_back("s2")
    desk.wait(200)
    desk.accept("s3")
    desk.cancel_accepted("s0")
    desk.move_stop("9700")
    desk.hold_back("s4")
    assert desk.wait(100) == ["s5 SELL STOP_MARKET all at 9700"]


def test_an_old_stop_that_would_not_be_cancelled_is_cancelled_again() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.move_stop("9700")
    desk.accept("s1")
    assert desk.cancel_failed("s0") == ["ask s0"]
    desk.wait(200)
    assert desk.answer("s0", OPEN) == ["cancel s0"]
    assert not any(isinstance(each, Moved) for each in desk.news)
    desk.cancel_accepted("s0")
    assert isinstance(desk.news[-1], Moved)


def test_an_old_stop_that_is_kept_is_not_cancelled_in_a_hurry() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.move_stop("9700")
    desk.accept("s1")
    desk.cancel_failed("s0")
    assert desk.answer("s0", OPEN) == []
    assert desk.wait(200) == ["cancel s0"]


def test_at_the_naked_limit_the_close_leaves_beside_a_stop_that_hangs() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.wait(1_999) == []
    assert desk.wait(1) == ["c0 SELL MARKET 0.120 reduce-only"]
    text = "BTCUSDT had no stop for 2000 ms: closing it at market"
    assert desk.news == [Alarmed(text=text, is_urgent=True)]
    assert desk.bracket.exit_reason is ExitReason.STOP


def test_while_the_venue_takes_nothing_at_all_the_naked_limit_does_not_run() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.hold_back("s0", wait_ms=10_000) == []
    assert desk.wait(10_000) == ["s1 SELL STOP_MARKET all at 9500"]
    assert desk.bracket.goal is Goal.HOLD


def test_an_unknown_stop_is_replaced_by_the_other_form_and_the_extra_one_is_swept() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.doubt("s0") == ["ask s0"]
    assert desk.answer("s0", None) == []
    assert desk.wait(100) == ["s1 SELL STOP_MARKET 0.120 at 9500 reduce-only"]
    desk.accept("s1")
    assert desk.is_protected()
    assert desk.answer("s0", OPEN) == ["cancel s1"]  # the one that closes all is enough
    desk.cancel_accepted("s1")
    assert desk.ticket("s0").is_resting


def test_a_stranger_s_stop_is_respected_and_no_second_one_is_placed() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.refuse("s0", -4130) == ["s1 SELL STOP_MARKET 0.120 at 9500 reduce-only", "look"]
    assert desk.see("0.120", foreign_stops=1) == []
    desk.refuse("s1", -4045)
    assert desk.is_protected()
    assert desk.wait(10_000) == []


def test_beside_a_stranger_s_stop_ours_moves_in_the_form_that_is_taken() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.refuse("s0", -4130)
    desk.accept("s1")
    desk.see("0.120", foreign_stops=1)
    assert desk.move_stop("9700") == ["s2 SELL STOP_MARKET 0.120 at 9700 reduce-only"]


def test_when_the_stranger_s_stop_is_gone_ours_is_placed() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.refuse("s0", -4130)
    desk.see("0.120", foreign_stops=1)
    desk.refuse("s1", -4045)
    desk.wait(1_000)
    desk.bracket.want_look()
    assert desk.decide() == ["look"]
    assert desk.see("0.120") == ["s2 SELL STOP_MARKET all at 9500"]


def test_a_position_that_grows_beyond_its_stops_is_covered_again() -> None:
    desk = BracketDesk()
    desk.enter("0.120")
    desk.trade("e0", "0.050", left="0.070")
    desk.refuse("s0", -4130)
    desk.accept("s1")
    assert desk.is_protected()
    grown = desk.trade("e0", "0.070")
    assert grown == ["s2 SELL STOP_MARKET 0.120 at 9500 reduce-only"]
    assert not desk.is_protected()
    assert desk.accept("s2") == ["cancel s1"]


def test_a_stop_that_somebody_cancelled_comes_back_if_he_put_none_of_his_own() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.end("s0") == ["look"]
    assert desk.see("0.120") == ["s1 SELL STOP_MARKET all at 9500"]


def test_a_stop_that_somebody_cancelled_comes_back_if_nobody_answers_the_look() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.end("s0") == ["look"]
    assert desk.wait(500) == ["s1 SELL STOP_MARKET all at 9500"]


def test_a_stop_that_fired_and_does_not_fill_is_asked_for_and_then_overtaken_by_a_close() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.trigger("s0")
    desk.trade("s0", "0.050", left="0.070")
    assert desk.wait(300) == ["ask s0"]
    assert desk.answer("s0", OrderState.PARTIALLY_FILLED, filled="0.050") == []
    assert desk.wait(300) == ["ask s0"]
    assert desk.wait(1_400) == ["c0 SELL MARKET 0.070 reduce-only"]
    text = "BTCUSDT: the stop fired 2000 ms ago and is not filled: closing at market"
    assert desk.news[1:] == [Alarmed(text=text, is_urgent=True)]


def test_while_a_stop_fires_no_other_one_is_sent() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.trigger("s0") == []
    assert desk.trade("s0", "0.050", left="0.070") == []
    ended = desk.end("s0", EXPIRED)
    assert ended == ["s1 SELL STOP_MARKET all at 9500"]
    assert desk.refuse("s1", -2021) == ["c0 SELL MARKET 0.070 reduce-only"]


def test_a_stop_that_fired_leaves_its_place_until_its_trades_are_told() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.trigger("s0")
    assert desk.trade("s0", "0.120") == []
    assert desk.is_over()
