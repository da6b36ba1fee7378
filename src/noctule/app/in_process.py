"""The simulated exchange behind the adapter's transport without a socket: bytes handed across.

The third implementation of Transport. It lives here because only `app` may know both sides; the
bytes are those of the wire, and so are the faults. Under a virtual clock nothing really waits.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest
from noctule.adapters.sim.messages import Fate, Request, Response
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.protocol import Protocol
from noctule.adapters.sim.sessions import FrameKind, Session
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable
from noctule.ports.clock import Clock
from noctule.telemetry.attempt import attempted

__all__ = ["InProcessTransport"]

_MS_PER_SECOND: Final = 1_000


class InProcessTransport:
    """Carry requests and frames to a protocol in this process; `run` moves its market."""

    def __init__(self, exchange: Protocol, *, clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
        self._streams: set[_InProcessStream] = set()
        self._resting: asyncio.Future[bool] | None = None
        exchange.on_stirred = self._stir

    async def run(self) -> None:
        """Let market and lifetimes go on, until cancelled."""
        while True:
            self._exchange.advance()
            self._exchange.tend()
            while not await self._rest():  # whoever asks moves the market: only the waiting is new
                pass

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Hand a request over, and obey what becomes of its answer."""
        response = self._exchange.handle_http(_as_asked(request))
        if response.fate is Fate.RESET:
            raise OutcomeUnknown(f"the connection was reset: {request.method} {request.path}")
        if response.fate is Fate.LOST or response.delay_ms >= request.timeout_ms:
            await self._clock.sleep_ms(request.timeout_ms)
            raise OutcomeUnknown(f"no answer in time: {request.method} {request.path}")
        if response.delay_ms:
            await self._clock.sleep_ms(response.delay_ms)
        await asyncio.sleep(0)  # others get a turn, as while a socket is waited for
        return _as_answered(response)

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Open a session, and hand every text frame of it to the listener."""
        parts = urlsplit(url)
        asked = Request(method="GET", path=parts.path, query=parts.query)
        try:
            session = self._exchange.open_session(asked)
        except Refusal as exc:
            raise VenueUnreachable(f"the stream was refused: {exc}") from exc
        stream = _InProcessStream(self._exchange, session, hear, self._streams.discard)
        self._streams.add(stream)
        return stream

    async def close(self) -> None:
        """Hang up every stream."""
        for stream in tuple(self._streams):
            await stream.close()

    async def _rest(self) -> bool:
        """Sleep until something is due, or return False as soon as somebody asks for something."""
        idle_ms = self._exchange.idle_ms()
        if idle_ms == 0:
            await asyncio.sleep(0)
            return True
        loop = asyncio.get_running_loop()
        resting: asyncio.Future[bool] = loop.create_future()
        self._resting, timer = resting, None
        if idle_ms is not None:
            over = partial(_end_rest, resting, is_over=True)
            timer = loop.call_later(idle_ms / _MS_PER_SECOND, over)
        try:
            return await resting
        finally:
            if timer is not None:
                timer.cancel()

    def _stir(self) -> None:
        if self._resting is not None:
            _end_rest(self._resting, is_over=False)


class _InProcessStream:
    """One session of the exchange, seen from the client's side."""

    def __init__(
        self,
        exchange: Protocol,
        session: Session,
        hear: Callable[[Frame], None],
        on_ended: Callable[["_InProcessStream"], None],
    ) -> None:
        self._exchange = exchange
        self._session = session
        self._hear = hear
        self._on_ended = on_ended
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[str] = self._loop.create_future()
        self._is_called = False
        self.pongs = 0
        session.wake = self._call
        self._call()

    def send(self, text: bytes) -> None:
        """Send a text message."""
        if not self._ended.done():
            self._exchange.receive(self._session, text)

    def ping(self) -> None:
        """Ask for a sign of life."""
        if not self._ended.done():
            self._session.receive_ping(b"", self._exchange.times.real_ms())

    async def closed(self) -> str:
        """Return why the stream ended, once it has; raises what its listener raised."""
        return await asyncio.shield(self._ended)

    async def close(self) -> None:
        """Hang up."""
        self._end("we hung up")

    def _call(self) -> None:
        """Empty the outbox in the loop's next turn, never inside the exchange's own doing."""
        if not self._is_called:
            self._is_called = True
            self._loop.call_soon(self._drain)

    def _drain(self) -> None:
        self._is_called = False
        while self._session.outbox and not self._ended.done():
            frame = self._session.outbox.popleft()
            match frame.kind:
                case FrameKind.TEXT:
                    self._tell(frame.data)
                case FrameKind.PING:
                    self._session.receive_pong(self._exchange.times.real_ms())
                case FrameKind.PONG:
                    self.pongs += 1
                case FrameKind.CLOSE:
                    self._end(f"closed with {frame.code} {frame.data.decode()}".rstrip())
                case FrameKind.ABORT:
                    self._end("cut")

    def _tell(self, frame: Frame) -> None:
        """Hand a frame to the listener; what it raises ends the stream, as on a socket."""
        failure = attempted(lambda: self._hear(frame))
        if failure is not None and not self._ended.done():
            self._ended.set_exception(failure)
            self._leave()

    def _end(self, reason: str) -> None:
        if not self._ended.done():
            self._ended.set_result(reason)
            self._leave()

    def _leave(self) -> None:
        self._exchange.close_session(self._session)
        self._on_ended(self)


def _end_rest(resting: asyncio.Future[bool], *, is_over: bool) -> None:
    if not resting.done():
        resting.set_result(is_over)


def _as_asked(request: HttpRequest) -> Request:
    headers = {"x-mbx-apikey": request.api_key} if request.api_key is not None else {}
    return Request(
        method=request.method.value, path=request.path, query=request.query, headers=headers
    )


def _as_answered(response: Response) -> HttpAnswer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return HttpAnswer(status=response.status, headers=headers, body=response.body)
