"""The boundary where a failure stops being an exception and becomes a decision."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import TypeVar

from noctule.domain.errors import NoctuleError, Severity

__all__ = ["at_once", "is_fatal", "outcome_of", "within"]

T = TypeVar("T")


async def outcome_of(work: Awaitable[None]) -> Exception | None:
    """Wait for work and return what it raised, so that policy can look at it."""
    try:
        await work
    except asyncio.CancelledError as exc:
        if _is_told_to_stop():
            raise
        failure = RuntimeError("cancelled from within, by nobody who may")
        failure.__cause__ = exc
        return failure
    except Exception as exc:  # noqa: BLE001  # here a failure becomes a value
        return exc
    return None


async def within(timeout_ms: int, work: Awaitable[T]) -> T:
    """Wait for work, but not longer than this, and return what came of it."""
    async with asyncio.timeout(timeout_ms / 1000):
        return await work


def at_once(work: Coroutine[object, None, T]) -> T:
    """Return what comes of work that waits for nothing; whoever does wait there is a bug."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise AssertionError(f"{work} waited where nothing is waited for")


def is_fatal(failure: BaseException) -> bool:
    """Tell whether the bot must stop: a bug of ours, or an error whose class says so."""
    if isinstance(failure, BaseExceptionGroup):
        return any(is_fatal(part) for part in failure.exceptions)
    if isinstance(failure, NoctuleError):
        return failure.severity is Severity.FATAL
    return isinstance(failure, AssertionError)


def _is_told_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
