"""The supervisor owns every task: it answers for those that fail, and leaves none behind."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from noctule.adapters.clock import VirtualClock
from tests.fakes.component import FakeComponent, for_ever
from tests.fakes.supervisor import supervisor_of


async def test_a_spawned_task_has_its_name_and_may_end_when_it_likes(clock: VirtualClock) -> None:
    names: list[str] = []

    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        names.append(task.get_name())

    async with supervisor_of(clock=clock) as supervisor:
        supervisor.spawn("heartbeat", work())
        await asyncio.sleep(1)
    assert names == ["heartbeat"]


async def test_a_spawned_task_that_fails_is_logged_and_nothing_else_stops(
    clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise OSError("socket gone")

    told: list[str] = []
    async with supervisor_of(clock=clock, causes=told) as supervisor:
        supervisor.spawn("heartbeat", fail())
        await asyncio.sleep(1)
    assert told == []
    assert [record.getMessage() for record in caplog.records] == ["task failed"]


async def test_a_spawned_task_that_fails_by_a_bug_stops_the_bot(clock: VirtualClock) -> None:
    bug = AssertionError("the books do not add up")

    async def fail() -> None:
        raise bug

    told: list[str] = []
    async with supervisor_of(clock=clock, causes=told) as supervisor:
        supervisor.spawn("bus:order", fail())
        await asyncio.sleep(1)
    assert told == ["task bus:order: the books do not add up"]
    assert supervisor.fatal is bug


async def test_a_bug_in_a_task_group_of_a_component_stops_the_bot(clock: VirtualClock) -> None:
    async def fail() -> None:
        raise AssertionError("a bug")

    async def run_two() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(for_ever())

    told: list[str] = []
    part = FakeComponent("feed", clock=clock, run=run_two)
    async with supervisor_of(part, clock=clock, causes=told) as supervisor:
        await supervisor.start_all()
        await asyncio.sleep(3_600)

        assert supervisor.states() == {"feed": "failed"}
    assert told == ["component feed: unhandled errors in a TaskGroup (1 sub-exception)"]


async def test_whoever_spawned_a_task_can_cancel_it_and_only_it(clock: VirtualClock) -> None:
    ended: list[str] = []

    async def work(name: str) -> None:
        try:
            await for_ever()
        finally:
            ended.append(name)

    async with supervisor_of(clock=clock) as supervisor:
        cancel = supervisor.spawn("a", work("a"))
        supervisor.spawn("b", work("b"))
        await asyncio.sleep(1)
        cancel()
        await asyncio.sleep(1)
        assert ended == ["a"]
    assert ended == ["a", "b"]


async def test_a_task_that_is_cancelled_before_it_began_causes_no_complaint(
    clock: VirtualClock, recwarn: pytest.WarningsRecorder
) -> None:
    async with supervisor_of(clock=clock) as supervisor:
        supervisor.spawn("heartbeat", for_ever())
    assert list(recwarn) == []


async def fail_when_cancelled() -> None:
    try:
        await for_ever()
    finally:
        raise ConnectionError("closed under my feet")


async def test_leaving_ends_every_task_whatever_it_makes_of_that(clock: VirtualClock) -> None:
    part = FakeComponent("feed", clock=clock, run=fail_when_cancelled)
    async with supervisor_of(part, clock=clock) as supervisor:
        await supervisor.start_all()
        supervisor.spawn("heartbeat", fail_when_cancelled())
        supervisor.spawn("watchdog", for_ever())
        await asyncio.sleep(1)

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert part.diary == ["0 feed start", "0 feed sync_state", "0 feed run"]


async def test_an_error_between_start_and_exit_ends_every_task_and_is_passed_on(
    clock: VirtualClock,
) -> None:
    part = FakeComponent("feed", clock=clock)

    async def live_and_fail() -> None:
        async with supervisor_of(part, clock=clock) as supervisor:
            await supervisor.start_all()
            raise ValueError("of the bot")

    with pytest.raises(ValueError, match="of the bot"):
        await live_and_fail()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def cancelled_from_within() -> None:
    raise asyncio.CancelledError


async def socket_gone() -> None:
    raise OSError("socket gone")


@pytest.mark.parametrize("fail", [socket_gone, cancelled_from_within], ids=lambda f: f.__name__)
async def test_a_vital_task_stops_the_bot_however_it_fails(
    fail: Callable[[], Coroutine[object, object, None]], clock: VirtualClock
) -> None:
    told: list[str] = []
    async with supervisor_of(clock=clock, causes=told) as supervisor:
        supervisor.spawn_vital("bus:data", fail())
        await asyncio.sleep(1)
    assert len(told) == 1
    assert told[0].startswith("task bus:data: ")


async def test_a_vital_task_that_is_only_told_to_leave_stops_nobody(clock: VirtualClock) -> None:
    told: list[str] = []
    async with supervisor_of(clock=clock, causes=told) as supervisor:
        supervisor.spawn_vital("bus:data", for_ever())
        await asyncio.sleep(1)
    assert told == []
    assert supervisor.fatal is None
