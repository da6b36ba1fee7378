"""The target stands beside the stop, fits what is held, and is given up before the stop is."""

from noctule.domain.order import OrderState
from noctule.domain.trade import ExitReason
from noctule.orders.news import Alarmed
from tests.fakes.bracket_desk import BracketDesk


def test_a_target_whose_price_is_passed_takes_the_profit_at_market() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    assert desk.refuse("t0", -2021) == ["c0 SELL MARKET 0.120 reduce-only"]
    assert desk.bracket.exit_reason is ExitReason.TARGET


def test_a_target_that_is_refused_is_tried_in_the_other_form() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    assert desk.refuse("t0", -4045) == []
    assert desk.wait(100) == ["t1 SELL TAKE_PROFIT_MARKET 0.120 at 11000 reduce-only"]


def test_a_target_that_is_refused_for_good_is_given_up_and_the_stop_stays() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    for name in ("t0", "t1", "t2", "t3"):
        desk.refuse(name, -4045)
        desk.wait(2_000)
    assert desk.bracket.target is None
    text = "BTCUSDT: the target at 11000 was refused again and again: going on without it"
    assert desk.news[1:] == [Alarmed(text=text, is_urgent=False)]
    assert desk.is_protected()


def test_a_target_that_was_held_back_is_sent_again_later() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    assert desk.hold_back("t0", wait_ms=500) == []
    assert desk.wait(500) == ["t1 SELL TAKE_PROFIT_MARKET all at 11000"]


def test_a_limit_target_fits_the_position() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    assert desk.guard() == ["t0 SELL LIMIT 0.120 at 11000 GTC reduce-only"]
    desk.accept("t0")
    assert desk.trade_by_hand("-0.020") == ["cancel t0"]
    assert desk.cancel_accepted("t0") == []  # it may have traded: the venue is asked first
    assert desk.wait(200) == ["ask t0"]
    again = desk.answer("t0", OrderState.CANCELED)
    assert again == ["t1 SELL LIMIT 0.100 at 11000 GTC reduce-only"]


def test_while_an_entry_rests_its_limit_target_waits_for_a_trigger() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.trade("e0", "0.050", left="0.070")
    assert desk.accept("s0") == ["t0 SELL TAKE_PROFIT 0.050 at 11000 GTC reduce-only"]
    desk.accept("t0")
    assert desk.trade("e0", "0.020", left="0.050") == []  # it is fitted when the entry is over
    assert desk.trade("e0", "0.050") == ["cancel t0", "count down 0"]


def test_a_target_in_doubt_is_not_sent_twice() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    assert desk.doubt("t0") == ["ask t0"]
    assert desk.answer("t0", None) == []
    assert desk.wait(1_000) == ["ask t0"]


def test_a_target_that_does_not_fit_any_form_is_not_fitted_while_it_closes_all() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    desk.accept("t0")
    assert desk.trade_by_hand("-0.020") == []


def test_a_limit_target_is_fitted_when_both_books_agree_on_what_is_held() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.guard()
    desk.accept("t0")
    desk.now_ms = 100
    assert desk.report_position("0.070") == []  # it filled in part: the trade is told next
    assert desk.trade("t0", "0.050", left="0.070") == []
    assert desk.report_position("0.040") == []  # a stranger's
    assert desk.trade_by_hand("-0.030") == ["cancel t0"]


def test_a_target_that_is_held_back_again_and_again_is_not_given_up() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    for name in ("t0", "t1", "t2", "t3"):
        desk.hold_back(name)
        desk.wait(2_000)
    assert desk.ticket("t4").state is OrderState.RESERVED
