"""Holds a strategy's trial in processes of their own, and ends the one that does not come back."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import msgspec
from msgspec import structs

import noctule
from noctule.app.online.findings import Finding, failed, passed, warned
from noctule.app.strategy_source import MUST_NOT_END
from noctule.app.workbench import child
from noctule.app.workbench.messages import (
    WHERE,
    Found,
    Message,
    Our,
    Progress,
    Told,
    TrialRequest,
    Wrong,
    read_message,
)
from noctule.domain.errors import ConfigError

__all__ = ["SILENCE_S_MAX", "TrialBroke", "referee"]

SILENCE_S_MAX: Final = 10.0  # a child that says nothing for so long does not come back

_STARTING_S_MAX: Final = 60.0  # before it says anything: no line of the owner's has run by then
_ANSWER_S_MAX: Final = 2.0
_FRAME: Final = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<name>\S+)')
_ORDER: Final = "sort what comes out of a set, and let no hash() or id() decide"
_ENDLESS: Final = "end every loop: the bot interrupts it after 5 s and starts without it"


class TrialBroke(Exception):
    """The trial itself failed: a bug of ours."""


def referee(
    request: TrialRequest,
    *,
    tell: Callable[[Finding], None],
    advance: Callable[[Progress], None],
    silence_s_max: float = SILENCE_S_MAX,
) -> None:
    """Tell each finding as it comes; what cannot be tried like this is a ConfigError.

    A second process, in which hashes are others, plays the same candles: it must come to the same.
    """
    echo_request = structs.replace(request, is_echo=True)
    with _child(request, hash_seed=0) as main, _child(echo_request, hash_seed=1) as echo:
        digest = _followed(main, tell, advance, silence_s_max)
        if not digest:
            return
        echoed = _followed(echo, lambda _finding: None, lambda _progress: None, silence_s_max)
        tell(_compared(digest, echoed))


def _compared(digest: str, echoed: str | None) -> Finding:
    if not echoed:
        what = "in another process it did not get as far: nothing can be compared"
        return warned("process", what, remedy="run it again while the machine is less busy")
    if echoed == digest:
        return passed("process", "it signals the same in another process")
    return failed("process", "in another process it signals something else", remedy=_ORDER)


def _followed(
    trial: "_Child",
    tell: Callable[[Finding], None],
    advance: Callable[[Progress], None],
    silence_s_max: float,
) -> str | None:
    """Hand on what it says; return its digest, if it came to one."""
    told: str | None = None
    for message in trial.messages(silence_s_max):
        match message:
            case Found(finding=finding):
                tell(finding)
            case Progress():
                advance(message)
            case Told(digest=digest):
                told = digest
            case Wrong(problems=problems):
                raise ConfigError(problems)
            case Our(traceback=traceback):
                raise TrialBroke(traceback)
    end = trial.end(is_done=told is not None)
    if end is not None:
        tell(end)
        return None
    return told


class _Child:
    """A process that tries a strategy."""

    def __init__(self, process: "subprocess.Popen[bytes]", traces: Path, folder: Path) -> None:
        self._process = process
        self._traces = traces
        self._folder = folder
        self._is_overdue = False
        self._silence_s_max = 0.0

    def messages(self, silence_s_max: float) -> Iterator[Message]:
        """Yield what it says, until it is done or says nothing for too long."""
        assert self._process.stdout is not None, "it has no output"
        self._silence_s_max = silence_s_max
        number, rest = self._process.stdout.fileno(), b""
        patience_s = _STARTING_S_MAX
        while select.select([number], [], [], patience_s)[0]:
            heard = os.read(number, 65_536)
            if not heard:
                return
            patience_s = silence_s_max
            *lines, rest = (rest + heard).split(b"\n")
            yield from map(read_message, lines)
        self._is_overdue = True

    def end(self, *, is_done: bool) -> Finding | None:
        """Say how it ended, if that was not as it should."""
        if self._is_overdue:
            where = self._asked_where()
            late = f"it did not come back within {self._silence_s_max:g} s"
            return failed("time", f"{late}, {where}", remedy=_ENDLESS)
        if is_done:
            return None
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        _end(self._process)  # before its number may become another's: what it left behind goes, too
        code = self._process.wait()
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        return failed("file", f"it ended the process ({how}), {self._place()}", remedy=MUST_NOT_END)

    def _asked_where(self) -> str:
        """Ask where it is; a process that does not even answer is somewhere outside of Python."""
        self._process.send_signal(WHERE)
        until_s = perf_counter() + _ANSWER_S_MAX
        while perf_counter() < until_s and not self._traces.read_text(errors="replace"):
            sleep(0.02)
        sleep(0.05)  # it is written in several pieces
        return self._place()

    def _place(self) -> str:
        """Return the innermost line of the owner's folder that it was seen at."""
        for frame in _FRAME.finditer(self._traces.read_text(errors="replace")):
            path = Path(frame["file"])
            if path.is_relative_to(self._folder) and "site-packages" not in path.parts:
                return f"at {path.relative_to(self._folder)}:{frame['line']} in {frame['name']}"
        return "nobody knows where"


@contextmanager
def _child(request: TrialRequest, *, hash_seed: int) -> Iterator[_Child]:
    """Start a process for the block, and end it with the block."""
    source = str(Path(noctule.__file__).parents[1])
    paths = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": str(hash_seed)}
    with tempfile.NamedTemporaryFile(prefix="noctule-trial-") as traces:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-P", "-m", child.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=traces,
            env=environment,
            start_new_session=True,
        )
        with process:
            try:
                assert process.stdin is not None, "it has no input"
                process.stdin.write(msgspec.json.encode(request))
                process.stdin.close()
                yield _Child(process, Path(traces.name), request.folder)
            finally:
                _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it started."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
