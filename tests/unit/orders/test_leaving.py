"""How a bracket gets flat, whatever refuses, hangs or stands in the way, and when it is over."""

from decimal import Decimal

from noctule.domain.order import OrderState
from noctule.domain.trade import ExitReason
from noctule.orders.machine import OrderFact
from noctule.orders.news import Alarmed
from noctule.orders.state import Goal
from tests.fakes.bracket_desk import BracketDesk


def test_an_exit_closes_at_market_and_the_stop_rests_until_it_is_flat() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.exit() == ["c0 SELL MARKET 0.120 reduce-only"]
    desk.accept("c0")
    assert desk.trade("c0", "0.120") == ["cancel s0"]
    assert not desk.is_over()
    assert desk.cancel_accepted("s0") == []
    assert desk.is_over()
    assert desk.bracket.exit_reason is ExitReason.SIGNAL


def test_an_exit_cancels_the_entry_s_remainder_first() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.trade("e0", "0.050", left="0.070")
    desk.accept("s0")
    assert desk.exit() == ["cancel e0"]
    desk.cancel_accepted("e0")
    closing = desk.end("e0")
    assert closing == ["c0 SELL MARKET 0.050 reduce-only", "count down 0"]


def test_an_exit_cancels_a_limit_target_first_for_it_blocks_the_close() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.guard()
    desk.accept("t0")
    assert desk.exit() == ["cancel t0"]
    assert desk.end("t0") == ["c0 SELL MARKET 0.120 reduce-only"]


def test_what_does_not_get_out_of_the_way_is_waited_for_and_not_for_ever() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.guard()
    desk.accept("t0")
    desk.exit()
    assert desk.wait(499) == []
    assert desk.wait(1) == ["c0 SELL MARKET 0.120 reduce-only"]


def test_an_operator_s_close_leaves_at_once_beside_whatever_hangs() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.guard()
    desk.accept("t0")
    assert desk.flatten() == ["cancel t0", "f0 SELL MARKET 0.120 reduce-only"]


def test_an_operator_s_wish_overtakes_a_strategy_s() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.guard()
    desk.accept("t0")
    desk.exit()
    assert desk.flatten() == ["f0 SELL MARKET 0.120 reduce-only"]
    assert desk.bracket.exit_reason is ExitReason.SIGNAL  # the first reason is the trade's


def test_a_full_limit_target_that_blocked_the_close_is_gone_before_the_next() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.guard()
    desk.accept("t0")
    desk.flatten()
    assert desk.refuse("f0", -4118) == []
    desk.end("t0")
    assert desk.wait(100) == ["f1 SELL MARKET 0.120 reduce-only"]


def test_a_close_refused_for_want_of_a_position_looks_before_it_tries_again() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    assert desk.refuse("c0", -2022) == ["look"]
    desk.now_ms = 40
    assert desk.see("0") == []  # the stop rests until both books agree
    assert not desk.is_over()


def test_out_of_the_band_twice_a_limit_at_its_edge_takes_what_there_is() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    assert desk.refuse("c0", -4131) == []
    assert desk.wait(100) == ["c1 SELL MARKET 0.120 reduce-only"]
    assert desk.refuse("c1", -4131) == []
    assert desk.wait(200) == ["c2 SELL LIMIT 0.120 at 9500.00 IOC reduce-only"]
    desk.accept("c2")
    desk.trade("c2", "0.050", left="0.070")
    desk.end("c2", OrderFact.EXPIRED)
    assert desk.wait(400) == ["c3 SELL LIMIT 0.070 at 9500.00 IOC reduce-only"]


def test_without_a_mark_there_is_no_edge_and_the_market_is_tried_again() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.mark = None
    desk.exit()
    desk.refuse("c0", -4131)
    desk.wait(100)
    desk.refuse("c1", -4131)
    assert desk.wait(200) == ["c2 SELL MARKET 0.120 reduce-only"]


def test_a_close_above_the_lot_goes_in_slices() -> None:
    desk = BracketDesk(market_lot_max="0.050")
    desk.enter("0.050")
    desk.trade("e0", "0.050")
    desk.trade_by_hand("0.060")
    desk.accept("s0")
    assert desk.exit() == [
        "c0 SELL MARKET 0.037 reduce-only",
        "c1 SELL MARKET 0.037 reduce-only",
        "c2 SELL MARKET 0.036 reduce-only",
    ]


def test_a_close_that_filled_in_part_is_followed_by_another_for_the_rest() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    desk.accept("c0")
    assert desk.trade("c0", "0.050", left="0.070") == []
    assert desk.end("c0", OrderFact.EXPIRED) == []
    assert desk.wait(100) == ["c1 SELL MARKET 0.070 reduce-only"]


