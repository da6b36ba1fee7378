"""What takes long is told, and is the end of it; but for the first time, when history is read."""

import pytest

from noctule.domain.events.signal import SignalGenerated, StrategyDisabled
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Symbol
from noctule.engine.owners_code import AskedTooLong
from noctule.strategies.base import StrategySettings
from tests.builders import BTCUSDT
from tests.fakes.opinion_room import ETHUSDT, Acting, OpinionRoom

LONG = Signal(direction=Direction.LONG, reason="up", stop=59_000.0)
ENABLES = "it is on again after a restart, or once it is enabled"


def fail() -> None:
    raise ValueError("no idea")


def text_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_a_slow_one_is_warned_by_name_and_not_on_every_candle(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = OpinionRoom()
    room.warm()
    room.wild[BTCUSDT].act = room.takes(51, then=lambda: LONG)
    room.wild[ETHUSDT].act = room.takes(60)
    for _ in range(3):
        assert len(room.ask()) == 1  # what it says counts
        room.ask(ETHUSDT)
    assert text_lines(caplog) == ["strategy is slow"]
    room.now_ns += 600_000 * 1_000_000
    room.ask(ETHUSDT)
    assert text_lines(caplog) == ["strategy is slow"] * 2
    fields = caplog.records[1].fields  # type: ignore[attr-defined]  # our own records have them
    assert fields == {
        "strategy": "wild",
        "symbol": "ETHUSDT",
        "took_ms": 60,
        "limit_ms": 50,
        "times": 7,
    }


def test_up_to_the_limit_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    room = OpinionRoom()
    room.warm()
    room.wild[BTCUSDT].act = room.takes(50)
    assert room.ask() == []
    assert text_lines(caplog) == []


def test_a_slow_one_that_fails_is_told_of_both(caplog: pytest.LogCaptureFixture) -> None:
    room = OpinionRoom()
    room.warm()
    room.wild[BTCUSDT].act = room.takes(51, then=fail)
    room.ask()
    room.ask()
    assert [type(each) for each in room.ask()] == [StrategyDisabled]
    assert text_lines(caplog) == ["strategy failed", "strategy is slow"] + ["strategy failed"] * 2


def test_one_that_takes_a_second_is_disabled_on_all_its_symbols_and_its_signal_is_lost() -> None:
    room = OpinionRoom()
    room.warm()
    room.wild[BTCUSDT].act = room.takes(1_001, then=lambda: LONG)
    (told,) = room.ask()
    assert isinstance(told, StrategyDisabled)
    assert told.symbols == (BTCUSDT, ETHUSDT)
    assert told.reason == (
        "took 1001 ms for one candle of BTCUSDT, 1000 ms at most: nothing else ran meanwhile"
    )
    assert told.remedy == f"make it faster; {ENABLES}"
    assert room.ask(ETHUSDT) == []
    assert room.wild[ETHUSDT].asked == 0
    room.calm.act = lambda: LONG
    assert [type(each) for each in room.ask(Symbol("SOLUSDT"))] == [SignalGenerated]


def test_only_where_it_was_on_it_is_told_as_disabled() -> None:
    room = OpinionRoom()
    room.warm()
    room.wild[ETHUSDT].act = fail
    for _ in range(3):
        room.ask(ETHUSDT)
    room.wild[BTCUSDT].act = room.takes(1_001)
    (told,) = room.ask()
    assert isinstance(told, StrategyDisabled)
    assert told.symbols == (BTCUSDT,)


@pytest.mark.parametrize("ms", [51, 4_999])
def test_the_first_time_it_may_take_as_long_as_the_history_takes_to_be_read(
    ms: int, caplog: pytest.LogCaptureFixture
) -> None:
    room = OpinionRoom()
    caplog.set_level("INFO")
    room.wild[BTCUSDT].act = room.takes(ms, then=lambda: LONG)
    assert [type(each) for each in room.ask()] == [SignalGenerated]
    assert text_lines(caplog) == ["strategy read the history"]
    fields = caplog.records[0].fields  # type: ignore[attr-defined]  # our own records have them
    assert fields == {"strategy": "wild", "symbol": "BTCUSDT", "took_ms": ms}
    room.wild[BTCUSDT].act = room.takes(1_001)
    assert [type(each) for each in room.ask()] == [StrategyDisabled]


def test_enabled_it_reads_the_history_again_and_may_take_as_long_again() -> None:
    room = OpinionRoom()
    room.warm()
    room.opinions.enable("wild")
    anew = Acting(StrategySettings())
    anew.act = room.takes(1_001, then=lambda: LONG)
    room.desks[BTCUSDT].make = lambda: anew
    assert [type(each) for each in room.ask()] == [SignalGenerated]
    assert [type(each) for each in room.ask()] == [StrategyDisabled]


def test_one_that_fails_at_first_and_is_interrupted_at_first_is_told_as_ever() -> None:
    room = OpinionRoom()
    room.wild[BTCUSDT].act = room.takes(51, then=fail)
    room.ask()
    assert room.desks[BTCUSDT].failures == 1

    def loop() -> None:
        room.opinions.turn.struck_ns = room.opinions.turn.began_ns
        raise AskedTooLong("wherever")

    room.wild[ETHUSDT].act = room.takes(5_000, then=loop)
    assert [type(each) for each in room.ask(ETHUSDT)] == [StrategyDisabled]
