"""What each refusal means to the bracket whose order it was."""

import pytest

from noctule.domain.trade import ExitReason
from noctule.orders.news import Alarmed, Protected
from noctule.orders.state import Goal
from tests.fakes.bracket_desk import BracketDesk


@pytest.mark.parametrize("code", [-2021, -4142])
def test_a_stop_whose_price_is_passed_closes_at_market_now(code: int) -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.refuse("s0", code) == ["c0 SELL MARKET 0.120 reduce-only"]
    text = f"BTCUSDT: the stop cannot rest ({code} no): closing at market"
    assert desk.news == [Alarmed(text=text, is_urgent=True)]
    assert desk.bracket.exit_reason is ExitReason.STOP


def test_a_stop_that_was_rejected_when_it_fired_closes_at_market_now() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.refuse("s0", 0) == ["c0 SELL MARKET 0.120 reduce-only"]


def test_a_stop_of_which_one_exists_is_tried_by_quantity_and_the_symbol_looked_at() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.refuse("s0", -4130) == ["s1 SELL STOP_MARKET 0.120 at 9500 reduce-only", "look"]


def test_a_stop_refused_for_want_of_a_position_is_tried_by_quantity_and_looked_at() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.refuse("s0", -4509) == ["s1 SELL STOP_MARKET 0.120 at 9500 reduce-only", "look"]
    desk.now_ms = 40
    assert desk.see("0") == []  # the look says that it is flat, and the trade will tell why
    desk.refuse("s1", -2022)
    assert desk.trade_by_hand("-0.120") == []
    assert desk.is_over()


def test_a_stop_refused_in_both_forms_pauses_and_begins_anew() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.refuse("s0", -1008) == ["s1 SELL STOP_MARKET 0.120 at 9500 reduce-only"]
    assert desk.refuse("s1", -1008) == []
    assert desk.wait(100) == ["s2 SELL STOP_MARKET all at 9500"]


def test_a_stop_that_cannot_rest_while_the_close_fails_is_not_tried_in_a_hurry() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.refuse("s0", -2021)
    desk.refuse("c0", -1111)
    desk.wait(100)
    assert desk.refuse("c1", -1111) == ["s1 SELL STOP_MARKET all at 9500"]
    told = len(desk.news)
    assert desk.refuse("s1", -2021) == []
    assert len(desk.news) == told  # it is closing already
    assert len(desk.wait(1_000)) < 5


def test_a_close_refused_outside_the_band_pauses_and_is_tried_again() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.flatten()
    assert desk.refuse("f0", -4131) == []
    assert desk.wait(100) == ["f1 SELL MARKET 0.120 reduce-only"]


def test_a_target_that_could_not_be_taken_while_leaving_changes_nothing() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    desk.flatten()
    assert desk.refuse("t0", -2021) == []
    assert desk.bracket.exit_reason is ExitReason.FLATTEN


def test_a_target_rejected_when_it_fired_takes_the_profit_at_market() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    desk.accept("t0")
    assert desk.refuse("t0", 0) == ["c0 SELL MARKET 0.120 reduce-only"]
    assert desk.bracket.exit_reason is ExitReason.TARGET


def test_a_stop_that_was_held_back_is_sent_again_in_the_same_form() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.hold_back("s0") == []
    assert desk.wait(100) == ["s1 SELL STOP_MARKET all at 9500"]
    desk.accept("s1")
    assert isinstance(desk.news[0], Protected)


def test_a_stop_that_was_held_back_while_another_guards_does_not_stop_the_clock() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.move_stop("9700")
    assert desk.hold_back("s1", wait_ms=500) == []
    assert desk.wait(500) == ["s2 SELL STOP_MARKET 0.120 at 9700 reduce-only"]
    assert desk.bracket.goal is Goal.HOLD


def test_the_naked_limit_runs_when_only_stops_are_held_back_again_and_again() -> None:
    desk = BracketDesk()
    desk.hold()
    attempts = 0
    while desk.bracket.goal is Goal.HOLD:
        desk.hold_back(f"s{attempts}", wait_ms=500)
        attempts += 1
        desk.wait(1_000)
    assert attempts < 10
    assert desk.bracket.exit_reason is ExitReason.STOP


def test_an_entry_that_was_held_back_is_told_of_and_over() -> None:
    desk = BracketDesk()
    desk.enter()
    desk.hold_back("e0", wait_ms=500)
    text = "BTCUSDT: the entry was not sent: no way"
    assert desk.news == [Alarmed(text=text, is_urgent=False)]
    assert desk.is_over()
