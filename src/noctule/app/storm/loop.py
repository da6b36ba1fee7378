"""The virtual loop of a storm, which can say when the bot has come to its next await."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from types import TracebackType
from typing import TypeVar, cast

from typing_extensions import override

from noctule.adapters.clock import VirtualClock, VirtualLoop

__all__ = ["LIFE", "StormLoop"]

T = TypeVar("T")

# Whose every task is noted here: a process that dies takes all of them with it.
LIFE: ContextVar[list[asyncio.Task[object]] | None] = ContextVar("life", default=None)


class StormLoop(VirtualLoop):
    """Calls back after so many awaits of whatever runs on it: that is where a process may die."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.clock = clock
        self._left = 0
        self._call: Callable[[], None] = _nothing

    def after_awaits(self, count: int, call: Callable[[], None]) -> None:
        """Call once so many steps of tasks have come to an await."""
        assert count > 0, f"{count} awaits"
        self._left, self._call = count, call

    @override
    def create_task(
        self, coro: Coroutine[object, None, T], *, name: object = None, context: Context | None = None
    ) -> asyncio.Task[T]:
        """Make a task whose awaits are counted."""
        task = super().create_task(_Counted(coro, self), name=name, context=context)
        tasks = LIFE.get()
        if tasks is not None:
            tasks.append(cast("asyncio.Task[object]", task))
        return task

    def note_await(self) -> None:
        """Know that a task has come to an await."""
        if self._left:
            self._left -= 1
            if not self._left:
                call, self._call = self._call, _nothing
                call()


class _Counted(Coroutine[object, None, T]):
    """A coroutine that tells its loop of each await."""

    __slots__ = ("_coro", "_loop", "_send")

    def __init__(self, coro: Coroutine[object, None, T], loop: StormLoop) -> None:
        self._coro, self._loop = coro, loop
        self._send = coro.send

    @override
    def send(self, value: None) -> object:
        awaited = self._send(value)
        self._loop.note_await()
        return awaited

    @override
    def throw(
        self,
        typ: type[BaseException] | BaseException,
        val: BaseException | object = None,
        tb: TracebackType | None = None,
    ) -> object:
        return self._coro.throw(typ)  # type: ignore[arg-type]  # asyncio throws instances

    @override
    def close(self) -> None:
        self._coro.close()

    @override
    def __await__(self):  # type: ignore[no-untyped-def]  # asyncio never asks
        return self._coro.__await__()


def _nothing() -> None:
    return
