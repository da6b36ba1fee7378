"""How the program ends: one number for whoever started it, one reason for whoever reads on."""

import os
import select
from enum import IntEnum
from typing import NoReturn

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
    "log_failed_start",
    "refuse",
]

_STDERR = 2
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


def _leave(why: str, code: ExitCode) -> NoReturn:
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
