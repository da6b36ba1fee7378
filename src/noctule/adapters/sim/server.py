"""The rim: the simulated exchange on 127.0.0.1, for any Binance client to connect to."""

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final, Self

from aiohttp import ClientConnectionResetError, WSMsgType, hdrs, web
from aiohttp.http import RawRequestMessage

from noctule.adapters.sim.control import CONTROL_PREFIX
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.express import ExpressServer
from noctule.adapters.sim.messages import Fate, Request, Response, refusal
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.protocol import Protocol
from noctule.adapters.sim.reply import reply_to, written
from noctule.adapters.sim.sessions import Frame, FrameKind, Session
from noctule.adapters.sim.switchboard import API_PATH

__all__ = ["SimServer"]

_HOST: Final = "127.0.0.1"  # and never anything else: nobody is to mistake it for an exchange
_NAP_MS: Final = 50  # how late a ping, or a late frame, may be
_LOST_MS: Final = 600_000  # how long a client may wait for an answer that never comes
_MESSAGE_BYTES_MAX: Final = 65_536
_HEADERS: Final = ("x-mbx-apikey", "x-control-token")
_RESET: Final = struct.pack("ii", 1, 0)  # linger for no time: the peer sees a reset


class SimServer:
    """Serve a protocol for as long as the context lasts.

    Usage: `async with SimServer(protocol) as server: ...server.rest_url...`, in any event loop.
    """

    def __init__(
        self,
        protocol: Protocol,
        *,
        port: int = 0,
        on_spoiled: Callable[[BadData], None] | None = None,
    ) -> None:
        self._protocol = protocol
        self._on_spoiled = on_spoiled  # told of data that cannot be replayed, instead of raising
        self._port = port
        self._stack = AsyncExitStack()
        self._kick = asyncio.Event()  # set when something may be due at once

    @property
    def rest_url(self) -> str:
        """Return the base of the REST paths."""
        return f"http://{_HOST}:{self._port}"

    @property
    def stream_url(self) -> str:
        """Return the base of the streams; /public, /market and /private are appended."""
        return f"ws://{_HOST}:{self._port}"

    @property
    def ws_api_url(self) -> str:
        """Return the address of the WebSocket API."""
        return f"ws://{_HOST}:{self._port}{API_PATH}"

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            server = ExpressServer(self._handle, is_prompt=self._is_prompt, answer=self._answer)
            runner = web.ServerRunner(server, shutdown_timeout=1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, _HOST, self._port)
            await site.start()
            self._port = runner.addresses[0][1]
            group = await stack.enter_async_context(asyncio.TaskGroup())
            stack.callback(group.create_task(self._run()).cancel)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._protocol.switchboard.hang_up()
        await self._stack.aclose()

    async def _run(self) -> None:
        """Move the market, and look after the connections."""
        while True:
            try:
                wait_ms = self._protocol.advance()
            except BadData as flaw:
                if self._on_spoiled is None:
                    raise
                self._on_spoiled(flaw)
                return
            self._protocol.tend()
            nap_ms = _NAP_MS if wait_ms is None else min(wait_ms, _NAP_MS)
            await self._nap(nap_ms)

    async def _nap(self, nap_ms: int) -> None:
        if nap_ms == 0:
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(nap_ms / 1_000):
                await self._kick.wait()
        except TimeoutError:
            return
        self._kick.clear()

    def _is_prompt(self, message: RawRequestMessage) -> bool:
        return self._protocol.is_prompt and not message.path.startswith(CONTROL_PREFIX)

    def _answer(self, message: RawRequestMessage, peer: str | None) -> bytes:
        asked = _asked(message.method, message.path, message.headers, peer=peer)
        return written(self._protocol.handle_http(asked))

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get(hdrs.UPGRADE, "").lower() == "websocket":
            return await self._converse(request)
        try:
            body = await self._body(request) if request.can_read_body else b""
        except TimeoutError:
            return web.Response(status=408, text="Request Timeout")
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text="Request Entity Too Large")
        asked = _request(request, body)
        response = self._protocol.handle_http(asked)
        if asked.path.startswith(CONTROL_PREFIX):
            self._kick.set()
        if response.delay_ms or response.fate is not Fate.SENT:
            await _travel(request, response)
        return reply_to(request, response)

    async def _body(self, request: web.BaseRequest) -> bytes:
        async with asyncio.timeout(self._protocol.setup.terms.read_ms / 1_000):
            return await request.read()

    async def _converse(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            session = self._protocol.open_session(_request(request, b""))
        except Refusal as reason:
            return reply_to(request, refusal(reason))
        frames = web.WebSocketResponse(
            autoping=False, compress=False, max_msg_size=_MESSAGE_BYTES_MAX
        )
        try:
            await frames.prepare(request)
            async with asyncio.TaskGroup() as group:
                drain = group.create_task(self._drain(frames, session, request))
                await self._listen(frames, session)
                drain.cancel()
        finally:
            self._protocol.close_session(session)
            self._kick.set()
        return frames

    async def _listen(self, frames: web.WebSocketResponse, session: Session) -> None:
        """Hand in what arrives, until the connection ends."""
        async for message in frames:
            now_ms = self._protocol.times.real_ms()
            if message.type is WSMsgType.TEXT:
                self._protocol.receive(session, message.data.encode())
            elif message.type is WSMsgType.BINARY:
                self._protocol.receive(session, message.data)
            elif message.type is WSMsgType.PING:
                session.receive_ping(message.data, now_ms)
            elif message.type is WSMsgType.PONG:
                session.receive_pong(now_ms)
            if session.is_last:
                self._kick.set()

    async def _drain(
        self, frames: web.WebSocketResponse, session: Session, request: web.BaseRequest
    ) -> None:
        """Carry away what the session has to say, as soon as it has."""
        awake = asyncio.Event()

        def wake() -> None:
            if session.outbox[-1].kind is FrameKind.ABORT:
                _cut(request)  # now, though a frame before it may wait for a slow reader
            awake.set()

        session.wake = wake
        awake.set()
        while True:
            await awake.wait()
            awake.clear()
            while session.outbox:
                if session.is_last and not self._protocol.switchboard.is_flushed():
                    await asyncio.sleep(0)
                else:
                    await _put(frames, session.outbox.popleft(), request)


def _request(request: web.BaseRequest, body: bytes) -> Request:
    return _asked(request.method, request.raw_path, request.headers, peer=request.remote, body=body)


def _asked(
    method: str, target: str, headers: Mapping[str, str], *, peer: str | None, body: bytes = b""
) -> Request:
    path, _, query = target.partition("?")
    return Request(
        method=method,
        path=path,
        query=query,
        headers={name: headers.get(name, "") for name in _HEADERS},
        body=body,
        peer=peer or _HOST,
    )


async def _travel(request: web.BaseRequest, response: Response) -> None:
    """Let a response take its time, and obey its fate."""
    if response.delay_ms:
        await asyncio.sleep(response.delay_ms / 1_000)
    if response.fate is Fate.LOST:
        await _until_gone(request)
    if response.fate is Fate.RESET:
        _cut(request)


async def _until_gone(request: web.BaseRequest) -> None:
    """Say nothing, until the client has had enough."""
    for _ in range(_LOST_MS // _NAP_MS):
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(_NAP_MS / 1_000)
    _cut(request)


async def _put(frames: web.WebSocketResponse, frame: Frame, request: web.BaseRequest) -> None:
    try:
        if frame.kind is FrameKind.TEXT:
            await frames.send_frame(frame.data, WSMsgType.TEXT)
        elif frame.kind is FrameKind.PING:
            await frames.ping(frame.data)
        elif frame.kind is FrameKind.PONG:
            await frames.pong(frame.data)
        elif frame.kind is FrameKind.CLOSE:
            await frames.close(code=frame.code, message=frame.data)
        else:
            _cut(request)
    except ClientConnectionResetError:
        return  # the client is gone; whoever listens to it will notice


def _cut(request: web.BaseRequest) -> None:
    """End the connection without a word: the peer sees a reset."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()
