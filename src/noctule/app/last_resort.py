"""What ends a process whose every thread waits for one that computes outside of Python.

Such code holds the interpreter: no thread of ours can look, and no handler of ours can run. So
the kernel is asked to end us, unless we tell it again and again that we are well. It counts the
time that we compute, not the time that passes: a process that is stopped, or starved, is left.
What crashes the interpreter, or is aborted by systemd's own watchdog, is written down, too.
"""

import faulthandler
import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from noctule.telemetry.logs import get_log

__all__ = ["LastResort", "Place"]

Place = tuple[str, int, str]  # file, line, and the name of the function

_TIMER: Final = signal.ITIMER_VIRTUAL
_SIGNAL: Final = signal.SIGVTALRM  # which ends a process, if nobody minds it
_CALL: Final = re.compile(r'  File "(.+)", line (\d+) in (.+)')
_ASKING: Final = "opinion"  # our function that calls a strategy
_READ_MAX: Final = 100_000
_SHOWN_MAX: Final = 200

_log = get_log(__name__)


class LastResort:
    """Writes down where every thread was when the kernel ended us, for the next start to read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_armed = False
        self._left: Sequence[Place] | None = None  # None: nobody has looked yet

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Be armed while this lasts, if the disk lets us; only the main thread may call this."""
        self.left()  # before it is written over
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            dump = self._path.open("wb")
        except OSError as exc:
            _log.warning("no last resort", file=str(self._path), cause=str(exc))
            yield
            return
        with dump:
            has_handler = faulthandler.is_enabled()  # somebody else wants to see crashes
            if not has_handler:
                faulthandler.enable(file=dump, all_threads=True)
            faulthandler.register(_SIGNAL, file=dump, all_threads=True, chain=True)
            self._is_armed = True
            try:
                yield
            finally:
                self.call_off()
                self._is_armed = False
                faulthandler.unregister(_SIGNAL)
                if not has_handler:
                    faulthandler.disable()
                self._forget()

    def put_off(self, seconds: float) -> None:
        """Let the kernel end us when we have computed for so long and not called this again."""
        if self._is_armed:
            signal.setitimer(_TIMER, seconds)

    def call_off(self) -> None:
        """Let the kernel leave us alone."""
        if self._is_armed:
            signal.setitimer(_TIMER, 0)

    def left(self) -> Sequence[Place]:
        """Return where the process before us was ended, in a strategy's turn: latest call first."""
        if self._left is None:
            self._left = self._read()
            self._forget()
        return self._left

    def _read(self) -> Sequence[Place]:
        try:
            with self._path.open("rb") as dump:
                lines = dump.read(_READ_MAX).decode(errors="replace").splitlines()
        except OSError:
            return ()
        if lines:
            _log.error("the process before us was ended", first_words=lines[0][:_SHOWN_MAX])
        calls: list[Place] = []
        for line in lines:
            called = _CALL.fullmatch(line)
            if called is None:
                calls.clear()  # another thread's begin here
            elif called[3] == _ASKING:
                return tuple(calls)
            else:
                calls.append((called[1], int(called[2]), called[3]))
        return ()

    def _forget(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
