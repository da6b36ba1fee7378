"""Work beside a body begins and ends with it, and neither outlives the other's failure."""

import asyncio

import pytest

from noctule.app.tied import tied_to
from noctule.domain.errors import VenueUnreachable


async def going_on(ends: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ends.append("work")


async def broken() -> None:
    await asyncio.sleep(0)
    raise VenueUnreachable("the work broke")


async def test_the_work_ends_with_the_body() -> None:
    ends: list[str] = []
    async with tied_to(going_on(ends)):
        await asyncio.sleep(0)
        assert ends == []

    assert ends == ["work"]


async def test_what_the_body_raises_comes_out_as_it_is_with_its_cause() -> None:
    ends: list[str] = []
    cause = OSError("no route")

    async def body() -> None:
        async with tied_to(going_on(ends)):
            await asyncio.sleep(0)
            raise VenueUnreachable("no answer") from cause

    with pytest.raises(VenueUnreachable, match="no answer") as caught:
        await body()

    assert caught.value.__cause__ is cause
    assert ends == ["work"]


async def test_work_that_breaks_ends_the_body() -> None:
    with pytest.raises(VenueUnreachable, match="the work broke"):
        async with tied_to(broken()):
            await asyncio.Event().wait()


async def test_two_failures_at_once_are_both_told() -> None:
    async def broken_in_the_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise VenueUnreachable("the work broke")

    async def body() -> None:
        async with tied_to(broken_in_the_end()):
            await asyncio.sleep(0)
            raise ValueError("the body too")

    with pytest.raises(ExceptionGroup) as caught:
        await body()

    assert {type(each) for each in caught.value.exceptions} == {VenueUnreachable, ValueError}


async def test_a_cancellation_is_no_failure() -> None:
    ends: list[str] = []

    async def body() -> None:
        async with tied_to(going_on(ends)):
            await asyncio.Event().wait()

    task = asyncio.get_running_loop().create_task(body())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ends == ["work"]
