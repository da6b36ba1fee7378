"""The parts that traded stand again, hear events, and have no world to ask."""

import asyncio
from pathlib import Path

import pytest

from noctule.app.replay.clock import RecordedClock
from noctule.domain.commands import Pause, Resume
from noctule.domain.events.order import CommandReceived, TradingHalted, TradingResumed
from noctule.domain.memory import DeskMemory, HaltMemory
from tests.builders import START_MS
from tests.fakes.replayed_stage import stage_at

PAUSE = Pause(actor="me", origin="test")


def test_what_follows_from_an_event_is_returned_and_heard_by_nobody_yet(tmp_path: Path) -> None:
    clock = RecordedClock()
    stage = stage_at(tmp_path, clock)
    clock.show(now_ms=START_MS + 5, elapsed_ms=5)
    (told,) = stage.hear(CommandReceived(at_ms=START_MS, trace="t", command=PAUSE))
    assert isinstance(told, TradingHalted)
    assert told.at_ms == START_MS + 5


def test_it_begins_with_what_the_process_before_decided(tmp_path: Path) -> None:
    halt = HaltMemory(check="pause", cause="paused by me", actor="me", ends_ms=None)
    stage = stage_at(tmp_path, memory=DeskMemory(halts=(halt,)))
    resume = CommandReceived(at_ms=START_MS, trace="t", command=Resume(actor="me", origin="test"))
    (told,) = stage.hear(resume)
    assert isinstance(told, TradingResumed)


def test_whoever_waits_there_is_a_bug(tmp_path: Path) -> None:
    stage = stage_at(tmp_path)
    with pytest.raises(AssertionError, match="waited where nothing is waited for"):
        stage.carry_out(lambda: asyncio.sleep(0))
