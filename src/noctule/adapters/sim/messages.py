"""HTTP without a wire: what is asked, what is answered, and whether the answer arrives."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

from noctule.adapters.sim.limits import Throttled
from noctule.adapters.sim.model import Refusal

__all__ = ["Fate", "Request", "Response", "answer", "html", "refusal"]

_encode = msgspec.json.Encoder().encode


class Request(Struct, frozen=True, kw_only=True):
    """One request; header names are in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    peer: str = "127.0.0.1"


class Fate(StrEnum):
    """What becomes of an answer on its way."""

    SENT = "sent"
    LOST = "lost"  # nothing arrives, until the client gives up
    RESET = "reset"  # the connection is cut instead


class Response(Struct, frozen=True, kw_only=True):
    """One answer; the rim waits delay_ms before it obeys its fate."""

    status: int
    body: bytes
    headers: dict[str, str] = {}
    content_type: str = "application/json"
    delay_ms: int = 0
    fate: Fate = Fate.SENT


def answer(content: object, *, status: int = 200) -> Response:
    """Return an answer in JSON."""
    return Response(status=status, body=_encode(content))


def refusal(reason: Refusal) -> Response:
    """Return the exchange's body and status for a refusal."""
    headers = {}
    if isinstance(reason, Throttled):
        headers["Retry-After"] = str(reason.retry_after_s)
    body = _encode({"code": reason.code, "msg": reason.msg})
    return Response(status=reason.status, body=body, headers=headers)


def html(status: int, title: str) -> Response:
    """Return what a machine in front of the exchange says: a page for people."""
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>{title}</body>\r\n</html>\r\n"
    return Response(status=status, body=page.encode(), content_type="text/html")
