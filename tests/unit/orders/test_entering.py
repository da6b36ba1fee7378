"""How a bracket enters, and that a resting entry never outlives its time, or us."""

from noctule.domain.order import OrderState
from noctule.orders.machine import OrderFact
from tests.fakes.bracket_desk import BracketDesk


def test_a_market_entry_is_reserved_before_anything_is_sent() -> None:
    desk = BracketDesk()
    assert desk.enter("0.120") == ["e0 BUY MARKET 0.120"]
    assert desk.ticket("e0").state is OrderState.RESERVED


def test_a_market_entry_that_stalls_is_cancelled() -> None:
    desk = BracketDesk()
    desk.enter("0.120")
    desk.accept("e0")
    desk.trade("e0", "0.050", left="0.070")
    desk.accept("s0")
    steps = desk.wait(7_000)
    assert steps[-1] == "cancel e0"
    desk.end("e0")
    assert desk.bracket.entering == 0
    assert desk.is_protected()


def test_slices_of_one_entry_are_one_entry() -> None:
    desk = BracketDesk(market_lot_max="0.050")
    assert desk.enter("0.120") == [
        "e0 BUY MARKET 0.040",
        "e1 BUY MARKET 0.040",
        "e2 BUY MARKET 0.040",
    ]
    desk.refuse("e0", -2019)
    assert not desk.is_over()
    assert desk.trade("e1", "0.040") == ["s0 SELL STOP_MARKET all at 9500"]
    assert desk.trade("e2", "0.040") == []


def test_a_limit_entry_is_sent_under_a_count_down() -> None:
    desk = BracketDesk()
    assert desk.enter("0.120", price="9990") == ["e0 BUY LIMIT 0.120 at 9990 GTC under 30000"]


def test_the_count_down_is_renewed_while_the_entry_rests() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.wait(1_000)  # asked for, and never answered
    assert desk.wait(8_999) == []
    assert desk.wait(1) == ["count down 30000"]
    assert desk.wait(10_000) == ["count down 30000"]


def test_the_count_down_is_called_off_when_the_entry_is_over() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    filled = desk.trade("e0", "0.120")
    assert filled == ["s0 SELL STOP_MARKET all at 9500", "count down 0"]
    assert "count down 30000" not in desk.wait(60_000)


def test_an_entry_whose_time_is_over_is_cancelled_and_what_it_filled_stays() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.trade("e0", "0.050", left="0.070")
    desk.accept("s0")
    steps = desk.wait(60_000)
    assert steps[-1] == "cancel e0"
    desk.end("e0")
    assert desk.is_protected()
    assert desk.bracket.entering == 0


def test_an_entry_whose_time_is_over_before_it_filled_leaves_nothing() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.wait(60_000)
    assert desk.end("e0") == ["count down 0"]
    assert desk.is_over()


def test_an_entry_that_the_venue_s_count_down_cancelled_is_over() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    assert desk.end("e0", OrderFact.CANCELED) == ["count down 0"]
    assert desk.is_over()


def test_an_entry_is_not_cancelled_while_its_bytes_are_on_their_way() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.bracket.cancel_entries(desk.now_ms)
    assert desk.decide() == []
    assert desk.accept("e0") == ["cancel e0"]


def test_the_count_down_is_called_off_again_until_it_must_have_run_out() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.now_ms = 5_000
    assert "count down 0" in desk.trade("e0", "0.120")
    desk.accept("s0")
    assert desk.wait(9_999) == []
    assert desk.wait(1) == ["count down 0"]
    assert desk.wait(10_000) == ["count down 0"]
    assert desk.wait(60_000) == []
    assert desk.bracket.wake_ms is None


def test_the_count_down_begins_anew_for_an_entry_that_was_given_up_and_rests_after_all() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    desk.enter("0.060", price="9990")
    desk.trade("e0", "0.120")
    desk.accept("s0")
    assert desk.refuse("e1", -2019) == ["count down 0"]
    desk.now_ms = 1_000
    assert desk.accept("e1") == ["count down 30000"]


def test_a_limit_target_that_the_count_down_took_out_all_the_same_is_sent_again() -> None:
    desk = BracketDesk(target="11000", has_limit_target=True)
    desk.enter("0.120", price="9990")
    desk.accept("e0")
    desk.trade("e0", "0.120")
    assert desk.accept("s0") == ["t0 SELL LIMIT 0.120 at 11000 GTC reduce-only"]
    desk.accept("t0")
    desk.now_ms = 30_000
    assert desk.end("t0") == ["t1 SELL LIMIT 0.120 at 11000 GTC reduce-only"]
