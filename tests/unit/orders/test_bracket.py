"""A bracket from the decision to flat: what others may know of it, and what it takes over."""

from decimal import Decimal

import pytest

from noctule.domain import values
from noctule.domain.order import OrderKind, OrderState
from noctule.domain.signals import Direction
from noctule.orders.machine import OrderFact
from noctule.orders.state import Goal
from tests.fakes.bracket_desk import BracketDesk, name_of, plan

OPEN, UNKNOWN = OrderState.OPEN, OrderState.UNKNOWN


def test_a_round_trip_ends_over_with_every_order_ended() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    desk.accept("t0")
    desk.trigger("t0")
    assert desk.trade("t0", "0.120") == ["cancel s0"]
    desk.end("s0", OrderFact.EXPIRED)
    assert desk.is_over()
    assert not [*desk.blotter.live()]
    assert desk.bracket.exit_reason is None  # it did not want out: a target filled


def test_it_tells_what_it_was_begun_for_and_where_it_ends() -> None:
    desk = BracketDesk(target="11000")
    assert desk.bracket.plan == plan(target="11000")
    assert desk.bracket.stop == values.price("9500")
    assert desk.bracket.target == values.price("11000")
    assert desk.bracket.goal is Goal.HOLD


@pytest.mark.parametrize(
    ("direction", "entering"), [(Direction.LONG, "0.120"), (Direction.SHORT, "-0.120")]
)
def test_it_tells_what_entries_may_fill_yet(direction: Direction, entering: str) -> None:
    desk = BracketDesk(direction)
    desk.enter("0.120")
    assert desk.bracket.entering == Decimal(entering)
    desk.trade("e0", "0.120")
    assert desk.bracket.entering == 0


def test_it_is_settled_when_no_answer_is_owed_and_nothing_is_naked() -> None:
    desk = BracketDesk()
    desk.enter()
    assert not _is_settled(desk)
    desk.accept("e0")
    desk.trade("e0", "0.120")
    assert not _is_settled(desk)
    desk.accept("s0")
    assert _is_settled(desk)
    desk.move_stop("9700")
    desk.accept("s1")
    assert not _is_settled(desk)  # the old one is being cancelled
    desk.cancel_accepted("s0")
    assert _is_settled(desk)


def test_deciding_again_does_nothing_twice() -> None:
    desk = BracketDesk(target="11000")
    desk.guard()
    desk.flatten()
    assert desk.decide() == []


def test_news_are_taken_once() -> None:
    desk = BracketDesk()
    desk.guard()
    assert len(desk.news) == 1
    assert desk.bracket.take_news() == []


def test_it_does_not_hear_of_orders_that_are_not_its_own() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.bracket.on_ended(name_of("s5"), OrderFact.CANCELED, desk.now_ms)
    assert desk.decide() == []
    assert desk.is_protected()


def test_a_word_that_comes_twice_changes_nothing() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.refuse("s0", -4045)
    assert desk.refuse("s0", -4045) == []
    assert desk.hold_back("s0") == []
    assert desk.doubt("s0") == []
    assert desk.accept("s1") == desk.accept("s1") == []


def test_a_stop_is_not_moved_while_it_leaves() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    assert desk.move_stop("9700") == []
    assert desk.bracket.stop == values.price("9500")


def test_a_position_that_a_dead_process_left_naked_is_protected_under_a_leg_of_its_own() -> None:
    desk = BracketDesk()
    desk.bracket.note_recovered()
    desk.adopt("e0", state=OrderState.FILLED, filled="0.120")
    assert desk.report_position("0.120") == ["p0 SELL STOP_MARKET all at 9500"]


def test_a_stop_that_a_dead_process_left_is_taken_over_and_its_name_not_used_again() -> None:
    desk = BracketDesk()
    desk.bracket.note_recovered()
    desk.adopt("p0", OrderKind.STOP_MARKET, quantity=None, state=OPEN, at="9500")
    assert desk.report_position("0.120") == []
    assert desk.is_protected()
    assert desk.end("p0") == ["look"]
    assert desk.see("0.120") == ["p1 SELL STOP_MARKET all at 9500"]


def test_an_unknown_entry_of_a_dead_process_is_asked_for_at_once() -> None:
    desk = BracketDesk()
    desk.adopt("e0", state=UNKNOWN)
    assert desk.decide() == ["ask e0"]


def test_a_resting_entry_of_a_dead_process_is_cancelled() -> None:
    desk = BracketDesk()
    desk.adopt("e0", OrderKind.LIMIT, state=OPEN, at="9990")
    assert desk.decide() == ["cancel e0"]


def test_books_are_compared_anew_after_they_agreed() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 10
    desk.report_position("0.100")
    desk.now_ms = 200
    desk.report_position("0.120")
    desk.now_ms = 250
    desk.report_position("0.100")
    assert desk.wait(250) == []
    assert desk.wait(50) == ["look"]


def test_there_is_no_time_to_decide_again_where_nothing_is_awaited() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.bracket.wake_ms is None


def test_entries_that_have_not_left_are_wanted_until_it_leaves_or_their_time_is_over() -> None:
    desk = BracketDesk()
    desk.enter("0.120", price="9990")
    assert desk.bracket.may_enter(59_999)
    assert not desk.bracket.may_enter(60_000)
    desk.exit()
    assert not desk.bracket.may_enter(0)


def test_an_end_that_is_told_twice_changes_nothing() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.end("s0")
    desk.see("0.120")
    assert desk.end("s0") == []


def test_its_orders_that_may_trade_can_be_shown() -> None:
    desk = BracketDesk()
    desk.guard()
    (stop,) = desk.bracket.orders
    assert stop.request.leg.name == "STOP"
    desk.end("s0")
    assert stop not in desk.bracket.orders, "it has ended"


def _is_settled(desk: BracketDesk) -> bool:
    return desk.bracket.is_settled
