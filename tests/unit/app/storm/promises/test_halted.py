"""Paused, killed or halted: no entry leaves."""

from pathlib import Path

import pytest

from noctule.app.storm.home import KILL_SWITCH
from noctule.app.storm.promises.halted import NoEntryWhileHalted
from noctule.app.storm.story import Operate, OperatorDeed
from noctule.domain.commands import AnyCommand, Pause, Resume
from noctule.domain.events.order import CommandReceived, TradingHalted, TradingResumed
from tests.fakes.small_storms import a_story
from tests.fakes.storm_court import BTC, ETH, Court, a_life
from tests.fakes.storm_scene import OPEN_MS

PAUSE, RESUME = Pause(actor="owner", origin="test"), Resume(actor="owner", origin="test")
RESUMED = TradingResumed(at_ms=0, trace="", actor="owner")


@pytest.fixture
def court(tmp_path: Path) -> Court[NoEntryWhileHalted]:
    switch = Operate(at_ms=0, deed=OperatorDeed.KILL_SWITCH, symbol=BTC)
    return Court(
        NoEntryWhileHalted, a_story(switch, symbols=(BTC, ETH)), life=a_life(home=tmp_path)
    )


def _command(court: Court[NoEntryWhileHalted], command: AnyCommand) -> None:
    court.rule.heard(CommandReceived(at_ms=0, trace="", command=command))


def _halt(court: Court[NoEntryWhileHalted], ends_ms: int) -> None:
    court.rule.heard(
        TradingHalted(at_ms=0, trace="", cause="three losses", actor="risk", ends_ms=ends_ms)
    )


def test_what_was_on_its_way_may_arrive(court: Court[NoEntryWhileHalted]) -> None:
    _command(court, PAUSE)
    court.wait(100)
    court.enter()
    assert court.told == []


def test_after_a_pause_nothing_is_entered(court: Court[NoEntryWhileHalted]) -> None:
    _command(court, PAUSE)
    court.wait(10_000)
    court.enter()
    assert court.told == ["BTCUSDT is entered 10000 ms after a pause"]


def test_a_close_is_no_entry(court: Court[NoEntryWhileHalted]) -> None:
    court.enter()
    _command(court, PAUSE)
    court.wait(10_000)
    court.stop()
    court.leave()
    assert court.told == []


def test_somebody_may_resume(court: Court[NoEntryWhileHalted]) -> None:
    _command(court, PAUSE)
    court.wait(10_000)
    _command(court, RESUME)
    court.enter()
    assert court.told == []


def test_a_pause_outlives_a_process(court: Court[NoEntryWhileHalted]) -> None:
    _command(court, PAUSE)
    court.wait(10_000)
    court.end()
    court.begin()
    court.enter()
    assert len(court.told) == 1


def test_but_not_one_that_the_process_had_no_time_to_write(
    court: Court[NoEntryWhileHalted],
) -> None:
    court.life.is_dead = True
    _command(court, PAUSE)
    court.wait(500)
    court.end()
    court.life.is_dead = False
    court.begin()
    court.wait(10_000)
    court.enter()
    assert court.told == []


def test_a_breaker_holds_until_its_end(court: Court[NoEntryWhileHalted]) -> None:
    _halt(court, ends_ms=OPEN_MS + 120_000)
    court.wait(30_000)
    court.enter()
    assert court.told == ["BTCUSDT is entered 30000 ms after it was halted: three losses"]
    court.wait(60_000)
    court.enter(attempt=1)
    assert len(court.told) == 1


def test_resumed_by_the_bot_itself_it_is_over(court: Court[NoEntryWhileHalted]) -> None:
    _halt(court, ends_ms=OPEN_MS + 600_000)
    court.wait(30_000)
    court.rule.heard(RESUMED)
    court.enter()
    assert court.told == []


def test_the_kill_switch_is_a_file(court: Court[NoEntryWhileHalted], tmp_path: Path) -> None:
    (tmp_path / KILL_SWITCH).touch()
    court.wait(1_000)
    court.enter()
    assert court.told == []
    court.wait(10_000)
    court.enter(attempt=1)
    assert court.told == ["BTCUSDT is entered 10000 ms after the kill switch was set"]
    (tmp_path / KILL_SWITCH).unlink()
    court.wait(1_000)
    court.enter(attempt=2)
    assert len(court.told) == 1
