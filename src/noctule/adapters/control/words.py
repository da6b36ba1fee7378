"""What goes over the socket: one line of JSON in, one line of JSON out, and then it is closed."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from noctule.domain.commands import CommandOutcome, ReloadOutcome
from noctule.domain.status import StatusView

__all__ = [
    "ANSWER_BYTES_MAX",
    "REQUEST_BYTES_MAX",
    "VERSION",
    "Answer",
    "Ask",
    "Request",
    "read_answer",
    "read_request",
    "written",
]

VERSION: Final = 1
REQUEST_BYTES_MAX: Final = 4_096
ANSWER_BYTES_MAX: Final = 8_000_000  # of a thousand symbols, which nobody trades

_Words = Annotated[str, Meta(max_length=200)]


class Ask(StrEnum):
    """What can be asked for."""

    STATUS = "status"
    PAUSE = "pause"
    RESUME = "resume"
    FLATTEN = "flatten"
    STOP = "stop"
    RELOAD = "reload"
    ENABLE_STRATEGY = "enable_strategy"
    DISABLE_STRATEGY = "disable_strategy"


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One wish; keys that it does not need are left out."""

    ask: Ask
    version: int = VERSION
    reason: _Words = ""  # of a pause
    symbol: _Words | None = None  # to flatten; None: all
    strategy: _Words | None = None  # to enable or disable


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it; either a problem, or the one of the others that was asked for."""

    version: int
    problem: str | None = None
    is_early: bool = False  # the same may be asked again in a moment
    status: StatusView | None = None
    outcome: CommandOutcome | None = None
    reload: ReloadOutcome | None = None


def read_request(line: bytes) -> Request | str:
    """Return a wish, or what is wrong with it."""
    try:
        request = msgspec.json.decode(line, type=Request)
    except msgspec.ValidationError as exc:
        return f"this is no request: {exc}"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        return f"this is not JSON: {exc}"
    if request.version != VERSION:
        return f"this bot speaks version {VERSION}, the request is of version {request.version}"
    needs_name = request.ask in (Ask.ENABLE_STRATEGY, Ask.DISABLE_STRATEGY)
    if needs_name and not request.strategy:
        return f"{request.ask} needs a strategy"
    return request


def read_answer(line: bytes) -> Answer | str:
    """Return an answer, or what is wrong with it."""
    try:
        version = msgspec.json.decode(line, type=_Versioned).version
        if version != VERSION:
            return f"the bot speaks version {version} of the protocol, this command {VERSION}"
        return msgspec.json.decode(line, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        return f"the answer cannot be read: {exc}"


def written(message: Request | Answer) -> bytes:
    """Return a message as its line."""
    return msgspec.json.encode(message) + b"\n"


class _Versioned(Struct):
    version: int
