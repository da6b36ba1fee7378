"""What is said over the WebSocket API: a signed query as a message, a reply as an HTTP answer."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import msgspec
from msgspec import Raw, Struct

from noctule.adapters.binance.rest.client import Keys
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method

__all__ = ["Reply", "answer_of", "message_of", "method_of", "read_reply"]

_METHODS: Final[Mapping[tuple[Method, str], str]] = {
    (Method.POST, "/fapi/v1/order"): "order.place",
    (Method.PUT, "/fapi/v1/order"): "order.modify",
    (Method.DELETE, "/fapi/v1/order"): "order.cancel",
    (Method.GET, "/fapi/v1/order"): "order.status",
    (Method.POST, "/fapi/v1/algoOrder"): "algoOrder.place",
    (Method.DELETE, "/fapi/v1/algoOrder"): "algoOrder.cancel",
    (Method.GET, "/fapi/v3/account"): "v2/account.status",
    (Method.GET, "/fapi/v3/balance"): "v2/account.balance",
    (Method.GET, "/fapi/v3/positionRisk"): "v2/account.position",
}

# "ints as JSON ints, decimals as strings" (facts 1)
_INTEGERS: Final = frozenset(
    {"timestamp", "recvWindow", "orderId", "algoId", "goodTillDate", "modifyId"}
)
_LETTERS: Final = {"SECOND": "s", "MINUTE": "m", "HOUR": "h", "DAY": "d"}
_COUNTS: Final = {"REQUEST_WEIGHT": "x-mbx-used-weight", "ORDERS": "x-mbx-order-count"}


class _Limit(Struct, frozen=True, rename="camel"):
    rate_limit_type: str
    interval: str
    interval_num: int
    count: int = 0


class _Patience(Struct, frozen=True, rename="camel"):
    server_time: int = 0
    retry_after: int = 0


class _Trouble(Struct, frozen=True):
    data: _Patience = _Patience()


class Reply(Struct, frozen=True, rename="camel"):
    """One reply; an id that is null belongs to nobody."""

    id: int | str | None = None
    status: int = 0
    result: Raw = Raw(b"")
    error: Raw = Raw(b"")
    rate_limits: list[_Limit] = []


_decode_reply: Final = msgspec.json.Decoder(Reply).decode
_decode_trouble: Final = msgspec.json.Decoder(_Trouble).decode


def method_of(request: HttpRequest) -> str | None:
    """Return the method that stands for a request, if there is one."""
    return _METHODS.get((request.method, request.path))


def message_of(request: HttpRequest, method: str, *, number: int, keys: Keys) -> bytes:
    """Return a signed request as a message: signed anew, for here the order of names counts."""
    sent = dict(parse_qsl(request.query, keep_blank_values=True))
    sent.pop("signature", None)
    sent["apiKey"] = keys.api_key
    payload = "&".join(f"{name}={sent[name]}" for name in sorted(sent))
    params: dict[str, str | int] = {
        name: int(text) if name in _INTEGERS else text for name, text in sent.items()
    }
    params["signature"] = keys.signer.sign(payload)
    return msgspec.json.encode({"id": number, "method": method, "params": params})


def read_reply(frame: bytes) -> Reply | None:
    """Return what a frame says; None: it makes no sense."""
    try:
        return _decode_reply(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def answer_of(reply: Reply) -> HttpAnswer:
    """Return a reply as the answer that REST would have given."""
    headers = {
        f"{_COUNTS[row.rate_limit_type]}-{row.interval_num}{_LETTERS[row.interval]}": str(row.count)
        for row in reply.rate_limits
        if row.rate_limit_type in _COUNTS and row.interval in _LETTERS
    }
    error = bytes(reply.error)
    if error:
        headers |= _retry_after(error)
    return HttpAnswer(status=reply.status, headers=headers, body=error or bytes(reply.result))


def _retry_after(error: bytes) -> dict[str, str]:
    """Return how long to stop, which is told as an instant here."""
    try:
        told = _decode_trouble(error).data
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    left_ms = told.retry_after - told.server_time
    return {"retry-after": str(-(-left_ms // 1_000))} if told.retry_after and left_ms > 0 else {}
