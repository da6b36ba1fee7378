"""Leaving goes step by step, each within its deadline, and the first to ask is remembered."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.engine.shutdown import (
    DEADLINES_MS,
    ShutdownStep,
    StepOutcome,
    StepResult,
    StopRequest,
    run_steps,
    signals_caught,
)

Act = Callable[[], Awaitable[None]]


def taking(clock: VirtualClock, duration_ms: int) -> Act:
    return lambda: clock.sleep_ms(duration_ms)


async def fail() -> None:
    raise OSError("disk full")


def step(name: str, act: Act) -> ShutdownStep:
    return ShutdownStep(name=name, act=act)


def result(name: str, outcome: StepOutcome, took_ms: int) -> StepResult:
    return StepResult(name=name, outcome=outcome, took_ms=took_ms)


async def test_the_steps_are_taken_one_after_the_other_in_their_order(clock: VirtualClock) -> None:
    began: list[tuple[str, int]] = []

    def work(name: str) -> Act:
        async def act() -> None:
            began.append((name, clock.now_ms()))
            await clock.sleep_ms(100)

        return act

    steps = [step(name, work(name)) for name in DEADLINES_MS]
    results = await run_steps(steps, clock=clock, total_ms=60_000)

    assert began == [(name, 100 * place) for place, name in enumerate(DEADLINES_MS)]
    assert results == tuple(result(name, StepOutcome.DONE, 100) for name in DEADLINES_MS)


async def test_a_step_that_hangs_uses_up_its_own_deadline_and_the_next_one_follows(
    clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    steps = [
        step("collector stop", taking(clock, 3_600_000)),
        step("policy", taking(clock, 14_999)),
        step("journal", taking(clock, 5_001)),
    ]

    assert await run_steps(steps, clock=clock, total_ms=60_000) == (
        result("collector stop", StepOutcome.OVERRUN, 5_000),
        result("policy", StepOutcome.DONE, 14_999),
        result("journal", StepOutcome.OVERRUN, 5_000),
    )
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "shutdown step overran")
    ] * 2


async def test_a_step_that_fails_is_logged_and_the_next_one_follows(
    clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    steps = [step("journal", fail), step("close adapters", taking(clock, 10))]

    assert await run_steps(steps, clock=clock, total_ms=60_000) == (
        result("journal", StepOutcome.FAILED, 0),
        result("close adapters", StepOutcome.DONE, 10),
    )
    assert [record.getMessage() for record in caplog.records] == ["shutdown step failed"]


async def test_all_steps_together_keep_the_total_and_each_is_at_least_begun(
    clock: VirtualClock,
) -> None:
    begun: list[str] = []

    async def begin_and_hang() -> None:
        begun.append("journal")
        await clock.sleep_ms(60_000)

    steps = [
        step("collector stop", taking(clock, 60_000)),
        step("policy", taking(clock, 60_000)),
        step("journal", begin_and_hang),
        step("close adapters", taking(clock, 0)),
    ]

    assert await run_steps(steps, clock=clock, total_ms=7_000) == (
        result("collector stop", StepOutcome.OVERRUN, 5_000),
        result("policy", StepOutcome.OVERRUN, 2_000),
        result("journal", StepOutcome.OVERRUN, 0),
        result("close adapters", StepOutcome.DONE, 0),
    )
    assert begun == ["journal"]


async def test_a_step_without_a_deadline_is_a_mistake(clock: VirtualClock) -> None:
    with pytest.raises(KeyError, match="coffee"):
        await run_steps([step("coffee", fail)], clock=clock, total_ms=60_000)


async def test_signals_reach_us_in_the_block_and_their_old_handlers_after_it() -> None:
    request = StopRequest()
    heard: list[str] = []
    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in caught]
    with signals_caught(
        request, reload=lambda: heard.append("reload"), force=lambda: heard.append("force")
    ):
        signal.raise_signal(signal.SIGHUP)
        await asyncio.sleep(0)
        signal.raise_signal(signal.SIGTERM)
        assert await request.wait() == "SIGTERM"
        assert heard == ["reload"]
        signal.raise_signal(signal.SIGINT)
        assert heard == ["reload", "force"]

    assert [signal.getsignal(number) for number in caught] == before


async def test_who_waits_for_a_stop_learns_the_first_cause() -> None:
    request = StopRequest()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(request.wait())
        await asyncio.sleep(1)
        assert not waiting.done()
        request.ask("SIGTERM")
        request.ask("component feed: for 90 s")

    assert waiting.result() == request.cause == "SIGTERM"


async def test_work_that_nobody_asks_to_leave_is_done(clock: VirtualClock) -> None:
    request = StopRequest()

    assert await request.unless_asked(taking(clock, 100))
    assert clock.now_ms() == 100
    request.ask("SIGTERM")


async def test_work_is_not_begun_once_somebody_has_asked() -> None:
    request = StopRequest()
    request.ask("SIGTERM")

    assert not await request.unless_asked(fail)


async def test_work_is_left_at_once_when_somebody_asks_however_often(clock: VirtualClock) -> None:
    request = StopRequest()

    async def ask_twice() -> None:
        await asyncio.sleep(1)
        request.ask("SIGTERM")
        await asyncio.sleep(0)
        request.ask("component feed: for 90 s")

    async with asyncio.TaskGroup() as group:
        group.create_task(ask_twice())
        assert not await request.unless_asked(taking(clock, 3_600_000))
    assert clock.now_ms() == 1_000
    assert request.cause == "SIGTERM"


async def test_work_with_a_grace_may_go_on_so_long_and_is_done_or_left(clock: VirtualClock) -> None:
    request = StopRequest()

    async def ask() -> None:
        await asyncio.sleep(1)
        request.ask("SIGTERM")

    async with asyncio.TaskGroup() as group:
        group.create_task(ask())
        assert await request.unless_asked(taking(clock, 2_500), grace_ms=2_000)
    assert clock.now_ms() == 2_500
    again = StopRequest()
    asyncio.get_running_loop().call_later(1, again.ask, "SIGTERM")
    assert not await again.unless_asked(taking(clock, 10_000), grace_ms=2_000)
    assert clock.now_ms() == 5_500


async def test_a_timeout_of_the_works_own_is_its_failure_and_no_stop() -> None:
    async def time_out() -> None:
        async with asyncio.timeout(1):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await StopRequest().unless_asked(time_out)


async def test_a_stop_that_was_asked_for_before_is_not_missed() -> None:
    request = StopRequest()
    request.ask("SIGINT")

    assert await request.wait() == "SIGINT"
