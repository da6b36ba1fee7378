"""How the program ends: one number for whoever started it, one reason for whoever reads on."""

import os
import select
import sys
import threading
from collections.abc import Collection
from contextlib import suppress
from enum import IntEnum
from typing import Final, NoReturn

from noctule.domain.errors import (
    BudgetExhausted,
    NoctuleError,
    OutcomeUnknown,
    Severity,
    VenueUnreachable,
)
from noctule.telemetry.logs import get_log

__all__ = [
    "ExitCode",
    "abandon",
    "describe_failure",
    "exit_code_of",
    "force_exit",
    "leave_threads_behind",
    "log_failed_start",
    "refuse",
]

_STDERR = 2
_LINGERING_S_MAX: Final = 1.0  # that a thread has to end by itself
_log = get_log(__name__)


class ExitCode(IntEnum):
    """The exit codes that scripts and the systemd unit rely on."""

    DONE = 0
    WRONG_USE = 1  # configuration, credentials, command line: starting again changes nothing
    BUG = 70
    UNREACHABLE = 75  # the exchange could not be reached at start: try again later
    FORCED = 130  # interrupted twice


def exit_code_of(failure: Exception | None) -> ExitCode:
    """Return the code for what ended the program."""
    if failure is None:
        return ExitCode.DONE
    if isinstance(failure, VenueUnreachable | OutcomeUnknown | BudgetExhausted):
        return ExitCode.UNREACHABLE  # no answer, or one that says later
    if isinstance(failure, NoctuleError) and failure.severity is Severity.FATAL:
        return ExitCode.WRONG_USE
    return ExitCode.BUG


def force_exit() -> NoReturn:
    """Leave at once, whatever hangs; what rests at the exchange goes on guarding positions."""
    _leave("interrupted twice, leaving at once", ExitCode.FORCED)


def abandon(why: str) -> NoReturn:
    """Leave at once, from any thread, because ours cannot go on; systemd starts us anew."""
    _leave(why, ExitCode.BUG)


def refuse(why: str) -> NoReturn:
    """Leave at once, because what we were told to run does not let go of us."""
    _leave(why, ExitCode.WRONG_USE)


def leave_threads_behind(code: int, *, known: Collection[threading.Thread]) -> None:
    """Leave at once if a thread goes on that is not known: Python would wait for it for ever.

    Only code that is not ours begins one and leaves it: a strategy's.
    """
    for each in threading.enumerate():
        if each in known or each.daemon:
            continue
        each.join(_LINGERING_S_MAX)
        if each.is_alive():
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError, AttributeError):
                    stream.flush()
            _leave(f"the thread {each.name!r} of a strategy does not end, leaving it", code)


def _leave(why: str, code: int) -> NoReturn:
    try:
        if select.select([], [_STDERR], [], 0)[1]:  # a terminal that is stopped would hold us
            os.write(_STDERR, f"noctule: {why}\n".encode(errors="replace"))
    except (OSError, ValueError):
        pass  # nobody is left to tell
    finally:
        os._exit(code)


def log_failed_start(failure: Exception) -> None:
    """Log why we did not get going; only what nobody foresaw needs to show where it happened."""
    if isinstance(failure, NoctuleError):
        _log.error("start failed", kind=type(failure).__name__, cause=str(failure))
    else:
        _log.exception("start failed", failure)


def describe_failure(failure: Exception) -> str:
    """Return one line for the person who started us."""
    return f"noctule: {type(failure).__name__}: {failure}".rstrip(": ")
