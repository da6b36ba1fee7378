"""Writing off the caller's path: items wait in a bounded queue and reach the sink in batches."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from noctule.telemetry.attempt import attempted

__all__ = ["OnFailure", "Runner", "Sink", "Writer"]

T = TypeVar("T")
# The items, and how many were lost before them; at the end none, if a loss is yet to be told.
Sink = Callable[[Sequence[T], int], None]
# The writer's name and why it cannot write, once; and None when it can again. It runs on the
# writer's thread and must not raise.
OnFailure = Callable[[str, Exception | None], None]

# A batch is short because the thread holds the interpreter while the sink formats it.
_BATCH_MAX = 16
# What an event loop's thread puts is written a moment later: a thread that wakes at once takes
# the interpreter from whatever is being done, and that may be an order.
_MOMENT_S = 0.005
_LATEST_S = 1.0  # nothing waits for longer than this, should the loop turn no more


class Runner(StrEnum):
    """Who calls the sink: a thread of its own, or, where a run must repeat exactly, one of these.

    A timer of the running loop writes as late as a thread would, so that on virtual time a crash
    loses what it would have lost.
    """

    THREAD = "thread"
    TIMER = "timer"
    INLINE = "inline"  # put() itself


class _State(StrEnum):
    NEW = "new"
    RUNNING = "running"
    CLOSED = "closed"


class _Barrier(threading.Event):
    """Set once everything put before it has been handed to the sink."""


class Writer(Generic[T]):
    """Hand items to a sink in the order they were put, without making the caller wait.

    What does not fit is dropped and counted; what the sink could not write is counted as failed.
    Either way the next batch tells the sink how many were lost before it.
    """

    def __init__(
        self,
        sink: Sink[T],
        *,
        name: str,
        capacity: int,
        runner: Runner,
        on_failure: OnFailure | None = None,
    ) -> None:
        assert capacity > 0, f"capacity is {capacity}"
        self.dropped = 0
        self.failed = 0
        self.last_error: Exception | None = None
        self._sink = sink
        self._name = name
        self._on_failure = on_failure
        self._is_failing = False
        self._capacity = capacity
        self._runner = runner
        self._state = _State.NEW
        self._told = 0
        self._due_in: asyncio.AbstractEventLoop | None = None  # whose timer will write
        self._drop_lock = threading.RLock()
        # Lock-free for the caller, so that a log call from a finalizer cannot deadlock.
        self._queue: deque[T | _Barrier] = deque()
        self._bell = _Bell()
        self._end = _Barrier()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_failing(self) -> bool:
        """Tell whether what was handed over last could not be written."""
        return self._is_failing

    @property
    def lost(self) -> int:
        """Return how many items never reached their place."""
        return self.dropped + self.failed

    def start(self) -> None:
        """Begin to write; what was put before is written first."""
        assert self._state is _State.NEW, f"a writer starts once, was {self._state}"
        self._state = _State.RUNNING
        if self._runner is Runner.THREAD:
            self._thread.start()
        else:
            self._drain()

    def put(self, item: T) -> None:
        """Take an item, or count it as dropped; never wait (any thread)."""
        if self._state is _State.CLOSED or len(self._queue) >= self._capacity:
            with self._drop_lock:
                self.dropped += 1
            return
        self._queue.append(item)
        if self._runner is Runner.THREAD:
            self._bell.ring_soon()
        elif self._state is _State.RUNNING:
            self._drain_soon()

    def flush(self, timeout_ms: int) -> bool:
        """Wait until the sink has had everything put so far; tell whether it did in time."""
        if self._state is _State.NEW:
            return not self._queue
        if self._state is _State.CLOSED:
            return self._end.wait(timeout_ms / 1000)
        return self._reach(_Barrier(), timeout_ms)

    def close(self, timeout_ms: int) -> bool:
        """Refuse new items and write the waiting ones; tell whether all were in time."""
        if self._state is not _State.RUNNING:
            return self.flush(timeout_ms)
        self._state = _State.CLOSED
        return self._reach(self._end, timeout_ms)

    def _reach(self, barrier: _Barrier, timeout_ms: int) -> bool:
        self._queue.append(barrier)
        if self._runner is not Runner.THREAD:
            self._drain()
        self._bell.ring()
        return barrier.wait(timeout_ms / 1000)

    def _run(self) -> None:
        while not self._end.is_set():
            self._bell.wait()
            self._drain()

    def _drain_soon(self) -> None:
        """Write now, or a moment after this turn of the loop if it is a timer that writes."""
        loop = asyncio._get_running_loop()  # noqa: SLF001  # get_running_loop raises without one
        if self._runner is Runner.INLINE or loop is None:
            self._drain()
        elif self._due_in is not loop:
            self._due_in = loop
            loop.call_later(_MOMENT_S, self._drain)

    def _drain(self) -> None:
        self._due_in = None
        while self._queue:
            self._write_batch()

    def _write_batch(self) -> None:
        batch = [self._queue.popleft() for _ in range(min(_BATCH_MAX, len(self._queue)))]
        items = [entry for entry in batch if not isinstance(entry, _Barrier)]
        if items:
            self._write(items)
        if self._end in batch and self.lost > self._told:
            self._write(())
        for entry in batch:
            if isinstance(entry, _Barrier):
                entry.set()

    def _write(self, items: Sequence[T]) -> None:
        lost = self.lost
        failure = attempted(lambda: self._sink(items, lost - self._told))
        if failure is None:
            self._told = lost
            self._tell(None)
        elif isinstance(failure, OSError) or len(items) < 2:
            self.failed += len(items)
            self.last_error = failure
            self._tell(failure)
        else:  # One of them is odd; the others shall not be lost with it.
            for item in items:
                self._write((item,))

    def _tell(self, failure: Exception | None) -> None:
        was_failing, self._is_failing = self._is_failing, failure is not None
        if self._on_failure is not None and was_failing != self._is_failing:
            self._on_failure(self._name, failure)


class _Bell:
    """Wakes the writer's thread: at once, or a moment later if an event loop is at work."""

    def __init__(self) -> None:
        self._rings: SimpleQueue[None] = SimpleQueue()  # its put may interrupt itself
        self._is_rung = False
        self._due_in: asyncio.AbstractEventLoop | None = None  # whose timer will ring

    def wait(self) -> None:
        """Return once it rings, or when something may have been forgotten."""
        with suppress(Empty):
            self._rings.get(timeout=_LATEST_S)
        self._is_rung = False

    def ring(self) -> None:
        """Wake the thread now."""
        self._due_in = None
        if not self._is_rung:
            self._is_rung = True
            self._rings.put(None)

    def ring_soon(self) -> None:
        """Wake the thread a moment after this turn of the loop; without a loop, now."""
        loop = asyncio._get_running_loop()  # noqa: SLF001  # get_running_loop raises without one
        if loop is None:
            self.ring()
        elif self._due_in is not loop:
            self._due_in = loop
            loop.call_later(_MOMENT_S, self.ring)
