"""asyncio runs on virtual time as it does on real time, only at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from noctule.adapters.clock import (
    VirtualBusyLoop,
    VirtualClock,
    VirtualDeadlock,
    run_virtual,
)

START_MS = 1_700_000_000_000
YEAR_MS = 365 * 24 * 3_600_000


def test_a_year_of_hourly_sleeps_ends_at_the_exact_millisecond() -> None:
    async def main(clock: VirtualClock) -> int:
        for _ in range(365 * 24):
            await asyncio.sleep(3_600)
        return clock.now_ms()

    assert run_virtual(main, start_ms=START_MS) == START_MS + YEAR_MS


def test_the_loops_time_is_the_clocks() -> None:
    async def main(clock: VirtualClock) -> tuple[float, int]:
        await asyncio.sleep(0.25)
        await clock.sleep_ms(500)
        return asyncio.get_running_loop().time(), clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == (0.75, 750)


def test_sub_millisecond_timers_keep_their_order_late_in_the_year() -> None:
    async def main(clock: VirtualClock) -> list[tuple[str, int]]:
        await clock.sleep_ms(YEAR_MS)
        began_us = clock.now_us()
        rung: list[tuple[str, int]] = []
        loop = asyncio.get_running_loop()
        loop.call_later(0.000_002, lambda: rung.append(("later", clock.now_us() - began_us)))
        loop.call_later(0.000_001, lambda: rung.append(("sooner", clock.now_us() - began_us)))
        await asyncio.sleep(0.001)
        return rung

    assert run_virtual(main, start_ms=START_MS) == [("sooner", 1), ("later", 2)]


def test_sleepers_of_the_loop_and_of_the_clock_share_one_order() -> None:
    woken: list[str] = []

    async def on_the_loop(name: str) -> None:
        await asyncio.sleep(0.01)
        woken.append(name)

    async def on_the_clock(clock: VirtualClock, name: str) -> None:
        await clock.sleep_ms(10)
        woken.append(name)

    async def main(clock: VirtualClock) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(on_the_loop("first"))
            group.create_task(on_the_clock(clock, "second"))
            group.create_task(on_the_loop("third"))

    run_virtual(main, start_ms=START_MS)
    assert woken == ["first", "second", "third"]


def test_what_is_due_now_rings_after_what_is_ready_already() -> None:
    async def main(clock: VirtualClock) -> list[str]:
        rung: list[str] = []
        loop = asyncio.get_running_loop()
        loop.call_later(-1, rung.append, "overdue")
        loop.call_soon(rung.append, "ready")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return rung

    assert run_virtual(main, start_ms=START_MS) == ["ready", "overdue"]


def test_a_program_that_advances_the_clock_itself_wakes_the_loops_sleepers() -> None:
    async def main(clock: VirtualClock) -> int:
        async with asyncio.TaskGroup() as group:
            sleeper = group.create_task(asyncio.sleep(60, "woken"))
            await asyncio.sleep(0)
            clock.advance_to_ms(START_MS + 90_000)
        assert sleeper.result() == "woken"
        return clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 90_000


def test_wait_for_gives_up_at_its_deadline() -> None:
    async def main(clock: VirtualClock) -> int:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), timeout=5)
        return clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 5_000


def test_of_nested_timeouts_the_nearer_one_fires() -> None:
    async def main(clock: VirtualClock) -> int:
        async with asyncio.timeout(60):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(5):
                    await asyncio.sleep(3_600)
            await asyncio.sleep(1)
        return clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 6_000


def test_a_timeout_that_was_not_needed_stops_no_jump() -> None:
    async def main(clock: VirtualClock) -> int:
        assert await asyncio.wait_for(asyncio.sleep(1, "done"), timeout=60) == "done"
        assert clock.next_alarm_us() is None
        return clock.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 1_000


def test_queue_event_and_condition_meet_in_virtual_time() -> None:
    async def main(clock: VirtualClock) -> list[str]:
        seen: list[str] = []
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        event = asyncio.Event()
        condition = asyncio.Condition()

        async def producer() -> None:
            for word in ("one", "two"):
                await asyncio.sleep(1)
                await queue.put(word)
            event.set()
            await asyncio.sleep(1)
            async with condition:
                condition.notify_all()

        async def consumer() -> None:
            seen.append(f"{await queue.get()} at {clock.now_ms()}")
            seen.append(f"{await queue.get()} at {clock.now_ms()}")
            await event.wait()
            seen.append(f"event at {clock.now_ms()}")
            async with condition:
                await condition.wait()
            seen.append(f"condition at {clock.now_ms()}")

        async with asyncio.TaskGroup() as group:
            group.create_task(consumer())
            group.create_task(producer())
        return seen

    expected = ["one at 1000", "two at 2000", "event at 2000", "condition at 3000"]
    assert run_virtual(main, start_ms=0) == expected


def test_a_failing_task_cancels_its_group_at_that_instant() -> None:
    cancelled_ms: list[int] = []

    async def sleeper(clock: VirtualClock) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled_ms.append(clock.now_ms())

    async def failing() -> None:
        await asyncio.sleep(1)
        raise ValueError("no")

    async def main(clock: VirtualClock) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(sleeper(clock))
            group.create_task(failing())

    with pytest.raises(ExceptionGroup, match="unhandled errors in a TaskGroup"):
        run_virtual(main, start_ms=0)
    assert cancelled_ms == [1_000]


def test_a_task_keeps_the_name_it_was_given() -> None:
    async def main(clock: VirtualClock) -> str:
        task = asyncio.get_running_loop().create_task(asyncio.sleep(1), name="pump")
        await task
        return task.get_name()

    assert run_virtual(main, start_ms=0) == "pump"


def test_a_deadlock_names_the_tasks_and_where_they_wait() -> None:
    async def main(clock: VirtualClock) -> None:
        await asyncio.sleep(2)
        queue: asyncio.Queue[int] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            group.create_task(queue.get(), name="pump")

    with pytest.raises(VirtualDeadlock) as caught:
        run_virtual(main, start_ms=0)
    report = str(caught.value)
    assert "nothing is ready at 2000 ms and no deadline is left" in report
    assert "pump in Queue.get (queues.py:" in report
    assert (
        "test_a_deadlock_names_the_tasks_and_where_they_wait.<locals>.main (test_loop.py:" in report
    )
    assert "> TaskGroup.__aexit__ (taskgroups.py:" in report


def test_a_busy_loop_names_itself() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep_ms(7)
        while clock.now_ms() == 7:  # noqa: ASYNC110 - the fault under test
            await asyncio.sleep(0)

    with pytest.raises(VirtualBusyLoop) as caught:
        run_virtual(main, start_ms=0, turns_max=100)
    assert "100 turns at 7 ms and no time has passed; tasks: " in str(caught.value)
    assert "main (test_loop.py:" in str(caught.value)


def test_turns_are_counted_anew_whenever_time_has_passed() -> None:
    async def main(clock: VirtualClock) -> int:
        for _ in range(10):
            for _ in range(50):
                await asyncio.sleep(0)
            clock.advance_to_ms(clock.now_ms() + 1)
        return clock.now_ms()

    assert run_virtual(main, start_ms=0, turns_max=100) == 10


def test_clean_up_runs_after_a_deadlock() -> None:
    cleaned_ms: list[int] = []

    async def main(clock: VirtualClock) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(1)
            cleaned_ms.append(clock.now_ms())

    with pytest.raises(VirtualDeadlock):
        run_virtual(main, start_ms=0)
    assert cleaned_ms == [1_000]


def test_clean_up_closes_async_generators_left_open() -> None:
    closed: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            closed.append("numbers")

    async def main(clock: VirtualClock) -> AsyncIterator[int]:
        left_open = numbers()
        await anext(left_open)
        return left_open

    assert run_virtual(main, start_ms=0) is not None
    assert closed == ["numbers"]
