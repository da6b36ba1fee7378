"""What an answer that is not a yes means: not executed, refused, or unknown (facts 5 and 6).

The code decides, not the status; where the same code stands for different outcomes, the text
does. What nobody can read, or has heard of with a 5xx, may have been executed.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from noctule.adapters.binance.rest.calls import Pool
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.domain.errors import (
    BudgetExhausted,
    CredentialsRefused,
    DuplicateClientId,
    FilterViolated,
    MarginInsufficient,
    OrderUnknown,
    OutcomeUnknown,
    VenueError,
    VenueRefused,
    VenueUnreachable,
)

__all__ = [
    "CLOCK_CODES",
    "MEANINGS",
    "Halt",
    "Refusal",
    "Throttled",
    "failure_of",
    "is_yes",
    "refusal_in",
]

CLOCK_CODES: Final = frozenset({-1021, -5028})  # our timestamp was out of its window
_TOO_MANY_REQUESTS: Final = -1003
_TOO_MANY_ORDERS: Final = -1015

# How long to stop where no Retry-After tells it.
_PAUSE_MS_MIN: Final = 1_000
_WEIGHT_PAUSE_MS: Final = 60_000  # the weight is counted by the minute
_ORDERS_PAUSE_MS: Final = 10_000  # the orders by ten seconds
_BAN_MS: Final = 2 * 60_000  # the shortest there is; the longest:
_BAN_MS_MAX: Final = 3 * 24 * 60 * 60_000
_FIREWALL_PAUSE_MS: Final = 3 * 60_000  # "back off minutes" (facts 5)
_BANNED_UNTIL: Final = re.compile(r"banned until (\d{13})\b")
_NEGATIVE: Final = re.compile(rb'"code"\s*:\s*"?-')
_HEAD_BYTES: Final = 1_024  # a refusal's code is in there; the answers that are long have none
_TEXT_MAX: Final = 300  # characters of a stranger's text that we repeat

# Texts that say of a 5xx that nothing was executed (facts 5); without the final full stop.
_NOT_EXECUTED: Final = frozenset(
    {
        "service unavailable",
        "internal error; unable to process your request. please try again",
    }
)


def _all(meaning: type[VenueError], *codes: int) -> dict[int, type[VenueError]]:
    return dict.fromkeys(codes, meaning)


MEANINGS: Final[Mapping[int, type[VenueError]]] = {
    # Nobody knows: ask by our own id.
    **_all(OutcomeUnknown, -1000, -1001, -1006, -1007),
    # Not executed: overloaded; shutting down.
    **_all(VenueUnreachable, -1008, -1016),
    # Not executed, and nothing is to be sent for a while.
    **_all(BudgetExhausted, _TOO_MANY_REQUESTS, _TOO_MANY_ORDERS),
    # The key: unauthorised, address not allowed, id, format, permissions, locked, signature,
    # account (the last also during maintenance).
    **_all(CredentialsRefused, -1002, -1011, -1022, -1109, -2008, -2014, -2015, -2017),
    # A price or quantity that breaks a filter: precision, bounds, tick, step, multiplier, notional.
    **_all(FilterViolated, -1111, *range(-4005, -4000), -4006, -4007, -4013, -4014, -4016),
    **_all(FilterViolated, -4023, -4024, -4164),
    # The account cannot carry it: balance, margin, isolated or cross balance.
    **_all(MarginInsufficient, -2018, -2019, -4050, -4051),
    **_all(OrderUnknown, -2011, -2013),
    **_all(DuplicateClientId, -4116),
    # The clock: synchronise, then try again.
    **_all(VenueRefused, *CLOCK_CODES),
    # Parameters: a mistake of ours.
    **_all(VenueRefused, -1010, -1013, -1014, -1020, -1023, *range(-1106, -1099), -1108),
    **_all(VenueRefused, *range(-1120, -1113), -1127, -1128, -1130, -1136),
    **_all(VenueRefused, -4120, -4135, -4136, -4137, -4138, -4142, *range(-5041, -5036)),
    # Symbols, listen keys, settings.
    **_all(VenueRefused, -1121, -1122, -1125, -4015, -4028, -4045, -4046, -4047, -4048, -4059),
    **_all(VenueRefused, -4061, -4062, -4067, -4068, -4161, *range(-4172, -4166), -4411),
    **_all(VenueRefused, *range(-4209, -4201), -4403),
    # Business: no, and not because of us.
    **_all(VenueRefused, -2010, *range(-2028, -2019), -4117, -4118, -4130, -4509),
    **_all(VenueRefused, -4131, -4183, -4184, -4210, -4211),  # the market moved away
    **_all(VenueRefused, -5021, -5022, *range(-5027, -5023), -5029, -5043, -5047),
}


class Halt(StrEnum):
    """What has to stop when the exchange says that it is too much."""

    EVERYTHING = "everything"  # 429 and 418: whoever goes on is banned
    ORDERS = "orders"  # new ones; cancelling and asking go on
    FUNDING = "funding"  # which has a pool of its own: nothing else used it up
    BROWSING = "browsing"  # the firewall's 403: what guards a position may still try


class Throttled(BudgetExhausted):
    """The exchange itself says that it is too much, and for how long."""

    def __init__(self, message: str, *, halt: Halt, retry_after_ms: int) -> None:
        self.halt = halt
        super().__init__(message, retry_after_ms=retry_after_ms)


class Refusal(Struct, frozen=True):
    """What the exchange writes into an answer that is not a yes."""

    code: int
    msg: str = ""


_decode_refusal: Final = msgspec.json.Decoder(Refusal, strict=False).decode
_NOTHING_READ: Final = Refusal(code=0)


def refusal_in(body: bytes) -> Refusal | None:
    """Return the code and text of a body, if it has any."""
    try:
        return _decode_refusal(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def is_yes(answer: HttpAnswer) -> bool:
    """Tell whether the exchange did what it was asked; then there is no failure."""
    return 200 <= answer.status < 300 and not _is_a_no(answer.body)


def failure_of(answer: HttpAnswer, *, now_ms: int, pool: Pool = Pool.WEIGHT) -> VenueError | None:
    """Return what is wrong with an answer; None: it is a yes.

    `now_ms` is the exchange's time: a ban may be told by when it ends.
    """
    if is_yes(answer):
        return None
    refusal = refusal_in(answer.body) or _NOTHING_READ
    if answer.status in (418, 429) or refusal.code in (_TOO_MANY_REQUESTS, _TOO_MANY_ORDERS):
        halt = _halt_of(answer, refusal, pool)
        return Throttled(
            f"{answer.status}: {_shortened(refusal.msg) or 'too many requests'}",
            halt=halt,
            retry_after_ms=_pause_ms(answer, refusal, now_ms=now_ms),
        )
    if refusal.code >= 0:
        return _without_a_code(answer)
    return _by_code(answer, refusal)


def _is_a_no(body: bytes) -> bool:
    """Tell whether a body is a refusal, whatever its status says."""
    if not body.startswith(b"{") or body.find(b'"code"', 0, _HEAD_BYTES) < 0:
        return False
    return _NEGATIVE.search(body, 0, _HEAD_BYTES) is not None


def _halt_of(answer: HttpAnswer, refusal: Refusal, pool: Pool) -> Halt:
    if answer.status == 418:
        return Halt.EVERYTHING
    if refusal.code == _TOO_MANY_ORDERS:
        return Halt.ORDERS
    return Halt.FUNDING if pool is Pool.FUNDING else Halt.EVERYTHING


def _pause_ms(answer: HttpAnswer, refusal: Refusal, *, now_ms: int) -> int:
    until = _BANNED_UNTIL.search(refusal.msg)
    seconds = answer.headers.get("retry-after", "")
    is_told = re.fullmatch(r"[0-9]{1,9}", seconds) is not None
    if is_told and (answer.status != 418 or int(seconds)):
        pause_ms = int(seconds) * 1_000
    elif until is not None and int(until[1]) > now_ms:
        pause_ms = int(until[1]) - now_ms
    elif answer.status == 418:
        pause_ms = _BAN_MS
    else:
        pause_ms = _ORDERS_PAUSE_MS if refusal.code == _TOO_MANY_ORDERS else _WEIGHT_PAUSE_MS
    return min(max(pause_ms, _PAUSE_MS_MIN), _BAN_MS_MAX)


def _without_a_code(answer: HttpAnswer) -> VenueError:
    """Judge what a machine in front of the exchange says; unreadable is unknown."""
    if answer.status == 403:
        return Throttled("403: the firewall", halt=Halt.BROWSING, retry_after_ms=_FIREWALL_PAUSE_MS)
    return OutcomeUnknown(f"{answer.status} without a code")


def _by_code(answer: HttpAnswer, refusal: Refusal) -> VenueError:
    meaning = MEANINGS.get(refusal.code)
    if meaning is None:
        is_a_no = 400 <= answer.status < 500 and answer.status != 408
        meaning = VenueRefused if is_a_no else OutcomeUnknown
    if meaning is OutcomeUnknown and _says_not_executed(refusal.msg):
        meaning = VenueUnreachable
    text = _shortened(refusal.msg)
    if issubclass(meaning, VenueRefused):
        return meaning(text, code=refusal.code)
    return meaning(f"{answer.status}, {refusal.code}: {text}")


def _says_not_executed(text: str) -> bool:
    return text.strip().rstrip(".").lower() in _NOT_EXECUTED


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT_MAX else f"{text[:_TEXT_MAX]}…"
