"""A strategy that does not come back is interrupted; what takes no notice ends the process."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from typing_extensions import override

from noctule.domain.errors import StrategyError
from noctule.engine.opinions import OpinionLimits
from noctule.engine.owners_code import AskedTooLong
from noctule.strategies.base import StrategySettings
from tests.builders import candle
from tests.fakes.opinion_room import Acting
from tests.unit.app.watched import Watched, loop


@pytest.mark.parametrize("act", [loop, lambda: time.sleep(20)], ids=["loops", "sleeps"])
def test_what_does_not_come_back_is_interrupted_where_it_stands(act: Callable[[], object]) -> None:
    watched = Watched()
    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(act)
    ((strategy, reason),) = watched.condemned
    assert strategy == "wild"
    assert reason.startswith("did not come back within 40 ms, it was ")
    assert watched.abandoned == []


def test_what_takes_the_first_interruptions_for_its_own_is_interrupted_again() -> None:
    watched, seen = Watched(), 0

    def swallow_two() -> None:
        nonlocal seen
        while True:
            try:
                time.sleep(20)
            except AskedTooLong:
                seen += 1
                if seen == 3:
                    raise

    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(swallow_two)
    assert seen == 3
    assert len(watched.condemned) == 1


def test_what_loops_while_its_traceback_is_written_is_interrupted_too() -> None:
    said = 0

    class Shy(Exception):
        @override
        def __str__(self) -> str:
            nonlocal said
            said += 1
            if said == 2:
                loop()
            return "said"

    def fail() -> None:
        raise Shy

    watched, strategy = Watched(), Acting(StrategySettings())
    desk = watched.turn.desk
    assert desk is not None
    strategy.act, desk.strategy = fail, strategy
    with watched.dog.watching(), pytest.raises(StrategyError, match="Shy: said") as caught:
        watched.has_turn(lambda: desk.opinion(candle()))
    assert len(watched.condemned) == 1
    assert "in fail\n" in caught.value.traceback
    assert watched.abandoned == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_swallows_every_interruption_ends_the_process(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched()

    def swallow_all() -> None:
        while True:
            with suppress(AskedTooLong):
                watched.gave_up.wait()
                return

    with watched.dog.watching():
        watched.has_turn(swallow_all)
    assert watched.abandoned == [
        "strategy wild did not come back within 40 ms, it was outside of its files on BTCUSDT and "
        "cannot be interrupted; the process ends, and the next one starts with it disabled"
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "strategy does not come back",
        "strategy is stuck and ends the process",
    ]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_outside_of_the_main_thread_nobody_is_interrupted() -> None:
    watched = Watched()

    def live() -> None:
        with watched.dog.watching():
            watched.has_turn(watched.gave_up.wait)

    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    assert len(watched.abandoned) == 1


def test_who_comes_back_in_time_is_left_alone() -> None:
    watched = Watched(OpinionLimits(endless_ms=1_000))
    with watched.dog.watching():
        for _ in range(6):
            watched.has_turn(lambda: time.sleep(0.2))  # longer than that in all
    assert watched.condemned == []
    assert watched.last_resort.puts_off > 1  # as long as its thread comes to it
    assert watched.last_resort.calls_off == 1


def test_a_signal_from_a_stranger_interrupts_nobody() -> None:
    watched = Watched()
    with watched.dog.watching():
        watched.has_turn(lambda: signal.raise_signal(signal.SIGUSR2))
        signal.raise_signal(signal.SIGUSR2)
    assert watched.condemned == []


def test_the_last_resort_is_armed_before_any_strategy_has_its_turn() -> None:
    watched = Watched(OpinionLimits(endless_ms=60_000))
    with watched.dog.watching():
        assert watched.last_resort.puts_off == 1


async def test_it_keeps_watch_until_it_is_cancelled_and_leaves_the_signal_as_it_was() -> None:
    watched = Watched()
    before = signal.getsignal(signal.SIGUSR2)
    watch = asyncio.create_task(watched.dog.keep_watch())  # noqa: TID251  # it is cancelled here
    await asyncio.sleep(0)
    assert signal.getsignal(signal.SIGUSR2) is not before
    with pytest.raises(AskedTooLong):
        watched.has_turn(loop)
    watch.cancel()
    await asyncio.wait({watch})
    assert signal.getsignal(signal.SIGUSR2) is before
    assert "strategy watchdog" not in {each.name for each in threading.enumerate()}


def test_it_is_marked_before_anything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    watched, said_before = Watched(), []
    watched.dog._condemn = lambda *_told: said_before.append(len(caplog.records))
    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(loop)
    assert said_before == [0]


def test_one_that_cannot_be_marked_is_interrupted_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched()

    def fail(_strategy: str, _reason: str) -> None:
        raise ValueError("half a character")

    watched.dog._condemn = fail
    with watched.dog.watching(), pytest.raises(AskedTooLong):
        watched.has_turn(loop)
    assert "strategy not marked" in [record.getMessage() for record in caplog.records]
