"""An asyncio event loop on virtual time: a program that sleeps for a year ends at once."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from contextvars import Context, copy_context
from functools import partial
from itertools import count
from pathlib import PurePath
from queue import SimpleQueue
from types import CoroutineType
from typing import TypeAlias, TypeVar, TypeVarTuple

from typing_extensions import override

from noctule.adapters.clock.virtual import Alarm, VirtualClock

__all__ = ["Steps", "VirtualBusyLoop", "VirtualDeadlock", "VirtualLoop", "run_virtual"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Steps: TypeAlias = (  # what asyncio can make a task of
    Coroutine[object, None, T] | Generator[asyncio.Future[object] | None, None, T]
)

_US_PER_SECOND = 1_000_000
_TURNS_MAX = 1_000_000  # at one instant; an honest program stays far below, a stuck one gets there


class VirtualDeadlock(RuntimeError):
    """Nothing is ready, no deadline is left: these tasks would wait for ever."""


class VirtualBusyLoop(RuntimeError):
    """The loop turns and turns, and no time passes."""


def run_virtual(
    main: Callable[[VirtualClock], Coroutine[object, None, T]],
    *,
    start_ms: int,
    turns_max: int = _TURNS_MAX,
) -> T:
    """Run an async function on a fresh virtual clock, hand it that clock, and clean up after it.

    This takes no longer than any other function:

        async def main(clock: VirtualClock) -> int:
            await asyncio.sleep(3600)
            return clock.now_ms()

        assert run_virtual(main, start_ms=0) == 3_600_000
    """
    clock = VirtualClock(start_ms)
    new_loop = partial(VirtualLoop, clock, turns_max=turns_max)
    with asyncio.Runner(debug=False, loop_factory=new_loop) as runner:
        return runner.run(main(clock))


class VirtualLoop(asyncio.BaseEventLoop):
    """Jump to the next deadline whenever nothing is ready, instead of waiting for it.

    The loop keeps its timers among the alarms of its clock, so asyncio.sleep, time-outs and
    the clock's own sleepers ring in one order: by deadline, then by who came first.

    Threads take no virtual time. While one works for run_in_executor or inside hold(), the
    loop really waits for it. A thread nobody announced may call call_soon_threadsafe too and
    is heard, but time may have jumped by then.

    Sockets, pipes, subprocesses and signal handlers are refused (NotImplementedError): no
    virtual instant could be given to what they bring.
    """

    # BaseEventLoop's own: what runs in the next turn, and whether that is the last.
    _ready: deque[asyncio.Handle]
    _stopping: bool
    _closed: bool

    def __init__(self, clock: VirtualClock, *, turns_max: int = _TURNS_MAX) -> None:
        super().__init__()
        self._clock = clock
        self._start_us = clock.now_us()
        self._turns_max = turns_max
        self.after_step: Callable[[], None] | None = None  # called whenever something has run
        self._turns = 0  # since time has passed
        self._turns_at_us = self._start_us
        self._task_orders = count()
        self._threads_out = 0
        self._knocks: SimpleQueue[None] = SimpleQueue()  # one knock, or two in a race

    @override
    def time(self) -> float:
        """Return the seconds of virtual time since the loop was made."""
        return (self._clock.now_us() - self._start_us) / _US_PER_SECOND

    @override
    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Call back in the next turn."""
        if self._closed:
            raise RuntimeError("the virtual loop is closed")
        handle = _Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    @override
    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back when the loop's time has come, to the nearest microsecond."""
        if self._closed:
            raise RuntimeError("the virtual loop is closed")
        timer = _Timer(when, callback, args, self, context)
        at_us = self._start_us + round(when * _US_PER_SECOND)
        timer.alarm = self._clock.set_alarm(at_us, partial(self._ready.append, timer))
        return timer

    def forget(self, alarm: Alarm) -> None:
        """Take back the alarm of a timer that was cancelled, so that no jump stops there."""
        self._clock.drop_alarm(alarm)

    @override
    def create_task(
        self, coro: Steps[T], *, name: object = None, context: Context | None = None
    ) -> asyncio.Task[T]:
        """Make a task that hashes the same in every run."""
        task = _Task(coro, order=next(self._task_orders), loop=self, context=context)
        if name is not None:
            task.set_name(name)
        return task

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep time still in the block and, with nothing to do, wait for threads to call."""
        self._threads_out += 1
        try:
            yield
        finally:
            self._threads_out -= 1

    @override
    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run a function in a thread while virtual time stands still."""
        future = super().run_in_executor(executor, func, *args)
        self._threads_out += 1
        future.add_done_callback(self._thread_is_back)
        return future

    @override
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the executor's threads; a virtual time-out could not hurry them."""
        with self.hold():
            await super().shutdown_default_executor()

    def _run_once(self) -> None:
        """Take one turn: wait if nothing is ready, then run all that is."""
        ready = self._ready
        if ready or self._stopping:
            self._clock.ring_due()
            self._turns += 1
            if self._turns > self._turns_max:
                self._judge_turns()
        elif self._threads_out:
            self._clock.ring_due()
            if not ready:
                self._knocks.get()
        else:
            self._jump()
        for _ in range(len(ready)):  # what becomes ready meanwhile has its turn later
            handle = ready.popleft()
            if not handle._cancelled:  # noqa: SLF001  # as asyncio's own loop does
                handle._run()  # noqa: SLF001
                if self.after_step is not None:
                    self.after_step()

    def _judge_turns(self) -> None:
        turns, self._turns = self._turns, 0  # so that the clean-up has turns of its own
        before_us, self._turns_at_us = self._turns_at_us, self._clock.now_us()
        if before_us == self._turns_at_us:
            raise VirtualBusyLoop(
                f"{turns - 1} turns at {self._clock.now_ms()} ms and no time has passed; "
                + _roll_call(self)
            )

    def _jump(self) -> None:
        if not self._clock.advance_to_next():
            raise VirtualDeadlock(
                f"nothing is ready at {self._clock.now_ms()} ms and no deadline is left; "
                + _roll_call(self)
            )
        self._turns, self._turns_at_us = 0, self._clock.now_us()

    def _thread_is_back(self, _result: object) -> None:
        self._threads_out -= 1

    def _write_to_self(self) -> None:
        """Wake the loop from a thread or a signal; SimpleQueue is safe in both."""
        if self._knocks.empty():
            self._knocks.put(None)


