"""Requests over HTTP: connections of our own, or a proxy's where one is named."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from msgspec.structs import replace

from noctule.adapters.binance.transport.kept_lines import KeptLines
from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Method,
)
from noctule.adapters.binance.transport.socket import open_socket_stream
from noctule.adapters.binance.transport.trust import system_trust
from noctule.domain.errors import VenueUnreachable

__all__ = ["HttpTransport"]

_QUESTIONS_MAX: Final = 100  # at a time; the others wait
_WAITING_SHARE: Final = 0.5  # of a time-out: what is left is for dialling and the answer
_MS_PER_SECOND: Final = 1_000


class HttpTransport:
    """Send requests to one host; certificates are verified, proxies are used only when named.

    What changes something has connections that questions never take.
    """

    def __init__(self, base_url: str, *, proxy: str | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._proxy = proxy
        self._lines = _proxied(self._base_url, proxy) if proxy else _Lines(self._base_url)
        self._is_closed = False

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request and return its answer, whatever it says."""
        if self._is_closed:
            raise VenueUnreachable(f"nothing was sent for {_named(request)}: the road is closed")
        return await self._lines.request(request)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect a WebSocket."""
        tls = system_trust() if url.startswith("wss:") else None
        return await open_socket_stream(url, hear, tls=tls, proxy=self._proxy)

    async def keep_warm(self) -> None:
        """Keep a connection ready for the next order, until cancelled."""
        if isinstance(self._lines, _Lines):
            await self._lines.keep_warm()

    async def close(self) -> None:
        """Let go of every connection; whoever asks from then on is told so, and sends nothing."""
        self._is_closed = True
        await self._lines.close()


class _Road(Protocol):
    async def request(self, request: HttpRequest) -> HttpAnswer: ...

    async def close(self) -> None: ...


def _proxied(base_url: str, proxy: str) -> _Road:
    # Its library takes 10 MB, which only those pay who need it.
    from noctule.adapters.binance.transport.proxied import ProxiedLines

    return ProxiedLines(base_url, proxy=proxy)


class _Lines:
    """Orders, and questions: the former are never kept waiting by the latter."""

    def __init__(self, base_url: str) -> None:
        self._orders = KeptLines(base_url)
        self._questions = KeptLines(base_url, has_spare=False)
        self._free = asyncio.Semaphore(_QUESTIONS_MAX)

    async def request(self, request: HttpRequest) -> HttpAnswer:
        if request.method is not Method.GET:
            return await self._orders.request(request)
        waited_ms = await self._wait_for_turn(request)
        try:
            left = replace(request, timeout_ms=max(request.timeout_ms - waited_ms, 1))
            return await self._questions.request(left if waited_ms else request)
        finally:
            self._free.release()

    async def keep_warm(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._orders.keep_warm())
            group.create_task(self._questions.keep_warm())

    async def close(self) -> None:
        await self._orders.close()
        await self._questions.close()

    async def _wait_for_turn(self, request: HttpRequest) -> int:
        """Return how long it took until few enough questions were under way."""
        now_s = asyncio.get_running_loop().time
        began_s = now_s()
        try:
            async with asyncio.timeout(request.timeout_ms / _MS_PER_SECOND * _WAITING_SHARE):
                await self._free.acquire()
        except TimeoutError:
            cause = "timed out: too many questions are under way"
            raise VenueUnreachable(f"nothing was sent for {_named(request)} ({cause})") from None
        return round((now_s() - began_s) * _MS_PER_SECOND)


def _named(request: HttpRequest) -> str:
    return f"{request.method} {request.path}"  # never its query, which is signed
