"""How the program ends: one number for whoever started it, one reason for whoever reads on."""

import os
from enum import IntEnum
from typing import NoReturn

from noctule.domain.errors import NoctuleError, Severity, VenueUnreachable

__all__ = ["ExitCode", "exit_code_of", "force_exit"]

_STDERR = 2


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
    if isinstance(failure, VenueUnreachable):
        return ExitCode.UNREACHABLE
    if isinstance(failure, NoctuleError) and failure.severity is Severity.FATAL:
        return ExitCode.WRONG_USE
    return ExitCode.BUG


def force_exit() -> NoReturn:
    """Leave at once, whatever hangs; what rests at the exchange goes on guarding positions."""
    os.write(_STDERR, b"noctule: interrupted twice, leaving at once\n")
    os._exit(ExitCode.FORCED)
