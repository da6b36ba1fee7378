"""The loop of a storm counts the steps of whatever runs on it, and notes whose tasks they are."""

import asyncio
from functools import partial

from noctule.adapters.clock import VirtualClock
from noctule.app.storm.loop import LIFE, StormLoop


async def napper(trace: list[str], name: str, naps: int) -> None:
    for number in range(naps):
        await asyncio.sleep(0)
        trace.append(f"{name}{number}")


def run(after: int) -> list[str]:
    """Let two tasks take naps, and note when so many steps were taken."""
    trace: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StormLoop)
        loop.after_awaits(after, lambda: trace.append("now"))
        async with asyncio.TaskGroup() as group:
            group.create_task(napper(trace, "a", 3))
            group.create_task(napper(trace, "b", 3))

    with asyncio.Runner(loop_factory=partial(StormLoop, VirtualClock(0))) as runner:
        runner.run(main())
    return trace


def test_it_calls_between_two_steps_wherever_those_are() -> None:
    assert run(after=1) == ["now", "a0", "b0", "a1", "b1", "a2", "b2"]
    assert run(after=3) == ["now", "a0", "b0", "a1", "b1", "a2", "b2"]
    assert run(after=4) == ["a0", "now", "b0", "a1", "b1", "a2", "b2"]
    assert run(after=5) == ["a0", "b0", "now", "a1", "b1", "a2", "b2"]
    assert run(after=8) == ["a0", "b0", "a1", "b1", "a2", "now", "b2"]


def test_it_calls_once() -> None:
    assert run(after=1).count("now") == 1


def test_nobody_is_called_who_asked_for_more_steps_than_there_are() -> None:
    assert "now" not in run(after=1_000)


def test_every_task_of_a_life_is_noted_with_it() -> None:
    tasks: list[asyncio.Task[object]] = []

    async def born() -> None:
        LIFE.set(tasks)
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(1), name="its own")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(born(), name="born")
            group.create_task(asyncio.sleep(2), name="a stranger")

    with asyncio.Runner(loop_factory=partial(StormLoop, VirtualClock(0))) as runner:
        runner.run(main())
    assert [task.get_name() for task in tasks] == ["its own"]
