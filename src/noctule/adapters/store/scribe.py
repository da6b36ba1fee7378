"""The one thread that writes the store: it looks every tenth of a second, or at once if asked."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from noctule.telemetry.writer import Runner

__all__ = ["Scribe"]

# All that came meanwhile is one transaction. Nobody rings for a row, for to wake a thread costs
# whoever does it more than the row: an order would wait for its own record.
_LOOK_EVERY_S: Final = 0.1
_WAKING_S: Final = 0.001  # until a thread that was rung for works, as a timer has it


class Scribe:
    """Calls `work` on its own thread, by a timer of the loop, or where it is rung for.

    `work` is told whether somebody asked for it, and must not raise.
    """

    def __init__(self, work: Callable[[bool], None], *, name: str, runner: Runner) -> None:
        self._work = work
        self._runner = runner
        self._bell = threading.Event()
        self._waiting: deque[threading.Event] = deque()  # whoever flushes waits itself
        self._is_started = self._is_closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Tell whether it works still."""
        return self._is_started and not self._is_closing

    def start(self) -> None:
        """Begin to work; once."""
        assert not self._is_started, "a scribe starts once"
        self._is_started = True
        if self._runner is Runner.THREAD:
            self._thread.start()

    def note(self) -> None:
        """Know that something came that may wait for the next look."""
        if self._runner is Runner.THREAD or not self.is_running:
            return
        if self._runner is Runner.INLINE:
            self._work(False)  # noqa: FBT003  # nobody asked
        elif self._timer is None:
            self._set_timer(_LOOK_EVERY_S, is_asked=False)

    def ring(self) -> None:
        """Have it work at once; never wait (any thread)."""
        if self._runner is Runner.THREAD:
            self._bell.set()
        elif self._runner is Runner.INLINE and self.is_running:
            self._work(True)  # noqa: FBT003  # somebody asked
        elif self.is_running:
            self._set_timer(_WAKING_S, is_asked=True)

    def flush(self, timeout_ms: int) -> bool:
        """Wait until all that came so far was worked on; tell whether it was in time."""
        if not self.is_running:
            return True
        done = threading.Event()
        if self._runner is not Runner.THREAD:
            self._work(True)  # noqa: FBT003  # somebody asked
            return True
        self._waiting.append(done)
        self.ring()
        return done.wait(timeout_ms / 1000)

    def close(self, timeout_ms: int) -> bool:
        """Work a last time and end; tell whether it was in time."""
        if not self._is_started:
            return True
        if self._runner is not Runner.THREAD:
            if not self._is_closing:
                self._work(True)  # noqa: FBT003  # somebody asked
            self._is_closing = True
            return True
        self._is_closing = True
        self.ring()
        self._thread.join(timeout_ms / 1000)
        return not self._thread.is_alive()

    def _set_timer(self, after_s: float, *, is_asked: bool) -> None:
        """Have the running loop call; whoever asks is not kept waiting by who does not."""
        loop = asyncio._get_running_loop()  # noqa: SLF001  # get_running_loop raises without one
        if loop is None:
            self._work(is_asked)
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(after_s, self._work_once, is_asked)

    def _work_once(self, is_asked: bool) -> None:  # noqa: FBT001  # so the timer tells it
        self._timer = None
        if self.is_running:
            self._work(is_asked)

    def _run(self) -> None:
        while True:
            is_asked = self._bell.wait(_LOOK_EVERY_S)
            self._bell.clear()
            is_last, waiting = self._is_closing, len(self._waiting)
            self._work(is_asked)
            for _ in range(waiting):
                self._waiting.popleft().set()
            if is_last:
                return
