"""Code that is not ours: in which files it stands, and which line of it failed."""

import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from traceback import format_exception, walk_tb
from types import CodeType, FrameType
from typing import Final

from noctule.telemetry.attempt import contained

__all__ = [
    "AskedTooLong",
    "calls_above",
    "failure_told",
    "files_of",
    "is_ctrl_c",
    "place_told",
    "stands_in",
    "traceback_told",
]

_SAID_MAX: Final = 300  # characters of what an exception says of itself
_TRACEBACK_MAX: Final = 20_000  # of which the last are those that tell most


class AskedTooLong(BaseException):
    """Raised in the midst of a strategy that does not come back; few handlers stop it."""


def files_of(kind: type) -> frozenset[str]:
    """Return the files that hold a class's methods, and those of the classes it inherits from."""
    return frozenset(
        member.__code__.co_filename
        for each in kind.__mro__
        for member in vars(each).values()
        if isinstance(getattr(member, "__code__", None), CodeType)
    )


def failure_told(failure: BaseException, files: Iterable[str]) -> str:
    """Say in one line what was raised, and by which line, the owner's if it can be."""
    frames, folders = list(walk_tb(failure.__traceback__)), _folders(files)
    owned = [each for each in frames if _stands_in(each[0], folders)]
    frame, line = (owned or frames)[-1]
    words = _said(lambda: " ".join(str(failure).split()), otherwise="(and cannot be written)")
    words = words[:_SAID_MAX]
    return f"{_place(frame, line)}: {type(failure).__name__}{': ' if words else ''}{words}"


def traceback_told(failure: BaseException) -> str:
    """Write its traceback now: what is raised may loop, so only a guarded turn may ask for it."""
    text = _said(
        lambda: "".join(format_exception(failure)).rstrip(),
        otherwise="(a traceback cannot be written)",
    )
    return text[-_TRACEBACK_MAX:]


def place_told(frame: FrameType | None, files: Iterable[str]) -> str:
    """Say where a thread is now: at the innermost of the owner's lines, if it is in any."""
    folders = _folders(files)
    while frame is not None:
        if _stands_in(frame, folders):
            return f"at {_place(frame, frame.f_lineno)}"
        frame = frame.f_back
    return "outside of its files"


def calls_above(frame: FrameType | None, asking: CodeType) -> Iterator[FrameType]:
    """Yield the calls that a thread is in, latest first, until the one of ours that asked."""
    while frame is not None and frame.f_code is not asking:
        yield frame
        frame = frame.f_back


def stands_in(frame: FrameType, files: Iterable[str]) -> bool:
    """Tell whether a call is one of the owner's code."""
    return _stands_in(frame, _folders(files))


def is_ctrl_c(failure: BaseException) -> bool:
    """Tell whether the person at the keyboard may be meant: nobody else has taken Ctrl-C."""
    return isinstance(failure, KeyboardInterrupt) and (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )


def _said(speak: Callable[[], str], *, otherwise: str) -> str:
    """Let what was raised speak, which may raise anew; a turn that is to end ends all the same."""
    said = contained(speak)
    if isinstance(said, AskedTooLong):
        raise said
    return said if isinstance(said, str) else otherwise


def _folders(files: Iterable[str]) -> frozenset[Path]:
    """Return where the owner's code stands: what he splits up, he puts beside it."""
    return frozenset(Path(each).parent for each in files)


def _stands_in(frame: FrameType, folders: frozenset[Path]) -> bool:
    file = frame.f_code.co_filename
    return not file.startswith("<") and Path(file).parent in folders  # "<string>" is in no folder


def _place(frame: FrameType, line: int) -> str:
    code = frame.f_code
    return f"{Path(code.co_filename).name}:{line} in {code.co_name}"
