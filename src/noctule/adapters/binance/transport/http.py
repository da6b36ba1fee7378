"""Requests over HTTP: questions by aiohttp, and what changes something over leaner connections."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from noctule.adapters.binance.transport.answer_reader import ANSWER_BYTES_MAX
from noctule.adapters.binance.transport.order_lines import OrderLines
from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Method,
)
from noctule.adapters.binance.transport.socket import open_socket_stream
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable

__all__ = ["HttpTransport"]

_CONNECTIONS_MAX: Final = 100
_KEEP_ALIVE_S: Final = 30
_DIALLING_SHARE: Final = 0.8  # of a time-out: what is left is for the answer
_MS_PER_SECOND: Final = 1_000


class HttpTransport:
    """Send requests to one host; certificates are verified, proxies are used only when named."""

    def __init__(self, base_url: str, *, proxy: str | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._proxy = proxy
        self._orders = None if proxy else OrderLines(self._base_url)
        self._open: ClientSession | None = None
        self._is_closed = False

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request and return its answer, whatever it says."""
        if self._is_closed:
            raise VenueUnreachable(f"nothing was sent for {_named(request)}: the road is closed")
        if self._orders is not None and request.method is not Method.GET:
            return await self._orders.request(request)
        try:
            return await self._exchange(request)
        except (ClientConnectorError, ConnectionTimeoutError) as exc:
            raise VenueUnreachable(f"no connection for {_named(request)} ({_told(exc)})") from exc
        except (ClientError, OSError, TimeoutError, UnicodeError) as exc:
            raise OutcomeUnknown(f"no answer to {_named(request)} ({_told(exc)})") from exc

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect a WebSocket."""
        return await open_socket_stream(url, hear, proxy=self._proxy)

    async def keep_warm(self) -> None:
        """Keep a connection ready for the next order, until cancelled."""
        if self._orders is not None:
            await self._orders.keep_warm()

    async def close(self) -> None:
        """Let go of every connection; whoever asks from then on is told so, and sends nothing."""
        self._is_closed = True
        if self._orders is not None:
            await self._orders.close()
        session, self._open = self._open, None
        if session is not None:
            await session.close()

    async def _exchange(self, request: HttpRequest) -> HttpAnswer:
        async with self._session().request(
            request.method,
            self._url(request),
            headers={"X-MBX-APIKEY": request.api_key} if request.api_key else None,
            timeout=_timeout(request.timeout_ms),
            allow_redirects=False,
            proxy=self._proxy,
        ) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = await _body(response, request)
            return HttpAnswer(status=response.status, headers=headers, body=body)

    def _url(self, request: HttpRequest) -> URL:
        address = f"{self._base_url}{request.path}"
        return URL(f"{address}?{request.query}" if request.query else address, encoded=True)

    def _session(self) -> ClientSession:
        """Return the session; it is made where it is first needed, inside the event loop."""
        if self._open is None:
            connector = TCPConnector(limit=_CONNECTIONS_MAX, keepalive_timeout=_KEEP_ALIVE_S)
            session = ClientSession(
                connector=connector, trust_env=False, cookie_jar=DummyCookieJar()
            )
            # aiohttp would send a PUT or DELETE again on its own; repeating is not its decision.
            session._retry_connection = False  # noqa: SLF001  # there is no public way to say so
            self._open = session
        return self._open


@lru_cache(maxsize=16)
def _timeout(total_ms: int) -> ClientTimeout:
    total_s = total_ms / _MS_PER_SECOND
    return ClientTimeout(total=total_s, connect=total_s * _DIALLING_SHARE)


async def _body(response: ClientResponse, request: HttpRequest) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > ANSWER_BYTES_MAX:
            raise OutcomeUnknown(f"the answer to {_named(request)} does not end")
        chunks.append(chunk)
    return b"".join(chunks)


def _named(request: HttpRequest) -> str:
    return f"{request.method} {request.path}"  # never its query, which is signed


def _told(exc: BaseException) -> str:
    """Say what happened without an address: it may carry a signed query."""
    if isinstance(exc, TimeoutError):
        return "timed out"
    return type(exc).__name__
