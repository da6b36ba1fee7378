"""Work that goes on beside something else for as long as that lasts."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

__all__ = ["tied_to"]


@asynccontextmanager
async def tied_to(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Do the work beside the body; the body's end is its end, and a failure of either is raised.

    A failure comes as it is, not in a group; only two at once are one.
    """
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work)
            try:
                yield
            finally:
                task.cancel()
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) > 1:
            raise
        (failure,) = failures.exceptions
        raise failure from failure.__cause__
