"""A WebSocket as a frame stream; the one file that knows the library (docs/adr/0011)."""

import asyncio
import logging
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext
from typing import Final

from aiohappyeyeballs import start_connection
from picows import (
    WSCloseCode,
    WSError,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSParsedURL,
    WSProtocolError,
    WSTransport,
    ws_connect,
)
from python_socks import ProxyError
from typing_extensions import override

from noctule.adapters.binance.transport.road import Frame
from noctule.domain.errors import BudgetExhausted, VenueUnreachable

__all__ = ["MESSAGE_BYTES_MAX", "SocketStream", "open_socket_stream"]

MESSAGE_BYTES_MAX: Final = 1_048_576  # the largest, all marks at once, has about 200,000
_CONNECT_TIMEOUT_MS: Final = 5_000
_MS_PER_SECOND: Final = 1_000
_DIAL_DELAY_S: Final = 0.25  # what the first address of a host has before the next is tried
_SENT_AWAY_MS: Final = {418: 120_000, 429: 60_000}  # for so long, unless Retry-After says
_SENT_AWAY_MS_MAX: Final = 3 * 24 * 60 * 60_000  # the longest ban there is (facts 5)
# It would tell once more what `closed` tells, with the address, which may hold a listen key.
_SILENT: Final = logging.Logger("picows", logging.CRITICAL + 1)  # noqa: LOG001  # not in the tree


class SocketStream:
    """One WebSocket; the server's pings are answered with their payload as they come."""

    def __init__(self, transport: WSTransport, ear: "_Ear") -> None:
        self._transport = transport
        self._ear = ear

    @property
    def pongs(self) -> int:
        """Return how many pongs have come."""
        return self._ear.pongs

    def send(self, text: bytes) -> None:
        """Send a text message; nothing happens if the stream is gone."""
        self._transport.send(WSMsgType.TEXT, text)

    def ping(self) -> None:
        """Ask for a pong."""
        self._transport.send_ping()

    async def closed(self) -> str:
        """Return why the stream ended, once it has; raises what its listener raised."""
        try:
            await self._transport.wait_disconnected()
        except WSProtocolError as exc:
            return f"unreadable: {exc.args[1]}"
        return self._ear.reason or "cut"

    async def close(self) -> None:
        """Hang up politely; cancelled, without waiting for an answer."""
        self._transport.send_close(WSCloseCode.OK)
        try:  # how it ended is for `closed` to say
            await asyncio.gather(self._transport.wait_disconnected(), return_exceptions=True)
        finally:
            self._transport.disconnect(graceful=False)


async def open_socket_stream(
    url: str,
    hear: Callable[[Frame], None],
    *,
    connect_timeout_ms: int = _CONNECT_TIMEOUT_MS,
    message_bytes_max: int = MESSAGE_BYTES_MAX,
    tls: SSLContext | None = None,
    proxy: str | None = None,
) -> SocketStream:
    """Connect, and hand every message to the listener as it arrives.

    The certificate is verified, by `tls` or as the system does it; the environment's proxies are
    not used. Raises VenueUnreachable, or BudgetExhausted when we were told to stay away.
    """
    try:
        async with asyncio.timeout(connect_timeout_ms / _MS_PER_SECOND):
            return await _connected(
                url,
                lambda: _Ear(hear, message_bytes_max),
                ssl_context=tls,
                max_frame_size=message_bytes_max,
                proxy=proxy,
            )
    except WSHandshakeError as exc:
        raise _refused(exc) from exc
    except TimeoutError as exc:
        raise VenueUnreachable(f"no stream within {connect_timeout_ms} ms") from exc
    except (WSError, ProxyError, OSError, UnicodeError) as exc:  # their texts may hold the address
        raise VenueUnreachable(f"no stream: {type(exc).__name__}") from exc


