"""Requests over the WebSocket API where it has a method for them, over HTTP where it has not."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from random import Random
from typing import Final

from msgspec import Struct

from noctule.adapters.binance.rest.client import Keys
from noctule.adapters.binance.rest.retries import Retries, pause_ms
from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Transport,
)
from noctule.adapters.binance.transport.ws_api_messages import (
    answer_of,
    message_of,
    method_of,
    read_reply,
)
from noctule.domain.errors import BudgetExhausted, OutcomeUnknown, VenueError
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["WsApiSettings", "WsApiTransport"]

_log = get_log(__name__)

_WAITING_MAX: Final = 1_000  # requests under way; one more goes over HTTP
_MS_PER_SECOND: Final = 1_000


class WsApiSettings(Struct, frozen=True, kw_only=True):
    """How the connection is kept."""

    url: str
    heartbeat_ms: int = 10_000  # a ping that is not answered by the next one: the line is dead
    close_timeout_ms: int = 1_000
    redial: Retries = Retries(first_pause_ms=500, pause_ms_max=60_000)


class WsApiTransport:
    """A transport that talks over one kept connection, and over HTTP while there is none.

    `run` keeps the connection; without it everything goes over HTTP. A request that was under way
    when the connection ended may have been executed.
    """

    def __init__(
        self, http: Transport, *, keys: Keys, clock: Clock, jitter: Random, settings: WsApiSettings
    ) -> None:
        self._http = http
        self._keys = keys
        self._clock = clock
        self._jitter = jitter
        self._settings = settings
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[HttpAnswer]] = {}  # at most _WAITING_MAX
        self._line: FrameStream | None = None
        self._doubted_pongs: int | None = None  # how many there were when a reply did not come

    @property
    def is_connected(self) -> bool:
        """Tell whether requests go over the WebSocket API at the moment."""
        return self._line is not None and not self._is_doubtful(self._line)

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request and return its answer."""
        line, method = self._line, method_of(request)
        is_full = len(self._waiting) >= _WAITING_MAX
        if line is None or method is None or is_full or self._is_doubtful(line):
            return await self._http.request(request)
        number = next(self._numbers)
        message = message_of(request, method, number=number, keys=self._keys)
        reply: asyncio.Future[HttpAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        line.send(message)
        try:
            async with asyncio.timeout(request.timeout_ms / _MS_PER_SECOND):
                return await reply
        except TimeoutError as exc:
            self._doubt(line)
            raise OutcomeUnknown(f"no reply to {method}: timed out") from exc
        finally:
            self._waiting.pop(number, None)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect a stream, which is none of the API's business."""
        return await self._http.open_stream(url, hear)

    async def close(self) -> None:
        """Let go of every connection."""
        line, self._line = self._line, None
        if line is not None:
            await self._hang_up(line)
        await self._http.close()

    async def run(self) -> None:
        """Keep the connection, until cancelled."""
        attempt = 0
        while True:
            attempt += 1
            away_ms = 0
            try:
                line = await self._http.open_stream(self._settings.url, self._hear)
            except VenueError as exc:
                away_ms = exc.retry_after_ms if isinstance(exc, BudgetExhausted) else 0
                _log.info("websocket api not opened", cause=str(exc))
            else:
                attempt = 0
                await self._live(line)
            pause = pause_ms(self._settings.redial, attempt=max(1, attempt), jitter=self._jitter)
            await self._clock.sleep_ms(max(away_ms, pause))

    async def _live(self, line: FrameStream) -> None:
        """Use a connection until it ends, then tell whoever waits that nobody knows."""
        self._line, self._doubted_pongs = line, None
        try:
            async with asyncio.TaskGroup() as group:
                beating = group.create_task(self._beat(line))
                reason = await line.closed()
                beating.cancel()
            _log.info("websocket api hung up", cause=reason)
        finally:
            self._line = None
            self._lose("the connection ended")
            await self._hang_up(line)

    async def _beat(self, line: FrameStream) -> None:
        while True:
            pongs = line.pongs
            line.ping()
            await self._clock.sleep_ms(self._settings.heartbeat_ms)
            if line.pongs == pongs:
                self._line = None  # nothing more is to be sent over it
                await self._hang_up(line)
                return

    async def _hang_up(self, line: FrameStream) -> None:
        """Close a line; where nobody answers the farewell, without one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.close_timeout_ms / _MS_PER_SECOND):
                await line.close()

    def _hear(self, frame: Frame) -> None:
        reply = read_reply(frame)
        if reply is None:
            _log.warning("websocket api reply malformed")
            return
        self._doubted_pongs = None
        if reply.id is None:  # the key was revoked, or a request could not even be read
            self._lose(f"an error without an id, status {reply.status}")
            return
        waiting = self._waiting.get(reply.id) if isinstance(reply.id, int) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer_of(reply))

    def _lose(self, cause: str) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(OutcomeUnknown(f"no reply: {cause}"))

    def _doubt(self, line: FrameStream) -> None:
        """Go round a connection that may be dead, until it gives a sign of life."""
        self._doubted_pongs = line.pongs
        line.ping()

    def _is_doubtful(self, line: FrameStream) -> bool:
        return self._doubted_pongs is not None and line.pongs <= self._doubted_pongs