def test_a_close_that_stalls_is_cancelled_and_followed_by_another() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    desk.accept("c0")
    desk.trade("c0", "0.050", left="0.070")
    steps = desk.wait(2_000)
    assert steps[-2:] == ["cancel c0", "c1 SELL MARKET 0.070 reduce-only"]


def test_closes_that_fail_need_a_stop_beside_them() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.flatten()
    desk.end("s0")
    desk.refuse("f0", -1111)
    assert desk.wait(100) == ["f1 SELL MARKET 0.120 reduce-only"]
    assert desk.refuse("f1", -1111) == ["s1 SELL STOP_MARKET all at 9500"]
    desk.accept("s1")
    assert desk.wait(200) == ["f2 SELL MARKET 0.120 reduce-only"]


def test_a_close_that_fails_again_and_again_is_told_loudly_now_and_then() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.flatten()
    for number in range(5):
        desk.refuse(f"f{number}", -1111)
        desk.wait(5_000)
    text = "BTCUSDT could not be closed 5 times: no"
    assert desk.news[1:] == [Alarmed(text=text, is_urgent=True)]


def test_a_close_that_was_held_back_is_sent_when_the_venue_may_take_it() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    assert desk.hold_back("c0", wait_ms=3_000) == []
    assert desk.wait(3_000) == ["c1 SELL MARKET 0.120 reduce-only"]


def test_a_close_in_doubt_is_asked_for_and_missed_before_another_is_sent() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    assert desk.doubt("c0") == ["ask c0"]
    assert desk.answer("c0", None) == []
    assert desk.wait(100) == ["c1 SELL MARKET 0.120 reduce-only"]


def test_a_position_closed_by_hand_is_over_with_no_order_left() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    desk.accept("t0")
    assert desk.trade_by_hand("-0.120") == ["cancel s0", "cancel t0"]
    desk.end("s0", OrderFact.EXPIRED)
    desk.end("t0", OrderFact.EXPIRED)
    assert desk.is_over()
    assert desk.bracket.exit_reason is None


def test_a_position_that_a_stranger_flipped_is_his_and_ours_is_over() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.trade_by_hand("-0.200") == ["cancel s0"]
    desk.end("s0", OrderFact.EXPIRED)
    assert desk.is_over()
    assert desk.held.signed_quantity == Decimal("-0.080")


def test_the_stop_stays_while_only_one_book_is_flat_until_the_venue_was_asked() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 50
    assert desk.report_position("0") == []
    assert desk.wait(300) == ["look"]
    assert desk.see("0") == ["cancel s0"]
    desk.end("s0", OrderFact.EXPIRED)
    assert not desk.is_over()  # the trade that explains it is not told yet
    desk.trade_by_hand("-0.120")
    assert desk.is_over()


def test_a_flat_bracket_does_not_wait_for_its_trades_for_ever() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 50
    desk.report_position("0")
    desk.end("s0", OrderFact.EXPIRED)
    looks = 0
    while desk.now_ms < 15_050:
        if desk.wait(50):
            looks += 1
            desk.see("0")
    assert desk.is_over()
    assert looks == 8  # each pause is longer


def test_a_false_word_that_it_is_flat_leaves_it_protected() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 50
    desk.report_position("0")
    desk.wait(300)
    desk.now_ms += 40
    assert desk.see("0.120") == []
    assert desk.is_protected()
    assert desk.bracket.goal is Goal.HOLD


def test_an_entry_that_came_to_nothing_is_over_at_once() -> None:
    desk = BracketDesk()
    desk.enter()
    assert desk.refuse("e0", -2019) == []
    assert desk.is_over()
    assert desk.bracket.goal is Goal.LEAVE
    assert desk.bracket.exit_reason is None
    text = "BTCUSDT: the entry was refused: -2019 no"
    assert desk.news == [Alarmed(text=text, is_urgent=False)]


def test_an_exit_before_the_entry_filled_cancels_it_and_waits_what_becomes_of_it() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    assert desk.exit() == ["cancel e0"]
    assert desk.trade("e0", "0.120") == ["c0 SELL MARKET 0.120 reduce-only", "count down 0"]


def test_an_order_found_open_after_all_is_cancelled_on_a_flat_symbol() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.doubt("s0")
    desk.exit()
    desk.answer("s0", None)
    assert desk.trade("c0", "0.120") == ["cancel s0"]
    assert desk.cancel_failed("s0", is_gone=True) == ["ask s0"]
    assert desk.answer("s0", None) == []
    assert not desk.is_over()  # nobody has seen it, so it may come yet
    assert desk.wait(200) == ["cancel s0"]
    desk.bracket.on_accepted(desk.ticket("s0").name, desk.now_ms)
    desk.cancel_accepted("s0")
    assert desk.is_over()
    assert desk.ticket("s0").state is OrderState.CANCELED
