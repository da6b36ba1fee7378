"""The writer's thread works on what waits, when asked at once, and ends when told to."""

import threading

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.store.scribe import Scribe
from noctule.telemetry.writer import Runner

TIMEOUT_MS = 10_000


@pytest.mark.parametrize("runner", Runner)
def test_a_flush_ends_once_all_was_worked_on(runner: Runner) -> None:
    asked: list[bool] = []
    scribe = Scribe(asked.append, name="test", runner=runner)
    scribe.start()
    assert scribe.flush(TIMEOUT_MS)
    assert True in asked
    assert scribe.close(TIMEOUT_MS)
    assert scribe.flush(TIMEOUT_MS)


def test_it_looks_by_itself() -> None:
    looked = threading.Event()
    scribe = Scribe(lambda _asked: looked.set(), name="x", runner=Runner.THREAD)
    scribe.start()
    assert looked.wait(TIMEOUT_MS / 1000)
    assert scribe.close(TIMEOUT_MS)


def test_one_that_never_started_has_nothing_to_do() -> None:
    scribe = Scribe(lambda _asked: pytest.fail("it worked"), name="x", runner=Runner.THREAD)
    assert scribe.flush(TIMEOUT_MS)
    assert scribe.close(TIMEOUT_MS)


def test_who_hangs_is_not_waited_for_beyond_the_time() -> None:
    go_on = threading.Event()

    def hang(_is_asked: bool) -> None:
        go_on.wait(TIMEOUT_MS / 1000)

    scribe = Scribe(hang, name="x", runner=Runner.THREAD)
    scribe.start()
    assert not scribe.flush(1)
    assert not scribe.close(1)
    go_on.set()


def test_inline_it_works_where_it_is_told_of_something() -> None:
    asked: list[bool] = []
    scribe = Scribe(asked.append, name="x", runner=Runner.INLINE)
    scribe.note()
    scribe.ring()
    scribe.start()
    scribe.note()
    scribe.ring()
    assert asked == [False, True]


def test_a_timer_looks_after_a_tenth_of_a_second_and_sooner_when_rung_for() -> None:
    async def main(clock: VirtualClock) -> None:
        worked: list[tuple[int, bool]] = []
        scribe = Scribe(
            lambda asked: worked.append((clock.now_ms(), asked)), name="x", runner=Runner.TIMER
        )
        scribe.start()
        scribe.note()
        scribe.note()
        await clock.sleep_ms(200)
        scribe.note()
        scribe.ring()
        await clock.sleep_ms(200)
        assert worked == [(100, False), (201, True)]
        scribe.note()
        assert scribe.close(TIMEOUT_MS)
        await clock.sleep_ms(200)  # what the timer was set for is over
        assert worked[2:] == [(400, True)]

    run_virtual(main, start_ms=0)
