"""The stock connector's endpoint wrappers, made to be awaited, without its mistakes."""

import re
from collections.abc import Callable, Generator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from noctule.adapters.binance.rest.signing import Signer, signer_of
from noctule.adapters.binance.rest.wrappers import StockWrappers
from noctule.adapters.binance.settings import ApiSettings
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method, Transport
from noctule.domain.values import plain_text

__all__ = ["AsyncFutures", "Keys", "Sending", "keys_of", "query_of"]

_ORDERING: Final = frozenset(
    f"/fapi/v1/{name}" for name in ("order", "algoOrder", "batchOrders", "countdownCancelAll")
)
_IS_SAFE: Final = re.compile(r"[A-Za-z0-9._~-]*").fullmatch
_METHODS: Final = {method.value: method for method in Method}
_LISTEN_KEY: Final = "/fapi/v1/listenKey"
_ALGO_ORDER: Final = "/fapi/v1/algoOrder"


class Keys(Struct, frozen=True, kw_only=True):
    """Who we are to the exchange; its repr tells nothing."""

    api_key: str
    signer: Signer

    @override
    def __repr__(self) -> str:
        return "Keys(***)"


def keys_of(api_key: str, secret: str) -> Keys:
    """Return the keys of an account."""
    return Keys(api_key=api_key, signer=signer_of(secret))


class Sending:
    """A request that is sent when it is awaited, and gives its answer."""

    __slots__ = ("_transport", "request")

    def __init__(self, transport: Transport, request: HttpRequest) -> None:
        self._transport = transport
        self.request = request

    def __await__(self) -> Generator[Any, None, HttpAnswer]:
        return self._transport.request(self.request).__await__()


