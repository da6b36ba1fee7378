"""The virtual loop of a storm, on which a process may die between any two steps of it."""

import asyncio
from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Final, TypeVar, cast

from typing_extensions import override

from noctule.adapters.clock import Steps, VirtualClock, VirtualLoop

__all__ = ["LIFE", "StormLoop"]

T = TypeVar("T")

_PRUNED_EVERY: Final = 256  # tasks: those that are done are of no interest any more

# Whose every task is noted here: a process that dies takes all of them with it.
LIFE: ContextVar[list[asyncio.Task[object]] | None] = ContextVar("life", default=None)


class StormLoop(VirtualLoop):
    """Calls back after so many steps, each of which ends at an await: there a process may die."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.clock = clock
        self._left = 0
        self._call: Callable[[], None] = _nothing

    def after_awaits(self, count: int, call: Callable[[], None]) -> None:
        """Call once so many steps, the one that asks for it among them, have come to an await."""
        assert count > 0, f"{count} awaits"
        self._left, self._call = count, call
        self.after_step = self._note_step

    @override
    def create_task(
        self, coro: Steps[T], *, name: object = None, context: Context | None = None
    ) -> asyncio.Task[T]:
        """Make a task, and note whose it is."""
        task = super().create_task(coro, name=name, context=context)
        tasks = LIFE.get()
        if tasks is not None:
            if not len(tasks) % _PRUNED_EVERY:
                tasks[:] = [each for each in tasks if not each.done()]
            tasks.append(cast("asyncio.Task[object]", task))
        return task

    def _note_step(self) -> None:
        self._left -= 1
        if not self._left:
            self.after_step = None
            self._call()


def _nothing() -> None:
    return
