"""What goes wrong with requests: each fault a row, and what it does to the answer."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.limits import Limits
from noctule.adapters.sim.messages import Fate, Request, Response, html, refusal
from noctule.adapters.sim.model import Refusal

__all__ = ["AFTERWARDS", "GARBAGE", "INSTEAD", "Edge", "is_exit", "with_extra_fields"]

GARBAGE: Final = b"<!>}{ this is not JSON"


class Edge(Struct, frozen=True, kw_only=True):
    """What a fault may look at: the request, what it would be answered, who asks and when."""

    fault: Fault
    request: Request
    response: Response
    limits: Limits
    real_ms: int
    wall_ms: int


Change = Callable[[Edge], Response]


def is_exit(request: Request) -> bool:
    """Tell whether a request takes risk away; the overloaded exchange lets such ones through."""
    sent = request.query.encode() + b"&" + request.body
    return request.method == "DELETE" or b"reduceOnly=true" in sent or b"closePosition=true" in sent


def with_extra_fields(payload: bytes) -> bytes:
    """Add a field that nobody has heard of, if the payload is an object with any."""
    if not payload.startswith(b"{") or payload == b"{}":
        return payload
    return b'{"newField":{"a":[1,"2",null]},' + payload[1:]


def _lost(edge: Edge) -> Response:
    return replace(edge.response, fate=Fate.LOST)


def _reset(edge: Edge) -> Response:
    return replace(edge.response, fate=Fate.RESET)


def _late(edge: Edge) -> Response:
    return replace(edge.response, delay_ms=edge.response.delay_ms + edge.fault.delay_ms)


def _garbage(edge: Edge) -> Response:
    return replace(edge.response, body=GARBAGE)


def _truncated(edge: Edge) -> Response:
    body = edge.response.body
    return replace(edge.response, body=body[: len(body) // 2])


def _extended(edge: Edge) -> Response:
    return replace(edge.response, body=with_extra_fields(edge.response.body))


def _lagging(edge: Edge) -> Response:
    if edge.response.body.startswith(b"["):
        return replace(edge.response, body=b"[]")
    return refusal(Refusal(-2013, "Order does not exist."))


def _refused(edge: Edge) -> Response:
    fault = edge.fault
    return refusal(Refusal(fault.code, fault.msg, status=fault.status))


def _too_many(edge: Edge) -> Response:
    return refusal(edge.limits.strike(edge.request.peer, now_ms=edge.real_ms, wall_ms=edge.wall_ms))


def _banned(edge: Edge) -> Response:
    return refusal(edge.limits.ban(edge.request.peer, now_ms=edge.real_ms, wall_ms=edge.wall_ms))


def _always(code: int, msg: str, *, status: int = 503) -> Change:
    return lambda _: refusal(Refusal(code, msg, status=status))


def _page(status: int, title: str) -> Change:
    return lambda _: html(status, title)


# The texts of facts 5: of the 503s it is the text that says whether the request was executed.
_UNKNOWN: Final = _always(-1000, "Unknown error, please check your request or try again later.")

# The request is not executed.
INSTEAD: Final = {
    FaultKind.LOST_BEFORE: _lost,
    FaultKind.RESET_BEFORE: _reset,
    FaultKind.UNKNOWN_BEFORE: _UNKNOWN,
    FaultKind.UNAVAILABLE: _always(-1000, "Service Unavailable."),
    FaultKind.INTERNAL: _always(
        -1001, "Internal error; unable to process your request. Please try again."
    ),
    FaultKind.OVERLOADED: _always(
        -1008,
        "Request throttled by system-level protection. Reduce-only/close-position orders are "
        "exempt. Please try again.",
    ),
    FaultKind.TOO_MANY: _too_many,
    FaultKind.BANNED: _banned,
    FaultKind.FORBIDDEN: _page(403, "403 Forbidden"),
    FaultKind.REFUSED: _refused,
    FaultKind.MAINTENANCE: _always(-1016, "This service is no longer available."),
}
# The request is executed, and this becomes of its answer.
AFTERWARDS: Final = {
    FaultKind.LOST_AFTER: _lost,
    FaultKind.RESET_AFTER: _reset,
    FaultKind.UNKNOWN_AFTER: _UNKNOWN,
    FaultKind.TIMED_OUT: _always(
        -1007,
        "Timeout waiting for response from backend server. Send status unknown; "
        "execution status unknown.",
        status=408,
    ),
    FaultKind.BAD_GATEWAY: _page(502, "502 Bad Gateway"),
    FaultKind.LATE_ANSWER: _late,
    FaultKind.GARBAGE_ANSWER: _garbage,
    FaultKind.TRUNCATED_ANSWER: _truncated,
    FaultKind.EXTRA_FIELDS: _extended,
    FaultKind.LAGGING: _lagging,
}
