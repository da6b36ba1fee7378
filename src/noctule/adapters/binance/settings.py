"""The [api] section: which exchange is spoken to, where, and how long it may take."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

__all__ = ["ApiSettings", "Environment", "OrderRoad"]

Environment = Literal["sim", "paper", "testnet", "live"]
OrderRoad = Literal["http", "websocket"]


def _http_url(url: str) -> str:
    return _url(url, scheme="http")


def _websocket_url(url: str) -> str:
    return _url(url, scheme="ws")


def _url(url: str, *, scheme: str) -> str:
    if "@" in url:  # not repeated in the message: what stands before the @ may be a password
        raise ValueError(f"the URL carries a user name, write {scheme}s://host without one")
    if not url.startswith((f"{scheme}://", f"{scheme}s://")) or not _names_a_host(url):
        raise ValueError(f"{url!r} is not a URL for this, write {scheme}://… or {scheme}s://…")
    return url


def _names_a_host(url: str) -> bool:
    """Tell whether there is one host; a blank or backslash is read in different ways."""
    if re.search(r"[\s\\]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.port != 0 and bool(parts.hostname)
    except ValueError:  # an impossible port or half an address
        return False


HttpUrl = Annotated[str, AfterValidator(_http_url)]
WebSocketUrl = Annotated[str, AfterValidator(_websocket_url)]


class ApiSettings(BaseModel, frozen=True, extra="forbid"):
    """Environment, addresses and time-outs of the exchange."""

    environment: Environment = "sim"
    rest_url: HttpUrl | None = None
    stream_url: WebSocketUrl | None = None
    ws_api_url: WebSocketUrl | None = None
    proxy_url: HttpUrl | None = None  # what the environment says of proxies is not used
    orders_over: OrderRoad = "http"  # websocket: the WebSocket API; what it lacks goes over HTTP
    recv_window_ms: int = Field(default=5000, ge=100, le=60_000)
    timeout_ms: int = Field(default=5000, ge=100, le=60_000)
    order_timeout_ms: int = Field(default=1000, ge=100, le=60_000)
