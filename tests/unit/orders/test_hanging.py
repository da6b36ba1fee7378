"""A close that hangs holds up neither an operator's close nor the naked limit."""

from noctule.domain.order import OrderState
from noctule.orders.news import Alarmed
from tests.fakes.bracket_desk import BracketDesk, name_of


def test_an_operator_s_close_leaves_at_once_beside_a_strategy_s_that_hangs() -> None:
    desk = BracketDesk()
    desk.guard()
    assert desk.exit() == ["c0 SELL MARKET 0.120 reduce-only"]
    desk.bracket.on_sent(name_of("c0"))
    desk.now_ms = 500
    assert desk.flatten() == ["f0 SELL MARKET 0.120 reduce-only"]
    assert desk.flatten() == []


def test_an_operator_s_close_leaves_at_once_beside_one_for_want_of_a_stop() -> None:
    desk = BracketDesk()
    desk.hold()
    assert desk.refuse("s0", -2021) == ["c0 SELL MARKET 0.120 reduce-only"]
    desk.bracket.on_sent(name_of("c0"))
    assert desk.flatten() == ["f0 SELL MARKET 0.120 reduce-only"]


def test_a_close_in_doubt_is_followed_by_another_when_nobody_answers_for_long() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    assert desk.doubt("c0") == ["ask c0"]
    assert desk.wait(1_999) == []
    assert desk.wait(1) == ["c1 SELL MARKET 0.120 reduce-only"]
    desk.doubt("c1")
    assert "c2 SELL MARKET 0.120 reduce-only" in desk.wait(2_000)


def test_a_position_without_a_stop_whose_close_hangs_gets_one_at_the_naked_limit() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.exit()
    desk.refuse("s0", -4045)
    desk.bracket.on_sent(name_of("c0"))
    assert desk.wait(1_999) == []
    assert desk.wait(1) == ["s1 SELL STOP_MARKET 0.120 at 9500 reduce-only"]
    desk.accept("s1")
    assert "s2" not in " ".join(desk.wait(60_000))


def test_a_close_for_want_of_a_stop_has_a_moment_before_a_stop_is_tried_beside_it() -> None:
    desk = BracketDesk()
    desk.hold()
    desk.refuse("s0", -4045)
    desk.refuse("s1", -4045)
    steps = desk.wait(2_000)
    assert steps[-1] == "c0 SELL MARKET 0.120 reduce-only"
    assert isinstance(desk.news[-1], Alarmed)
    desk.refuse("s2", -4045)
    desk.refuse("s3", -4045)
    assert desk.wait(499) == []
    assert desk.wait(1)[0].startswith("s")


def test_a_stop_that_fired_and_does_not_trade_is_no_stop_beside_a_close_that_hangs() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.trigger("s0")
    steps = desk.wait(2_000)
    assert steps[-1] == "c0 SELL MARKET 0.120 reduce-only"
    desk.bracket.on_sent(name_of("c0"))
    assert "s1 SELL STOP_MARKET 0.120 at 9500 reduce-only" in desk.wait(2_000)


def test_closes_that_nobody_answers_and_nobody_finds_are_not_hammered() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    for number in range(4):
        desk.doubt(f"c{number}")
        assert desk.answer(f"c{number}", None) == []
        desk.wait(100 << number)
    assert desk.now_ms == 1_500
    assert desk.ticket("c4").state is OrderState.RESERVED


def test_stops_that_nobody_answers_and_nobody_finds_are_not_hammered() -> None:
    desk = BracketDesk()
    desk.hold()
    for number in range(4):
        desk.doubt(f"s{number}")
        assert desk.answer(f"s{number}", None) == []
        desk.wait(100 << number)
    assert desk.now_ms == 1_500
    assert desk.ticket("s4").state is OrderState.RESERVED


def test_a_close_that_was_waited_for_is_followed_by_another_as_soon_as_it_is_missed() -> None:
    desk = BracketDesk()
    desk.guard()
    desk.exit()
    desk.wait(1_000)
    desk.doubt("c0")
    assert desk.answer("c0", None) == ["c1 SELL MARKET 0.120 reduce-only"]
