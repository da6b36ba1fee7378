"""The REST side: from a request to a route, and from what it answers to a response."""

from typing import Final

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.clerk import Clerk, Used
from noctule.adapters.sim.gate import Gate, Security
from noctule.adapters.sim.messages import Request, Response, answer, refusal
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.routes import ROUTES, Route

__all__ = ["Rest"]

_KEY_HEADER: Final = "x-mbx-apikey"


class Rest:
    """Answer requests; whatever is wrong with one is told in its answer."""

    def __init__(self, clerk: Clerk, gate: Gate) -> None:
        self._clerk = clerk
        self._gate = gate

    def answer(self, request: Request) -> Response:
        """Return the response to one request."""
        route = ROUTES.get((request.method, request.path))
        if route is None:
            return refusal(_no_such_path(request))
        key = request.headers.get(_KEY_HEADER, "")
        try:
            response = answer(self._serve(route, request, key))
        except Refusal as reason:
            response = refusal(reason)
        used = self._clerk.used(route, peer=request.peer, key=key)
        response.headers.update(_headers(used))
        return response

    def _serve(self, route: Route, request: Request, key: str) -> object:
        body = _text(request.body) if request.body else ""
        parameters = Parameters.of_request(request.query, body)

        def proof() -> Account | None:
            if route.security is Security.NONE:
                return None
            account = self._gate.owner(key)
            if route.security is Security.SIGNED:
                self._gate.check_signature(key, request.query, body)
            return account

        return self._clerk.serve(route, parameters, peer=request.peer, proof=proof)


def _headers(used: Used) -> dict[str, str]:
    headers = {} if used.weight is None else {"X-MBX-USED-WEIGHT-1M": str(used.weight)}
    if used.orders_10s is not None:
        headers["X-MBX-ORDER-COUNT-10S"] = str(used.orders_10s)
        headers["X-MBX-ORDER-COUNT-1M"] = str(used.orders_1m)
    return headers


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Refusal(-1100, "Illegal characters found in a parameter.") from None


def _no_such_path(request: Request) -> Refusal:
    return Refusal(-5000, f"Path {request.path}, Method {request.method} is invalid", status=404)
