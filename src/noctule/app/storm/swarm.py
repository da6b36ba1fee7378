"""Many stories over all cores, each in a fresh process: none finds what another has left behind.

The processes are forked from a server that has everything loaded and has played nothing, so that
a story costs no import and begins the same, whatever was played before it.
"""

import faulthandler
import gc
import os
import re
import signal
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import perf_counter
from traceback import extract_tb
from typing import Final, Generic, TypeVar

from msgspec import Struct

from noctule.app.storm.run import clear_up_after
from noctule.app.storm.story import Story
from noctule.telemetry.attempt import attempted

__all__ = ["Lost", "patience_s", "place_in", "play", "swarm"]

R = TypeVar("R")

_LOADED: Final = ["noctule.app.storm.finished", "noctule.app.storm.timeline"]
_LOOK_EVERY_S: Final = 0.5
_DYING_S_MAX: Final = 5.0
_CHARS_MAX: Final = 300  # of a line about what went wrong
_FRAME: Final = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<name>\S+)')
_NOT_OURS: Final = "/lib/python"
_OUT, _ERR = 1, 2


class Lost(Struct, frozen=True, kw_only=True):
    """Nothing came back from a story's process, and why."""

    why: str


def patience_s(story: Story) -> float:
    """Return how long a story may take; one that is slower does not get anywhere."""
    return 60.0 + 5.0 * story.minutes


def swarm(
    stories: Iterable[Story],
    work: Callable[[Story], R],
    *,
    jobs: int,
    patience_s: Callable[[Story], float] = patience_s,
) -> Generator[tuple[Story, R | Lost], None, None]:
    """Yield what came of each, in the order they end; `work` is a function of a module."""
    assert jobs > 0, f"{jobs} jobs"
    waiting, running = iter(stories), dict[Connection, _Worker[R]]()
    with tempfile.TemporaryDirectory(prefix="noctule-swarm-") as folder:
        try:
            while True:
                for story in islice(waiting, jobs - len(running)):
                    worker = _Worker(story, work, Path(folder), seconds_max=patience_s(story))
                    running[worker.pipe] = worker
                if not running:
                    return
                for worker in _over(running):
                    del running[worker.pipe]
                    yield worker.story, worker.result()
        finally:
            for worker in running.values():
                worker.end()


class _Worker(Generic[R]):
    """A process that plays one story."""

    def __init__(
        self, story: Story, work: Callable[[Story], R], folder: Path, *, seconds_max: float
    ) -> None:
        self.story = story
        self._seconds_max = seconds_max
        self._began_s = perf_counter()
        handle, name = tempfile.mkstemp(dir=folder)
        os.close(handle)
        self._said = Path(name)
        context = get_context("forkserver")
        context.set_forkserver_preload(_LOADED)
        self.pipe, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=play, args=(theirs, work, story, self._said), daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def is_overdue(self) -> bool:
        """Tell whether nobody waits for it any longer."""
        return perf_counter() - self._began_s > self._seconds_max

    def result(self) -> R | Lost:
        """Return what it sent, or how it ended; it is gone then."""
        try:
            if not self.pipe.poll():
                return Lost(
                    why=f"did not end within {self._seconds_max:g} s, {self._asked_where()}"
                )
            result: R | Lost = self.pipe.recv()
        except EOFError:
            self._process.join()
            return Lost(why=f"the process ended ({self._how()}): {_last_line(self._said)}")
        finally:
            self.end()
        return result

    def end(self) -> None:
        """Let nothing of it be left; asked first, it removes what it has on the disk."""
        assert self._process.pid is not None, "it was not started"
        if self._process.is_alive():
            os.kill(self._process.pid, signal.SIGINT)
            self._process.join(_DYING_S_MAX)
        self._process.kill()
        self._process.join()
        clear_up_after(self._process.pid)
        self.pipe.close()
        self._said.unlink(missing_ok=True)

    def _asked_where(self) -> str:
        """Ask where it is; it dies of the question."""
        assert self._process.pid is not None, "it was not started"
        os.kill(self._process.pid, signal.SIGABRT)
        self._process.join(_DYING_S_MAX)
        return place_in(self._said.read_text(errors="replace"))

    def _how(self) -> str:
        code = self._process.exitcode or 0
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _over(running: Mapping[Connection, _Worker[R]]) -> list[_Worker[R]]:
    """Wait until somebody has something to say, or has said nothing for too long."""
    heard = wait(list(running), timeout=_LOOK_EVERY_S)
    return [each for pipe, each in running.items() if pipe in heard or each.is_overdue]


def play(pipe: Connection, work: Callable[[Story], R], story: Story, said: Path) -> None:
    """Do the work, in the process that was made for it; what it prints goes into a file."""
    with said.open("w") as file:
        os.dup2(file.fileno(), _OUT)
        os.dup2(file.fileno(), _ERR)
    faulthandler.enable()
    gc.freeze()  # what all stories share is not looked through for garbage in each
    outcome = attempted(lambda: work(story))
    pipe.send(Lost(why=_told(outcome)) if isinstance(outcome, Exception) else outcome)


def _told(failure: Exception) -> str:
    frame = extract_tb(failure.__traceback__)[-1]
    return f"{failure!r} at {Path(frame.filename).name}:{frame.lineno}"[:_CHARS_MAX]


def _last_line(said: Path) -> str:
    lines = said.read_text(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")[:_CHARS_MAX]


def place_in(trace: str) -> str:
    """Return the innermost line of ours in what Python tells as it dies."""
    for frame in _FRAME.finditer(trace):
        if _NOT_OURS not in frame["file"]:
            return f"at {Path(frame['file']).name}:{frame['line']} in {frame['name']}"
    return "nobody knows where"
