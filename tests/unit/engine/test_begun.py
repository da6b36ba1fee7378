"""Work that is begun in a task's name is that task's from its first step to its last."""

import asyncio
from contextlib import suppress

import pytest

from noctule.engine.begun import Begun, begun_as


async def rest_of(waiting: "asyncio.Future[Begun]") -> None:
    """Be the task in whose name something begins, and do the rest of it."""
    await (await waiting)


async def begun(work: "asyncio.Future[Begun]") -> "asyncio.Task[None]":
    task = asyncio.get_running_loop().create_task(rest_of(work))
    await asyncio.sleep(0)
    return task


async def test_the_first_step_is_made_at_once_and_every_step_in_the_name_of_the_task() -> None:
    handed: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
    go_on = asyncio.Event()
    whose: list[object] = []

    async def work() -> None:
        whose.append(asyncio.current_task())
        await go_on.wait()
        whose.append(asyncio.current_task())

    task = await begun(handed)
    us = asyncio.current_task()
    handed.set_result(begun_as(task, work()))
    assert whose == [task]
    assert asyncio.current_task() is us
    go_on.set()
    await task
    assert whose == [task, task]


async def test_what_needs_one_step_is_over_and_may_be_awaited_all_the_same() -> None:
    handed: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
    task = await begun(handed)

    async def work() -> None:
        """Wait for nothing."""

    beginning = begun_as(task, work())
    assert beginning.is_over
    handed.set_result(beginning)
    await task


async def test_a_first_step_that_fails_fails_in_the_task_and_not_in_ours() -> None:
    handed: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
    task = await begun(handed)

    async def work() -> None:
        raise ValueError("broken")

    beginning = begun_as(task, work())
    assert not beginning.is_over
    handed.set_result(beginning)
    with pytest.raises(ValueError, match="broken"):
        await task


async def test_a_time_limit_set_in_the_first_step_ends_the_task_that_goes_on() -> None:
    handed: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
    said: list[str] = []

    async def work() -> None:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            said.append("timed out")

    task = await begun(handed)
    handed.set_result(begun_as(task, work()))
    await task
    assert said == ["timed out"]


async def test_a_task_that_is_cancelled_cancels_what_was_begun_in_its_name() -> None:
    handed: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
    said: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            said.append("cleaned up")

    task = await begun(handed)
    handed.set_result(begun_as(task, work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert said == ["cleaned up"]


async def test_what_nobody_will_await_cleans_up_when_it_is_abandoned() -> None:
    said: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            said.append("cancelled")
            raise

    task = asyncio.get_running_loop().create_task(asyncio.sleep(0))
    begun_as(task, work()).abandon()
    await task
    assert said == ["cancelled"]


async def test_what_will_not_end_when_it_is_abandoned_is_ended_all_the_same() -> None:
    said: list[str] = []

    async def work() -> None:
        try:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            await asyncio.Event().wait()
        finally:
            said.append("cleaned up")

    task = asyncio.get_running_loop().create_task(asyncio.sleep(0))
    begun_as(task, work()).abandon()
    await task
    assert said == ["cleaned up"]


async def test_outside_of_any_task_it_begins_likewise() -> None:
    loop = asyncio.get_running_loop()
    whose: list[object] = []

    async def work() -> None:
        whose.append(asyncio.current_task())

    task = loop.create_task(asyncio.sleep(0))
    loop.call_soon(lambda: begun_as(task, work()))
    await task
    assert whose == [task]
