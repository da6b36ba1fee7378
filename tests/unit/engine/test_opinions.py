"""Who misbehaves is told, and asked no more once it is too much; the others go on."""

from collections.abc import Callable
from typing import Any

import pytest
from typing_extensions import override

from noctule.domain.events.signal import SignalGenerated, StrategyDisabled
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import MINUTE_MS, Symbol
from noctule.engine.opinions import OpinionLimits
from noctule.engine.owners_code import AskedTooLong
from tests.builders import BTCUSDT, START_MS
from tests.fakes.opinion_room import ETHUSDT, OpinionRoom

LONG = Signal(direction=Direction.LONG, reason="up", stop=59_000.0)
ENABLES = "it is on again after a restart, or once it is enabled"


def fail() -> None:
    raise ValueError("no idea")


def text_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_a_signal_is_told_with_its_candle() -> None:
    room = OpinionRoom()
    room.wild[BTCUSDT].act = lambda: LONG
    (told,) = room.ask()
    assert isinstance(told, SignalGenerated)
    assert (told.signal, told.strategy, told.symbol, told.price) == (
        LONG,
        "wild",
        BTCUSDT,
        60_000.0,
    )
    assert told.close_ms == START_MS + 2 * MINUTE_MS - 1
    room.wild[BTCUSDT].act = lambda: None
    assert room.ask() == []


def test_the_third_failure_in_a_row_disables_it_on_its_symbol_and_nowhere_else() -> None:
    room = OpinionRoom()
    room.wild[BTCUSDT].act = fail
    assert room.ask() == []
    assert room.ask() == []
    (told,) = room.ask()
    assert isinstance(told, StrategyDisabled)
    assert (told.strategy, told.symbols) == ("wild", (BTCUSDT,))
    assert told.reason.startswith("failed 3 times in a row, the last time by opinion_room.py:")
    assert told.reason.endswith("in analyze: ValueError: no idea")
    assert told.remedy == f"correct it; {ENABLES}"
    assert room.ask() == []
    assert room.wild[BTCUSDT].asked == 3
    room.wild[ETHUSDT].act = lambda: LONG
    assert [type(each) for each in room.ask(ETHUSDT)] == [SignalGenerated]


def test_one_good_call_forgives_the_failures_before_it() -> None:
    room = OpinionRoom()
    for act in (fail, fail, lambda: None, fail, lambda: LONG, fail, fail):
        room.wild[BTCUSDT].act = act
        assert not any(isinstance(each, StrategyDisabled) for each in room.ask())
    assert room.desks[BTCUSDT].failures == 2


def test_a_failure_is_told_each_time_in_one_line_and_traced_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = OpinionRoom()
    for act in (fail, fail, lambda: None, fail, lambda: "LONG", lambda: None, lambda: "LONG"):
        room.wild[BTCUSDT].act = act
        room.ask()
    assert text_lines(caplog) == ["strategy failed"] * 5
    assert [bool(record.exc_text) for record in caplog.records] == [True, *[False] * 4]
    traceback = str(caplog.records[0].exc_text)
    assert traceback.startswith("Traceback (most recent call last):")
    assert traceback.endswith("ValueError: no idea")
    fields = caplog.records[3].fields  # type: ignore[attr-defined]  # our own records have them
    assert fields == {
        "strategy": "wild",
        "symbol": "BTCUSDT",
        "timeframe": "1m",
        "candle": "2026-09-28T00:05:00.000Z",
        "fault": "analyze returned 'LONG', not a Signal or None",
        "in_a_row": 2,
    }


