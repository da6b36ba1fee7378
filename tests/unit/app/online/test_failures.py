"""A failed question is one line with a remedy, and says whether trying later could help."""

import msgspec
import pytest

from noctule.app.online.failures import finding_of, is_out_of_reach, remedy_for
from noctule.app.online.findings import line_of
from noctule.domain.errors import (
    BudgetExhausted,
    CredentialsRefused,
    MarginInsufficient,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)


def unreadable() -> OutcomeUnknown:
    failure = OutcomeUnknown("the answer to GET balance cannot be read")
    failure.__cause__ = msgspec.DecodeError("truncated")
    return failure


LINES: list[tuple[VenueError, str, bool]] = [
    (
        CredentialsRefused("Invalid API-key, IP, or permissions for action.", code=-2015),
        "FAIL  key       the exchange refuses the key (-2015: Invalid API-key, IP, or permissions "
        "for action.); is it of this environment (a demo key is not valid live, nor a live one "
        "there), is this machine on its IP list, may it trade futures?",
        False,
    ),
    (
        CredentialsRefused("Signature for this request is not valid.", code=-1022),
        "FAIL  key       the exchange refuses the key (-1022: Signature for this request is not "
        "valid.); the secret is not the one of this key: copy both anew",
        False,
    ),
    (
        VenueRefused("Invalid API-key, IP, or permissions for action.", code=-2015),
        "FAIL  key       the exchange refuses the key (-2015: Invalid API-key, IP, or permissions "
        "for action.); is it of this environment (a demo key is not valid live, nor a live one "
        "there), is this machine on its IP list, may it trade futures?",
        False,
    ),
    (
        VenueRefused("Timestamp for this request is outside of the recvWindow.", code=-1021),
        "FAIL  clock     our timestamps are refused (-1021: Timestamp for this request is outside "
        "of the recvWindow.); let the machine's clock be set by the network: "
        "timedatectl set-ntp true",
        False,
    ),
    (
        VenueRefused("Unknown.", code=-9999),
        "FAIL  question  the exchange refuses it (-9999: Unknown.); "
        "the exchange may have changed: trade nothing until noctule knows how",
        False,
    ),
    (
        unreadable(),
        "FAIL  question  the answer to GET balance cannot be read; "
        "the exchange may have changed: trade nothing until noctule knows how",
        False,
    ),
    (
        VenueUnreachable("no connection"),
        "FAIL  exchange  there cannot be reached: no connection; "
        "look at the network, at the [api] addresses, and at Binance's status page",
        True,
    ),
    (
        OutcomeUnknown("502 without a code"),
        "FAIL  exchange  there cannot be reached: 502 without a code; "
        "look at the network, at the [api] addresses, and at Binance's status page",
        True,
    ),
    (
        BudgetExhausted("told us to stop", retry_after_ms=1_001),
        "FAIL  exchange  there is asked too much: told us to stop; try again in 2 s",
        True,
    ),
]


@pytest.mark.parametrize(("failure", "line", "is_away"), LINES)
def test_every_failure_is_one_line_with_a_remedy(
    failure: VenueError, line: str, is_away: bool
) -> None:
    assert line_of(finding_of(failure, exchange="there")) == line
    assert is_out_of_reach(failure) is is_away


@pytest.mark.parametrize(
    ("failure", "remedy"),
    [
        (MarginInsufficient("Margin is insufficient.", code=-2019), "transfer a little"),
        (VenueRefused("Invalid API-key.", code=-2015), "is it of this environment"),
        (VenueUnreachable("no connection"), "probe again when the exchange answers"),
        (VenueRefused("Not supported.", code=-4120), "the exchange may have changed"),
        (None, "the exchange may have changed"),
    ],
)
def test_an_order_that_is_not_treated_as_expected_has_a_remedy(
    failure: VenueError | None, remedy: str
) -> None:
    assert remedy_for(failure).startswith(remedy)
