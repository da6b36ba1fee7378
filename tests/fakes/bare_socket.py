"""The far end of a WebSocket, byte by byte, so that it can break every rule."""

import asyncio
import struct
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha1
from ssl import SSLContext

__all__ = [
    "BINARY",
    "CLOSE",
    "CONTINUATION",
    "PING",
    "PONG",
    "TEXT",
    "Peer",
    "bare_socket",
    "frame",
]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_LAST = 0x80
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(payload: bytes, kind: int = TEXT, *, last: bool = True) -> bytes:
    """Return a frame as servers send it, without a mask."""
    first = kind | (_LAST if last else 0)
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    if len(payload) < 65_536:
        return bytes((first, 126)) + struct.pack("!H", len(payload)) + payload
    return bytes((first, 127)) + struct.pack("!Q", len(payload)) + payload


class Peer:
    """One connection, after its handshake."""

    def __init__(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.head = head
        self._reader = reader
        self._writer = writer

    def write(self, *frames: bytes) -> None:
        self._writer.write(b"".join(frames))

    async def read(self) -> tuple[int, bytes]:
        """Return the kind and the payload of the next frame."""
        first, second = await self._reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
        assert second & 0x80, "a client masks what it sends"
        mask = await self._reader.readexactly(4)
        payload = await self._reader.readexactly(length)
        return first & 0xF, bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))

    async def until_gone(self) -> None:
        """Read nothing that matters, until the client has hung up."""
        while await self._reader.read(65_536):
            pass

    def cut(self) -> None:
        self._writer.transport.abort()


Talk = Callable[[Peer], Awaitable[None]]


@asynccontextmanager
async def bare_socket(
    talk: Talk, *, answer: bytes | None = None, tls: SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve one way to talk; `answer` is what comes instead of a handshake."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            if answer is not None:
                writer.write(answer)
                return
            writer.write(_welcome(head))
            await talk(Peer(head, reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    scheme = "ws" if tls is None else "wss"
    yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/market/stream"
    async with asyncio.timeout(10):
        await over.wait()
    server.close()


def _welcome(head: str) -> bytes:
    lines = [line.partition(": ") for line in head.split("\r\n")]
    sent = {name.lower(): value for name, _, value in lines}
    key = sent["sec-websocket-key"]
    accept = b64encode(sha1(key.encode() + _GUID).digest()).decode()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n"
    ).encode()
