"""The WebSocket API: the REST calls again, as messages on one connection."""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.clerk import Clerk
from noctule.adapters.sim.gate import Gate, Security
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.parameters import JsonFields, Parameters
from noctule.adapters.sim.routes import ROUTES, Route
from noctule.adapters.sim.sessions import Session
from noctule.adapters.sim.signing import Scheme
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.times import Times
from noctule.adapters.sim.wire_rules import rate_limits

__all__ = ["HANDSHAKE_WEIGHT", "ApiLine", "WsApi"]

_encode = msgspec.json.Encoder().encode

HANDSHAKE_WEIGHT: Final = 5
_LOGON_WEIGHT: Final = 2
_LIMITS_WISH: Final = "returnRateLimits"

# Account queries of either age answer as the newest REST call does.
_CALLS: Final = {
    "order.place": ("POST", "/fapi/v1/order"),
    "order.modify": ("PUT", "/fapi/v1/order"),
    "order.cancel": ("DELETE", "/fapi/v1/order"),
    "order.status": ("GET", "/fapi/v1/order"),
    "algoOrder.place": ("POST", "/fapi/v1/algoOrder"),
    "algoOrder.cancel": ("DELETE", "/fapi/v1/algoOrder"),
    "account.status": ("GET", "/fapi/v3/account"),
    "account.balance": ("GET", "/fapi/v3/balance"),
    "account.position": ("GET", "/fapi/v3/positionRisk"),
    "v2/account.status": ("GET", "/fapi/v3/account"),
    "v2/account.balance": ("GET", "/fapi/v3/balance"),
    "v2/account.position": ("GET", "/fapi/v3/positionRisk"),
    "depth": ("GET", "/fapi/v1/depth"),
    "ticker.price": ("GET", "/fapi/v2/ticker/price"),
    "ticker.book": ("GET", "/fapi/v1/ticker/bookTicker"),
    "userDataStream.start": ("POST", "/fapi/v1/listenKey"),
    "userDataStream.ping": ("PUT", "/fapi/v1/listenKey"),
    "userDataStream.stop": ("DELETE", "/fapi/v1/listenKey"),
}


_OWN_FIELDS: Final = frozenset({"apiKey", "signature", "timestamp", "recvWindow"})
_ROUTES: Final = {
    method: replace(ROUTES[call], allowed=ROUTES[call].allowed | _OWN_FIELDS)
    for method, call in _CALLS.items()
}


class _Request(Struct, frozen=True):
    id: str | int | None
    method: str
    params: JsonFields = {}


class ApiLine:
    """One connection to the API: who has logged on, and whether it wants to hear its limits."""

    def __init__(self, session: Session, *, tells_limits: bool, now_ms: int) -> None:
        self.session = session
        self.tells_limits = tells_limits
        self.connected_ms = now_ms
        self.caller: Account | None = None
        self.authorized_ms: int | None = None


class WsApi:
    """Answer API messages: each is served as the REST call that it stands for."""

    def __init__(self, clerk: Clerk, gate: Gate, *, times: Times, terms: Terms) -> None:
        self._clerk = clerk
        self._gate = gate
        self._times = times
        weight, *orders = rate_limits(terms)
        self._limit_rows = (*reversed(orders), weight)
        self._logons: Final[dict[str, Callable[[ApiLine, Parameters], object]]] = {
            "session.logon": self._log_on,
            "session.status": self._status,
            "session.logout": self._log_out,
        }

    def hear(self, line: ApiLine, data: bytes) -> None:
        """Take one message and send its answer."""
        line.session.send(_encode(self._answer(line, data)))

    def _answer(self, line: ApiLine, data: bytes) -> dict[str, object]:
        try:
            request = msgspec.json.decode(data, type=_Request)
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            return _refused(None, Refusal(-1100, f"Invalid JSON: {exc}"))
        try:
            told = {"id": request.id, "status": 200, "result": self._result(line, request)}
        except Refusal as reason:
            told = _refused(request.id, reason)
        if _wants_limits(line, request):
            told["rateLimits"] = self._limits(line, request)
        return told

    def _limits(self, line: ApiLine, request: _Request) -> list[dict[str, object]]:
        named = request.params.get("apiKey")
        key = named if isinstance(named, str) else line.caller.key if line.caller else ""
        used = self._clerk.used(_ROUTES.get(request.method), peer=line.session.peer, key=key)
        counts = (used.orders_10s, used.orders_1m, used.weight)
        return [
            {**limit, "count": count}
            for limit, count in zip(self._limit_rows, counts, strict=True)
            if count is not None
        ]

    def _result(self, line: ApiLine, request: _Request) -> object:
        logon = self._logons.get(request.method)
        if logon is not None:
            return logon(line, Parameters.of_json(request.params))
        route = _ROUTES.get(request.method)
        if route is None:
            raise Refusal(-1020, "This operation is not supported.")
        asked = {name: value for name, value in request.params.items() if name != _LIMITS_WISH}
        return self._clerk.serve(
            route,
            Parameters.of_json(asked),
            peer=line.session.peer,
            proof=lambda: self._caller(line, route, request),
        )

    def _caller(self, line: ApiLine, route: Route, request: _Request) -> Account | None:
        """Return who signed this message, or else who has logged on."""
        if route.security is Security.NONE:
            return None
        parameters = Parameters.of_json(request.params)
        if line.caller is not None and "signature" not in parameters:
            return line.caller
        account = self._gate.owner(parameters.text_or_none("apiKey") or "")
        if route.security is Security.SIGNED:
            signature = parameters.text("signature")
            self._gate.check_payload(account.key, parameters.payload(), signature)
        return account

    def _log_on(self, line: ApiLine, parameters: Parameters) -> object:
        """Let whoever proves an Ed25519 key sign no more on this connection."""
        self._clerk.weigh(line.session.peer, _LOGON_WEIGHT)
        account = self._gate.owner(parameters.text_or_none("apiKey") or "")
        signature = parameters.text("signature")
        scheme = self._gate.check_payload(account.key, parameters.payload(), signature)
        if scheme is not Scheme.ED25519:
            raise Refusal(-4056, "HMAC_SHA256 API key is not supported.")
        self._gate.check_time(parameters)
        line.caller = account
        line.session.api_key = account.key
        line.authorized_ms = self._times.told_ms()
        return self._told(line)

    def _log_out(self, line: ApiLine, _parameters: Parameters) -> object:
        self._clerk.weigh(line.session.peer, _LOGON_WEIGHT)
        line.caller = line.authorized_ms = None
        return self._told(line)

    def _status(self, line: ApiLine, _parameters: Parameters) -> object:
        self._clerk.weigh(line.session.peer, _LOGON_WEIGHT)
        return self._told(line)

    def _told(self, line: ApiLine) -> dict[str, object]:
        return {
            "apiKey": line.caller.key if line.caller else None,
            "authorizedSince": line.authorized_ms,
            "connectedSince": line.connected_ms,
            "returnRateLimits": line.tells_limits,
            "serverTime": self._times.told_ms(),
        }


def _wants_limits(line: ApiLine, request: _Request) -> bool:
    """Tell whether the answer is to have limits: a request may differ from its connection."""
    wish = request.params.get(_LIMITS_WISH)
    return line.tells_limits if wish is None else wish in (True, "true")


def _refused(request_id: str | int | None, reason: Refusal) -> dict[str, object]:
    error = {"code": reason.code, "msg": reason.msg}
    return {"id": request_id, "status": reason.status, "error": error}
