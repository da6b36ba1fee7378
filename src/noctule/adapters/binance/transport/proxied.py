"""Requests through a proxy, by aiohttp; nothing of it is loaded where no proxy is named."""

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
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable

__all__ = ["ProxiedLines"]

_CONNECTIONS_MAX: Final = 100
_KEEP_ALIVE_S: Final = 30
_DIALLING_SHARE: Final = 0.8  # of a time-out: what is left is for the answer
_MS_PER_SECOND: Final = 1_000


class ProxiedLines:
    """Send requests to one host through a proxy; certificates are verified."""

    def __init__(self, base_url: str, *, proxy: str) -> None:
        self._base_url = base_url
        self._proxy = proxy
        self._open: ClientSession | None = None

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request and return its answer.

        Raises VenueUnreachable while nothing can have been sent, and OutcomeUnknown afterwards.
        """
        try:
            return await self._exchange(request)
        except (ClientConnectorError, ConnectionTimeoutError) as exc:
            raise VenueUnreachable(f"no connection for {_named(request)} ({_told(exc)})") from exc
        except (ClientError, OSError, TimeoutError, UnicodeError) as exc:
            raise OutcomeUnknown(f"no answer to {_named(request)} ({_told(exc)})") from exc

    async def close(self) -> None:
        """Let go of every connection."""
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
