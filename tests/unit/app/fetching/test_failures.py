"""Whatever ends a fetch is one line and the right exit code."""

import msgspec
import pytest

from noctule.adapters.archive.failures import ArchiveUnreachable
from noctule.app.exits import ExitCode
from noctule.app.fetching.failures import ended_by
from noctule.domain.errors import (
    BudgetExhausted,
    FeedMalformed,
    NoctuleError,
    OutcomeUnknown,
    VenueRefused,
    VenueUnreachable,
)


def unreadable() -> OutcomeUnknown:
    failure = OutcomeUnknown("the answer to GET time cannot be read")
    failure.__cause__ = msgspec.DecodeError("malformed")
    return failure


@pytest.mark.parametrize(
    ("failure", "line", "code"),
    [
        (ArchiveUnreachable("cut"), "the archive cannot be reached: cut", ExitCode.UNREACHABLE),
        (
            BudgetExhausted("418: banned", retry_after_ms=1_001),
            "the exchange is asked too much (418: banned): go on in 2 s",
            ExitCode.UNREACHABLE,
        ),
        (
            VenueRefused("Illegal.", code=-1100),
            "the exchange refuses to tell: -1100: Illegal.",
            ExitCode.WRONG_USE,
        ),
        (
            unreadable(),
            "the answer to GET time cannot be read: is the address right?",
            ExitCode.WRONG_USE,
        ),
        (
            VenueUnreachable("no connection"),
            "the exchange cannot be reached: no connection",
            ExitCode.UNREACHABLE,
        ),
        (
            OutcomeUnknown("timed out"),
            "the exchange cannot be reached: timed out",
            ExitCode.UNREACHABLE,
        ),
        (
            FeedMalformed("not in order"),
            "the exchange answers what cannot be: not in order",
            ExitCode.UNREACHABLE,
        ),
    ],
)
def test_it_is_told_and_its_code_is_for_scripts(
    failure: NoctuleError, line: str, code: ExitCode
) -> None:
    assert ended_by(failure) == (line, code)
