"""The [api] section: which exchange is spoken to, where, and how long it may take."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

__all__ = ["ApiSettings", "Environment"]

Environment = Literal["sim", "paper", "testnet", "live"]


def _http_url(url: str) -> str:
    return _url(url, scheme="http")


def _websocket_url(url: str) -> str:
    return _url(url, scheme="ws")


def _url(url: str, *, scheme: str) -> str:
    if "@" in url:  # not repeated in the message: what stands before the @ may be a password
        raise ValueError(f"the URL carries a user name, write {scheme}s://host without one")
    start = url.split("://", maxsplit=1)
    if start[0] not in (scheme, f"{scheme}s") or len(start) == 1 or not start[1]:
        raise ValueError(f"{url!r} is not a URL for this, write {scheme}://… or {scheme}s://…")
    return url


HttpUrl = Annotated[str, AfterValidator(_http_url)]
WebSocketUrl = Annotated[str, AfterValidator(_websocket_url)]


class ApiSettings(BaseModel, frozen=True, extra="forbid"):
    """Environment, addresses and time-outs of the exchange."""

    environment: Environment = "sim"
    rest_url: HttpUrl | None = None
    stream_url: WebSocketUrl | None = None
    ws_api_url: WebSocketUrl | None = None
    recv_window_ms: int = Field(default=5000, ge=100, le=60_000)
    timeout_ms: int = Field(default=5000, ge=100, le=60_000)
    order_timeout_ms: int = Field(default=1000, ge=100, le=60_000)
