"""What ended a fetch early: one line for the person, one exit code for scripts."""

from typing import Final

import msgspec

from noctule.adapters.archive.failures import ArchiveUnreachable
from noctule.app.exits import ExitCode
from noctule.domain.errors import (
    BudgetExhausted,
    NoctuleError,
    OutcomeUnknown,
    VenueRefused,
    VenueUnreachable,
)

__all__ = ["ended_by"]

_MS_PER_SECOND: Final = 1_000


def ended_by(failure: NoctuleError) -> tuple[str, ExitCode]:
    """Return why a fetch could not go on, and the code for it."""
    match failure:
        case ArchiveUnreachable():
            return f"the archive cannot be reached: {failure}", ExitCode.UNREACHABLE
        case BudgetExhausted(retry_after_ms=left_ms):
            seconds = -(-left_ms // _MS_PER_SECOND)
            line = f"the exchange is asked too much ({failure}): go on in {seconds} s"
            return line, ExitCode.UNREACHABLE
        case VenueRefused():
            return f"the exchange refuses to tell: {failure}", ExitCode.WRONG_USE
        case OutcomeUnknown() if isinstance(failure.__cause__, msgspec.DecodeError):
            return f"{failure}: is the address right?", ExitCode.WRONG_USE
        case VenueUnreachable() | OutcomeUnknown():
            return f"the exchange cannot be reached: {failure}", ExitCode.UNREACHABLE
        case _:
            return f"the exchange answers what cannot be: {failure}", ExitCode.UNREACHABLE
