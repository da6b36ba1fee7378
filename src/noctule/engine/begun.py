"""Work whose first step is made at once, in the name of the task that does the rest.

A task that is woken begins in the loop's next turn, and between a candle and its order each such
turn costs 20 to 50 µs (docs/adr/0020). Python 3.12 has eager tasks for this; ours is 3.11.
"""

import asyncio
from asyncio import _enter_task, _leave_task
from collections.abc import Coroutine, Generator
from typing import Any, Final

from typing_extensions import override

from noctule.telemetry.attempt import contained

__all__ = ["Begun", "begun_as"]

_TOLD: Final = object()


class Begun(Generator[Any, Any, None]):
    """What is left of work that was begun; that very task has to await it, once."""

    def __init__(self, work: Coroutine[Any, Any, None], outcome: object) -> None:
        self._work = work
        self._outcome = outcome  # of its first step: what it waits for, or what it raised

    @property
    def is_over(self) -> bool:
        """Tell whether the first step was the last, and nothing failed."""
        return isinstance(self._outcome, StopIteration)

    def abandon(self) -> None:
        """Cancel it, and end it if that does not: nobody will await it."""
        contained(lambda: self.throw(asyncio.CancelledError()))
        contained(self._work.close)

    def __await__(self) -> "Begun":
        return self

    @override
    def send(self, value: Any, /) -> Any:
        outcome, self._outcome = self._outcome, _TOLD
        if outcome is _TOLD:
            return self._work.send(value)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    @override
    def throw(self, failure: Any, /, *more: Any) -> Any:
        self._outcome = _TOLD
        return self._work.throw(failure, *more)


def begun_as(task: "asyncio.Task[Any]", work: Coroutine[Any, Any, None]) -> Begun:
    """Make the first step of some work, as if this task did: it is the current one meanwhile."""
    loop, ours = task.get_loop(), asyncio.current_task()
    if ours is not None:
        _leave_task(loop, ours)
    _enter_task(loop, task)
    try:
        outcome = contained(lambda: work.send(None))
    finally:
        _leave_task(loop, task)
        if ours is not None:
            _enter_task(loop, ours)
    return Begun(work, outcome)