class _Ear(WSListener):
    """Puts messages together, and hangs up on a peer that takes nothing more."""

    def __init__(self, hear: Callable[[Frame], None], message_bytes_max: int) -> None:
        self.pongs = 0
        self.reason = ""  # why it ended, as far as anybody has said
        self._hear = hear
        self._message_bytes_max = message_bytes_max
        self._pieces = bytearray()  # of a fragmented message
        self._is_in_pieces = False
        self._transport: WSTransport | None = None

    @override
    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport

    @override
    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind is WSMsgType.TEXT and frame.fin and not self._is_in_pieces:
            self._hear(frame.get_payload_as_bytes())
        elif kind is WSMsgType.PONG:
            self.pongs += 1
        elif kind is WSMsgType.CLOSE:
            self.reason = _farewell(frame.get_payload_as_bytes())
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()
        else:
            self._join(frame)

    @override
    def pause_writing(self) -> None:
        assert self._transport is not None, "nothing is written before we are connected"
        self.reason = "it takes nothing more"
        self._transport.disconnect(graceful=False)

    def _join(self, frame: WSFrame) -> None:
        """Keep a piece of a message; the last one completes it."""
        if self._is_in_pieces is not (frame.msg_type is WSMsgType.CONTINUATION):
            raise WSProtocolError(WSCloseCode.PROTOCOL_ERROR, "a piece that does not fit")
        self._pieces += frame.get_payload_as_bytes()
        if len(self._pieces) > self._message_bytes_max:
            raise WSProtocolError(
                WSCloseCode.MESSAGE_TOO_BIG, "more pieces than a message may have"
            )
        self._is_in_pieces = not frame.fin
        if frame.fin:
            message = bytes(self._pieces)
            self._pieces.clear()
            self._hear(message)


async def _connected(
    url: str,
    make_ear: Callable[[], _Ear],
    *,
    ssl_context: SSLContext | None,
    max_frame_size: int,
    proxy: str | None,
) -> SocketStream:
    dialler = _Dialler()
    try:
        transport, ear = await ws_connect(
            make_ear,
            url,
            ssl_context=ssl_context,
            websocket_handshake_timeout=None,  # the caller's is for the whole
            logger_name=_SILENT,
            max_frame_size=max_frame_size,
            max_redirects=0,
            proxy=proxy,
            socket_factory=dialler.dial,
        )
    except BaseException:  # whatever stops us, a cancellation most of all
        dialler.hang_up()
        raise
    if not isinstance(ear, _Ear):  # the library takes a cut in mid-handshake for its end
        raise VenueUnreachable("no stream: cut during the handshake")
    return SocketStream(transport, ear)


class _Dialler:
    """Holds the socket while the library shakes hands, which leaves it open when cancelled."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    async def dial(self, url: WSParsedURL) -> socket.socket:
        """Connect to whichever address of the host answers first."""
        loop = asyncio.get_running_loop()
        addresses = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
        self._socket = await start_connection(addresses, happy_eyeballs_delay=_DIAL_DELAY_S)
        return self._socket

    def hang_up(self) -> None:
        """End the connection under whoever uses it."""
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)


def _refused(exc: WSHandshakeError) -> VenueUnreachable | BudgetExhausted:
    """Translate what was answered instead of a stream."""
    if exc.response is None:
        return VenueUnreachable("no stream: the answer is no HTTP")
    status = int(exc.response.status)
    told = f"no stream: HTTP {status}"
    if status not in _SENT_AWAY_MS:
        return VenueUnreachable(told)
    after_s = exc.response.headers.get("Retry-After", "")
    is_told = re.fullmatch(r"[0-9]{1,9}", after_s) is not None
    after_ms = int(after_s) * _MS_PER_SECOND if is_told else _SENT_AWAY_MS[status]
    return BudgetExhausted(told, retry_after_ms=min(after_ms, _SENT_AWAY_MS_MAX))


def _farewell(payload: bytes) -> str:
    """Read a close frame: its code, if it has one, and its text."""
    code, text = int.from_bytes(payload[:2]), payload[2:].decode(errors="replace")
    return f"closed with {code} {text}".rstrip()
