"""A stop guards when it has rested for a while; one that ends as soon as it rests does not."""

from noctule.orders.machine import OrderFact
from noctule.orders.state import Goal
from tests.fakes.bracket_desk import BracketDesk


def test_a_stop_that_expires_as_soon_as_it_rests_is_followed_by_a_pause() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.end("s0", OrderFact.EXPIRED) == []
    assert not desk.is_protected()
    assert desk.wait(100) == ["s1 SELL STOP_MARKET all at 9500"]
    desk.accept("s1")
    desk.now_ms += 50
    assert desk.end("s1", OrderFact.EXPIRED) == []
    assert desk.wait(199) == []
    assert desk.wait(1) == ["s2 SELL STOP_MARKET all at 9500"]


def test_stops_that_expire_as_soon_as_they_rest_leave_the_position_naked() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.end("s0", OrderFact.EXPIRED)
    for name in ("s1", "s2", "s3"):
        desk.wait(400)
        desk.accept(name)
        desk.now_ms += 50
        desk.end(name, OrderFact.EXPIRED)
    desk.wait(649)
    assert desk.bracket.exit_reason is None
    desk.wait(1)
    assert desk.bracket.goal is Goal.LEAVE


def test_a_stop_that_expires_after_a_while_is_replaced_at_once_and_time_runs_anew() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.now_ms = 60_000
    assert desk.end("s0", OrderFact.EXPIRED) == ["s1 SELL STOP_MARKET all at 9500"]
    assert desk.wait(1_999) == []
    assert desk.bracket.goal is Goal.HOLD


def test_what_failed_before_a_stop_rested_does_not_count_when_it_is_moved() -> None:
    desk = BracketDesk()
    desk.hold()
    for name in ("s0", "s1", "s2"):
        desk.hold_back(name)
        desk.wait(400)
    desk.accept("s3")
    desk.wait(100)
    desk.move_stop("9600")
    desk.refuse("s4", -4045)
    assert str(desk.bracket.stop) == "9600"