class _Handle(asyncio.Handle):
    """asyncio's own, made without asking whether anybody debugs."""

    __slots__ = ()

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[object, ...],
        loop: VirtualLoop,
        context: Context | None,
    ) -> None:
        self._context = copy_context() if context is None else context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        self._source_traceback = None


class _Timer(_Handle, asyncio.TimerHandle):
    """A timer that takes back its alarm when cancelled."""

    __slots__ = ("alarm",)

    alarm: Alarm
    _loop: VirtualLoop

    def __init__(
        self,
        when: float,
        callback: Callable[..., object],
        args: tuple[object, ...],
        loop: VirtualLoop,
        context: Context | None,
    ) -> None:
        super().__init__(callback, args, loop, context)
        self._when = when
        self._scheduled = False

    @override
    def cancel(self) -> None:
        if not self._cancelled:
            self._loop.forget(self.alarm)
        super().cancel()


class _Task(asyncio.Task[T]):
    """A task that does not hash by its address.

    TaskGroup cancels its tasks, and wait() answers, in the order of a set. By address that
    order would be another one in every run.
    """

    def __init__(
        self,
        coro: Steps[T],
        *,
        order: int,
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        self._order = order  # first, for asyncio registers the new task in a set
        super().__init__(coro, loop=loop, context=context)

    @override
    def __hash__(self) -> int:
        return self._order


def _roll_call(loop: asyncio.AbstractEventLoop) -> str:
    """Name every task of the loop, and where it waits."""
    return "tasks: " + "; ".join(sorted(_whereabouts(task) for task in asyncio.all_tasks(loop)))


def _whereabouts(task: asyncio.Task[object]) -> str:
    """Name a task and the lines it stands at, from its own function to the innermost await."""
    places = []
    awaited: object = task.get_coro()
    while isinstance(awaited, CoroutineType) and awaited.cr_frame is not None:
        file = PurePath(awaited.cr_code.co_filename).name
        places.append(f"{awaited.__qualname__} ({file}:{awaited.cr_frame.f_lineno})")
        awaited = awaited.cr_await
    return f"{task.get_name()} in {' > '.join(places)}"
