"""Where each environment's exchange is (facts 1), unless the settings say otherwise."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from noctule.adapters.binance.settings import ApiSettings, Environment

__all__ = ["Endpoints", "endpoints_of"]


class Endpoints(Struct, frozen=True, kw_only=True):
    """The bases to which paths, routes and methods are added; no slash at their ends."""

    rest_url: str
    stream_url: str  # followed by /public, /market or /private
    ws_api_url: str


_LIVE: Final = Endpoints(
    rest_url="https://fapi.binance.com",
    stream_url="wss://fstream.binance.com",
    ws_api_url="wss://ws-fapi.binance.com/ws-fapi/v1",
)
_DEMO: Final = Endpoints(
    rest_url="https://demo-fapi.binance.com",
    stream_url="wss://fstream.binancefuture.com",  # /private was only ever seen to work on this one
    ws_api_url="wss://testnet.binancefuture.com/ws-fapi/v1",
)
_OURS: Final = Endpoints(  # where `python main.py exchange` listens, see docs/exchange.md
    rest_url="http://127.0.0.1:8780",
    stream_url="ws://127.0.0.1:8780",
    ws_api_url="ws://127.0.0.1:8780/ws-fapi/v1",
)

_AT_ONE_ADDRESS: Final[frozenset[Environment]] = frozenset({"sim"})
_ENDPOINTS: Final[Mapping[Environment, Endpoints]] = {
    "sim": _OURS,
    "paper": _LIVE,  # the market is real there, only the account is not
    "testnet": _DEMO,
    "live": _LIVE,
}


def endpoints_of(settings: ApiSettings) -> Endpoints:
    """Return the addresses of an environment; each that the settings name comes first.

    A simulated exchange has one address for everything: its REST address tells the others.
    """
    usual = _ENDPOINTS[settings.environment]
    if settings.rest_url is not None and settings.environment in _AT_ONE_ADDRESS:
        usual = _all_at(settings.rest_url.rstrip("/"))
    return Endpoints(
        rest_url=(settings.rest_url or usual.rest_url).rstrip("/"),
        stream_url=(settings.stream_url or usual.stream_url).rstrip("/"),
        ws_api_url=(settings.ws_api_url or usual.ws_api_url).rstrip("/"),
    )


def _all_at(rest_url: str) -> Endpoints:
    stream_url = f"ws{rest_url.removeprefix('http')}"
    return Endpoints(
        rest_url=rest_url, stream_url=stream_url, ws_api_url=f"{stream_url}/ws-fapi/v1"
    )
