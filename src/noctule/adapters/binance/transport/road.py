"""The road to the exchange: requests and streams; nothing above it knows a socket."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol, TypeAlias

from msgspec import Struct
from typing_extensions import override

__all__ = ["Frame", "FrameStream", "HttpAnswer", "HttpRequest", "Method", "Transport"]

Frame: TypeAlias = bytes


class Method(StrEnum):
    """What is done to a resource."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


class HttpRequest(Struct, frozen=True, kw_only=True):
    """One request, complete: its query is encoded, and signed where it must be.

    Its repr leaves out the key and the query: whoever has both can repeat it.
    """

    method: Method
    path: str  # e.g. /fapi/v1/order
    query: str = ""
    api_key: str | None = None  # sent as a header; None for public requests
    timeout_ms: int

    @override
    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {self.path})"


class HttpAnswer(Struct, frozen=True, kw_only=True):
    """What came back, whole; whether it is a yes is for others to say."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


class FrameStream(Protocol):
    """One open WebSocket; what it says goes to the listener it was opened with."""

    @property
    def pongs(self) -> int:
        """Return how many of our pings were answered."""
        ...

    def send(self, text: bytes) -> None:
        """Send a text message; a stream that is gone swallows it."""
        ...

    def ping(self) -> None:
        """Ask for a sign of life."""
        ...

    async def closed(self) -> str:
        """Return why the stream ended, once it has."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class Transport(Protocol):
    """Carries requests and streams.

    Raises VenueUnreachable when nothing can have been sent, and OutcomeUnknown when the request
    may have arrived and no answer did.
    """

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request and return its answer."""
        ...

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect, and hand every text frame to the listener as it arrives."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