class AsyncFutures(StockWrappers):  # type: ignore[misc]  # the connector has no types
    """Every wrapper of the connector, to be awaited; each call sends a request of its own.

    Parameters may be named as the exchange does (newClientOrderId) or as we do
    (new_client_order_id); what is None is left out. The connector's own constructor is not run:
    it would open a blocking session.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        keys: Keys | None,
        now_ms: Callable[[], int],
        settings: ApiSettings,
    ) -> None:
        self._transport = transport
        self._keys = keys
        self._now_ms = now_ms
        self._settings = settings

    def over(self, transport: Transport) -> "AsyncFutures":
        """Return one that signs alike and sends over another transport."""
        return AsyncFutures(
            transport, keys=self._keys, now_ms=self._now_ms, settings=self._settings
        )

    # What all wrappers come down to.

    @override
    def query(self, url_path: str, payload: Mapping[str, object] | None = None) -> Sending:
        """Ask what everybody may ask."""
        return self._send("GET", url_path, query_of(payload or {}))

    @override
    def limit_request(
        self, http_method: str, url_path: str, payload: Mapping[str, object] | None = None
    ) -> Sending:
        """Send what needs a key but no signature."""
        assert self._keys is not None, f"{url_path} needs a key"
        query = query_of(payload or {})
        return self._send(http_method, url_path, query, api_key=self._keys.api_key)

    @override
    def send_request(
        self, http_method: str, url_path: str, payload: Mapping[str, object] | None = None
    ) -> Sending:
        """Send what needs a key but no signature: the listen-key wrappers come straight here."""
        return self.limit_request(http_method, url_path, payload)

    @override
    def sign_request(
        self,
        http_method: str,
        url_path: str,
        payload: Mapping[str, object] | None = None,
        special: object = None,  # how the connector writes JSON; ours needs no telling
    ) -> Sending:
        """Sign what is sent, with the time it is; the caller's parameters stay as they are."""
        assert self._keys is not None, f"{url_path} needs a key"
        stamped = {
            **(payload or {}),
            "recvWindow": self._settings.recv_window_ms,
            "timestamp": self._now_ms(),
        }
        query = query_of(stamped)
        signature = _quoted(self._keys.signer.sign(query))
        signed = f"{query}&signature={signature}"
        return self._send(http_method, url_path, signed, api_key=self._keys.api_key)

    def _send(self, method: str, path: str, query: str, *, api_key: str | None = None) -> Sending:
        is_order = path in _ORDERING and method != "GET"
        settings = self._settings
        request = HttpRequest(
            method=_METHODS[method],
            path=path,
            query=query,
            api_key=api_key,
            timeout_ms=settings.order_timeout_ms if is_order else settings.timeout_ms,
        )
        return Sending(self._transport, request)

    def urgent(self, sending: Sending) -> Sending:
        """Return a request that has no more time for its answer than an order has."""
        most_ms = self._settings.order_timeout_ms
        asked = sending.request
        quick = replace(asked, timeout_ms=min(asked.timeout_ms, most_ms))
        return Sending(self._transport, quick)

    # What the connector lacks, or has wrong.

    @override
    def funding_info(self) -> Sending:
        """Ask for caps, floors and intervals; the connector asks for the rates instead."""
        return self.query("/fapi/v1/fundingInfo")

    def open_order(self, symbol: str, **parameters: object) -> Sending:
        """Ask for one resting order, by order_id or orig_client_order_id."""
        return self.sign_request("GET", "/fapi/v1/openOrder", {"symbol": symbol, **parameters})

    def open_orders(self, **parameters: object) -> Sending:
        """Ask for the resting orders of a symbol, or of all."""
        return self.sign_request("GET", "/fapi/v1/openOrders", parameters)

    def all_orders(self, **parameters: object) -> Sending:
        """Ask for orders of any state; the symbol may be left out since 2026-08-25."""
        return self.sign_request("GET", "/fapi/v1/allOrders", parameters)

    @override
    def query_order(self, symbol: str, **parameters: object) -> Sending:
        """Ask for one order, by order_id or orig_client_order_id."""
        return self.sign_request("GET", "/fapi/v1/order", {"symbol": symbol, **parameters})

    @override
    def cancel_order(self, symbol: str, **parameters: object) -> Sending:
        """Cancel one order, by order_id or orig_client_order_id."""
        return self.sign_request("DELETE", "/fapi/v1/order", {"symbol": symbol, **parameters})

    @override
    def modify_order(self, symbol: str, **parameters: object) -> Sending:
        """Change a resting order: its side, quantity and price are named, and one of its ids."""
        return self.sign_request("PUT", "/fapi/v1/order", {"symbol": symbol, **parameters})

    def new_algo_order(self, **parameters: object) -> Sending:
        """Place a conditional order."""
        conditional = {"algo_type": "CONDITIONAL", **parameters}
        return self.sign_request("POST", _ALGO_ORDER, conditional)

    def query_algo_order(self, **parameters: object) -> Sending:
        """Ask for one conditional order, by algo_id or client_algo_id."""
        return self.sign_request("GET", _ALGO_ORDER, parameters)

    def cancel_algo_order(self, **parameters: object) -> Sending:
        """Cancel one conditional order, by algo_id or client_algo_id."""
        return self.sign_request("DELETE", _ALGO_ORDER, parameters)

    def open_algo_orders(self, **parameters: object) -> Sending:
        """Ask for the waiting conditional orders of a symbol, or of all."""
        return self.sign_request("GET", "/fapi/v1/openAlgoOrders", parameters)

    def all_algo_orders(self, symbol: str, **parameters: object) -> Sending:
        """Ask for conditional orders of any state."""
        return self.sign_request("GET", "/fapi/v1/allAlgoOrders", {"symbol": symbol, **parameters})

    def cancel_open_algo_orders(self, symbol: str) -> Sending:
        """Cancel every waiting conditional order of a symbol."""
        return self.sign_request("DELETE", "/fapi/v1/algoOpenOrders", {"symbol": symbol})

    @override
    def new_listen_key(self) -> Sending:
        """Open the account's listen key, or be told the one there is."""
        return self.limit_request("POST", _LISTEN_KEY)

    @override
    def renew_listen_key(self) -> Sending:
        """Let the account's only listen key live for another hour."""
        return self.limit_request("PUT", _LISTEN_KEY)

    @override
    def close_listen_key(self, listenKey: str = "") -> Sending:
        """Refuse: it would silence every process of this account (facts 3)."""
        raise NotImplementedError("the listen key is never closed: others may listen on it")


def query_of(parameters: Mapping[str, object]) -> str:
    """Write parameters as a query: plain decimals, true and false, percent-encoded UTF-8."""
    texts = {
        _wire_name(name): value if type(value) is str else _text(value)
        for name, value in parameters.items()
        if value is not None
    }
    if not _IS_SAFE("".join(texts.values())):
        texts = {name: quote(text, safe="") for name, text in texts.items()}
    return "&".join([f"{name}={text}" for name, text in texts.items()])


def _quoted(text: str) -> str:
    return text if _IS_SAFE(text) else quote(text, safe="")  # which is slow, and seldom needed


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case Decimal():
            assert value.is_finite(), f"{value} is no number to send"
            return plain_text(value)
        case list() | tuple() | dict():
            return msgspec.json.encode(_jsonable(value)).decode()
        case _:
            raise TypeError(f"{value!r} is not sent: money is Decimal, the rest str, int or bool")


def _jsonable(value: object) -> object:
    """Write what is inside a list as it would be written outside; ids stay numbers."""
    match value:
        case dict():
            return {_wire_name(name): _text(each) for name, each in value.items()}
        case list() | tuple():
            return [_jsonable(each) for each in value]
        case int() if not isinstance(value, bool):
            return value
        case _:
            return _text(value)


@lru_cache(maxsize=256)
def _wire_name(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
