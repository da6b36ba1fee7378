"""What a failed question means for whoever set this up, and what to do about it."""

from typing import Final

import msgspec

from noctule.adapters.binance.rest.failures import CLOCK_CODES, MEANINGS
from noctule.app.online.checks import NTP
from noctule.app.online.findings import Finding, failed
from noctule.domain.errors import (
    BudgetExhausted,
    CredentialsRefused,
    MarginInsufficient,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)

__all__ = ["finding_of", "is_out_of_reach", "remedy_for"]

_MS_PER_SECOND: Final = 1_000
_REMEDIES: Final = {
    -2014: "copy the API key whole",
    -1022: "the secret is not the one of this key: copy both anew",
}
_WRONG_KEY: Final = (
    "is it of this environment (a demo key is not valid live, nor a live one there), is this "
    "machine on its IP list, may it trade futures?"
)
_NETWORK: Final = "look at the network, at the [api] addresses, and at Binance's status page"
_OUTDATED: Final = "the exchange may have changed: trade nothing until noctule knows how"


def finding_of(failure: VenueError, *, exchange: str) -> Finding:
    """Return the one line that a failure deserves."""
    match failure:
        case VenueRefused(code=code) if MEANINGS.get(code) is CredentialsRefused:
            text = f"the exchange refuses the key ({failure})"
            return failed("key", text, remedy=_REMEDIES.get(code, _WRONG_KEY))
        case VenueRefused(code=code) if code in CLOCK_CODES:
            return failed("clock", f"our timestamps are refused ({failure})", remedy=NTP)
        case VenueRefused():
            return failed("question", f"the exchange refuses it ({failure})", remedy=_OUTDATED)
        case BudgetExhausted(retry_after_ms=left_ms):
            remedy = f"try again in {-(-left_ms // _MS_PER_SECOND)} s"
            return failed("exchange", f"{exchange} is asked too much: {failure}", remedy=remedy)
        case _ if _is_unreadable(failure):
            return failed("question", str(failure), remedy=_OUTDATED)
        case _:
            text = f"{exchange} cannot be reached: {failure}"
            return failed("exchange", text, remedy=_NETWORK)


def remedy_for(failure: BaseException | None) -> str:
    """Return what to do where an order was not treated as expected, and this is why."""
    match failure:
        case MarginInsufficient():
            return "transfer a little to the futures wallet: an order of the smallest size needs it"
        case VenueRefused(code=code) if MEANINGS.get(code) is CredentialsRefused:
            return _WRONG_KEY
        case VenueError() if is_out_of_reach(failure):
            return "probe again when the exchange answers"
        case _:
            return _OUTDATED


def is_out_of_reach(failure: VenueError) -> bool:
    """Tell whether trying again later could help, with nothing changed."""
    away = isinstance(failure, VenueUnreachable | OutcomeUnknown | BudgetExhausted)
    return away and not _is_unreadable(failure)


def _is_unreadable(failure: VenueError) -> bool:
    """Tell whether there was an answer that could not be understood."""
    return isinstance(failure.__cause__, msgspec.DecodeError | UnicodeDecodeError)