def test_who_leaves_with_a_stop_leaves_and_is_told_once_that_it_is_ignored(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = OpinionRoom()
    flat = Signal(direction=Direction.FLAT, reason="out", stop=60_001.0)
    for strategy in room.wild.values():
        strategy.act = lambda: flat
    for symbol in (BTCUSDT, ETHUSDT, BTCUSDT):
        (told,) = room.ask(symbol)
        assert isinstance(told, SignalGenerated)
        assert told.signal == Signal(direction=Direction.FLAT, reason="out")
    assert text_lines(caplog) == ["levels of a FLAT signal are ignored"]


def test_one_that_is_interrupted_is_told_where_it_was_and_how_it_is_let_in_again() -> None:
    room = OpinionRoom()

    def loop() -> None:
        room.opinions.turn.struck_ns = room.opinions.turn.began_ns
        raise AskedTooLong("wherever")

    room.wild[BTCUSDT].act = room.takes(5_000, then=loop)
    (told,) = room.ask()
    assert isinstance(told, StrategyDisabled)
    assert told.symbols == (BTCUSDT, ETHUSDT)
    assert told.reason.startswith("did not come back within 5000 ms, it was at opinion_room.py:"), (
        told.reason
    )
    assert told.reason.endswith("in act: nothing else ran meanwhile")
    assert told.remedy == "delete the marker of wild"


def test_one_that_takes_no_notice_of_the_interruption_and_comes_back_is_disabled_all_the_same() -> (
    None
):
    room = OpinionRoom()

    def swallow() -> Signal:
        room.opinions.turn.struck_ns = room.opinions.turn.began_ns
        return LONG

    room.wild[BTCUSDT].act = room.takes(5_000, then=swallow)
    (told,) = room.ask()
    assert isinstance(told, StrategyDisabled)
    assert told.reason == "did not come back within 5000 ms: nothing else ran meanwhile"


def test_an_interruption_while_its_failure_is_put_into_words_is_its_failure() -> None:
    room = OpinionRoom()

    class Endless(Exception):
        """Is about to be put into words, for ever."""

        @override
        def __str__(self) -> str:
            room.opinions.turn.struck_ns = room.opinions.turn.began_ns
            raise AskedTooLong("test_opinions.py:7 in __str__")

    def fail_endlessly() -> None:
        raise Endless

    room.wild[BTCUSDT].act = fail_endlessly
    (told,) = room.ask()
    assert isinstance(told, StrategyDisabled)
    assert told.reason == (
        "did not come back within 5000 ms, it was at test_opinions.py:7 in __str__: "
        "nothing else ran meanwhile"
    )


@pytest.mark.parametrize("act", [lambda: None, lambda: LONG, fail], ids=["none", "signal", "error"])
def test_when_it_is_over_it_is_nobodys_turn(act: Callable[[], Any]) -> None:
    room = OpinionRoom()
    seen: list[int] = []

    def look() -> Any:
        seen.append(room.opinions.turn.began_ns)
        return act()

    room.wild[BTCUSDT].act = look
    room.ask()
    assert seen == [1_000_000_000]
    assert room.opinions.turn.began_ns == 0
    assert room.opinions.turn.desk is room.desks[BTCUSDT]


def test_it_is_turned_off_and_on_by_its_name() -> None:
    room = OpinionRoom()
    assert room.opinions.strategies == ("wild", "calm")
    assert room.opinions.disable("wild", "disabled by ana") == (BTCUSDT, ETHUSDT)
    assert room.opinions.disable("wild", "once more") == ()
    assert room.desks[BTCUSDT].disabled == "disabled by ana"
    assert room.ask() == []
    assert room.wild[BTCUSDT].asked == 0
    spoilt = room.desks[BTCUSDT].strategy
    assert room.opinions.enable("wild") == (BTCUSDT, ETHUSDT)
    room.ask()
    assert room.desks[BTCUSDT].strategy is not spoilt
    assert room.desks[Symbol("SOLUSDT")].strategy is room.calm  # of which nobody spoke


def test_nobody_is_turned_off_or_on_by_a_name_that_is_not_there() -> None:
    room = OpinionRoom()
    assert room.opinions.disable("nobody", "why") == ()
    assert room.opinions.enable("nobody") == ()


def test_the_limits_are_those_that_users_are_told() -> None:
    limits = OpinionLimits()
    assert (limits.failures_max, limits.slow_ms, limits.too_slow_ms) == (3, 50, 1_000)
    assert (limits.endless_ms, limits.stuck_ms) == (5_000, 2_000)


def test_what_is_raised_is_put_into_words_in_its_turn_and_never_by_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = OpinionRoom()
    asked: list[bool] = []

    class Shy(Exception):
        @override
        def __str__(self) -> str:
            asked.append(room.opinions.turn.began_ns > 0)
            return "said"

    def fail_shyly() -> None:
        raise Shy

    room.wild[BTCUSDT].act = fail_shyly
    room.ask()
    (record,) = caplog.records
    assert record.exc_info is None
    assert str(record.exc_text).endswith("Shy: said")
    assert asked
    assert all(asked)
