"""The pages on a socket: small, bounded, and nobody whom an order could wait for."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, cast

from typing_extensions import override

from noctule.adapters.web.requests import Pages, answer, plain
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["WebServer"]

_log = get_log(__name__)
_CONNECTIONS_MAX: Final = 32
_PATIENCE_S: Final = 5.0  # for a whole request and a read answer
_AGAIN_MS: Final = 10_000


class WebServer:
    """Answers GET and HEAD; a component in the supervisor's care.

    A port that somebody else has taken is tried for again and again: a bot that has a position to
    guard does not wait for a page. What is wrong meanwhile is told through `degrade`.
    """

    name = "web"

    def __init__(
        self,
        bind: str,
        pages: Pages,
        *,
        clock: Clock,
        degrade: Callable[[str], None],
        recover: Callable[[], None],
        again_ms: int = _AGAIN_MS,
    ) -> None:
        host, _, port = bind.rpartition(":")
        self._bind = bind
        self._host, self._port = host.strip("[]"), int(port)
        self._pages = pages
        self._clock = clock
        self._degrade, self._recover = degrade, recover
        self._again_ms = again_ms
        self._server: asyncio.Server | None = None
        self._visits: set[_Visit] = set()  # at most _CONNECTIONS_MAX, and those that are refused

    async def start(self) -> None:
        """Do nothing: whoever starts does not wait for a port."""

    async def sync_state(self) -> None:
        """Do nothing: pages are made when somebody asks."""

    async def run(self) -> None:
        """Answer until cancelled."""
        self._server = await self._listen()
        async with self._server:
            await self._server.serve_forever()

    async def stop(self) -> None:
        """Let go of the port and of whoever is connected."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for visit in tuple(self._visits):
            visit.abandon()

    @property
    def port(self) -> int | None:
        """Return where it listens; None while it does not."""
        if self._server is None or not self._server.sockets:
            return None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _listen(self) -> asyncio.Server:
        """Take the port, trying until it can be had."""
        loop, is_degraded = asyncio.get_running_loop(), False
        while True:
            try:
                server = await loop.create_server(
                    lambda: _Visit(self._pages, self._visits),
                    self._host,
                    self._port,
                    start_serving=False,
                )
            except OSError as exc:
                if not is_degraded:
                    is_degraded = True
                    self._degrade(f"{self._bind} cannot be had ({exc}): free it, or change [web]")
                await self._clock.sleep_ms(self._again_ms)
                continue
            if is_degraded:
                self._recover()
            _log.info("pages are served", at=f"http://{self._bind}", pages=", ".join(self._pages))
            return server


class _Visit(asyncio.Protocol):
    """One connection: a request, its answer, the end; whoever takes longer is sent away."""

    def __init__(self, pages: Pages, visits: "set[_Visit]") -> None:
        self._pages = pages
        self._visits = visits
        self._received = b""
        self._is_answered = False
        self._transport: asyncio.Transport | None = None
        self._patience: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, but not by class
        self._patience = asyncio.get_running_loop().call_later(_PATIENCE_S, self.abandon)
        is_crowded = len(self._visits) >= _CONNECTIONS_MAX
        self._visits.add(self)
        if is_crowded:
            self._say(plain(HTTPStatus.SERVICE_UNAVAILABLE, "too many ask at once").written())

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_answered:
            return
        self._received += data
        told = answer(self._received, self._pages)
        if told is not None:
            self._say(told)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._visits.discard(self)
        if self._patience is not None:
            self._patience.cancel()

    def abandon(self) -> None:
        """End it, whatever it is at."""
        if self._transport is not None:
            self._transport.abort()

    def _say(self, told: bytes) -> None:
        assert self._transport is not None, "nobody is there"
        self._is_answered = True
        self._received = b""
        self._transport.write(told)
        self._transport.close()
