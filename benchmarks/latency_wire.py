"""The wire of the latency benchmark: bare sockets that speak HTTP and WebSocket, and one loop.

Whoever is measured has a port of his own here, and a desk that answers him.
"""

import selectors
import socket
import time
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha1
from typing import Final, Protocol

from msgspec import Struct

from benchmarks.stream_server import frame

__all__ = ["TEXT", "Asked", "Desk", "Line", "Wire"]

TEXT: Final = 0x1
_CLOSE, _PING, _PONG = 0x8, 0x9, 0xA
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PIECE: Final = 262_144


class Asked(Struct, frozen=True, kw_only=True):
    """One HTTP request."""

    method: str
    target: str
    api_key: str
    accept: bytes | None = None  # the answer to its handshake; None: it asks for no WebSocket


class Desk(Protocol):
    """Who answers one of those measured."""

    def answer(self, asked: Asked, *, read_ns: int) -> bytes:
        """Return the whole answer to a request that was read whole at this instant."""
        ...

    def open(self, line: "Line", asked: Asked) -> None:
        """Take note of a stream."""
        ...

    def hear(self, line: "Line", opcode: int, payload: bytes, *, read_ns: int) -> None:
        """Take a message that was read whole on a stream at this instant."""
        ...

    def gone(self, line: "Line") -> None:
        """Take note that a line has ended."""
        ...


class Line:
    """One connection."""

    def __init__(self, peer: socket.socket, desk: Desk) -> None:
        self.socket = peer
        self.desk = desk
        self.is_stream = False
        self.inbox = bytearray()

    def say(self, payload: bytes, opcode: int = TEXT) -> int:
        """Send one WebSocket message; return when that began."""
        message = frame(payload, opcode)
        began_ns = time.perf_counter_ns()
        self.socket.sendall(message)
        return began_ns

    def take(self, data: bytes, read_ns: int) -> None:
        """Deal with whatever is whole."""
        self.inbox += data
        while self._take_one(read_ns):
            pass

    def _take_one(self, read_ns: int) -> bool:
        if self.is_stream:
            return self._take_message(read_ns)
        head, end, rest = self.inbox.partition(b"\r\n\r\n")
        if not end:
            return False
        asked, length = _read_head(bytes(head))
        if len(rest) < length:
            return False
        self.inbox = rest[length:]
        if asked.accept is None:
            self.socket.sendall(self.desk.answer(asked, read_ns=read_ns))
            return True
        self.socket.sendall(asked.accept)
        self.is_stream = True
        self.desk.open(self, asked)
        return True

    def _take_message(self, read_ns: int) -> bool:
        """Take one masked frame, as clients send them."""
        inbox = self.inbox
        if len(inbox) < 2:
            return False
        length, at = inbox[1] & 0x7F, 2
        if length == 126:
            length, at = int.from_bytes(inbox[2:4]), 4
        if len(inbox) < at + 4 + length:
            return False
        mask, masked = inbox[at : at + 4], inbox[at + 4 : at + 4 + length]
        opcode = inbox[0] & 0x0F
        del inbox[: at + 4 + length]
        payload = bytes(byte ^ mask[number % 4] for number, byte in enumerate(masked))
        if opcode in (_PING, _CLOSE):
            self.say(payload, _PONG if opcode == _PING else _CLOSE)
        else:
            self.desk.hear(self, opcode, payload, read_ns=read_ns)
        return True


class Wire:
    """Every port and every connection, in one loop that runs until somebody has what he wants."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self.traffic = 0  # pieces read so far

    def listen(self, desk: Desk) -> int:
        """Open a port for a desk."""
        listening = socket.create_server(("127.0.0.1", 0))
        self._selector.register(listening, selectors.EVENT_READ, desk)
        return int(listening.getsockname()[1])

    def serve(self, until: Callable[[], bool], *, what: str, timeout_s: float = 20.0) -> None:
        """Serve everybody until this holds; `what` names it, should it never."""
        deadline = time.perf_counter() + timeout_s
        while not until():
            left_s = deadline - time.perf_counter()
            assert left_s > 0, f"{what} did not come within {timeout_s:g} s"
            self.once(min(left_s, 0.005))

    def serve_for(self, span_s: float) -> None:
        """Serve everybody for so long."""
        until_s = time.perf_counter() + span_s
        while (left_s := until_s - time.perf_counter()) > 0:
            self.once(min(left_s, 0.005))

    def rest(self, quiet_s: float, *, tend: Callable[[], None]) -> None:
        """Serve everybody until nobody has said a word for so long."""
        before = -1
        while before != self.traffic:
            before = self.traffic
            self.once(quiet_s)
            tend()

    def once(self, timeout_s: float) -> None:
        """Serve whoever speaks first."""
        for key, _ in self._selector.select(timeout_s):
            self.traffic += 1
            if isinstance(key.data, Line):
                self._read(key.data)
            else:
                self._accept(key.fileobj, key.data)

    def _accept(self, listening: object, desk: Desk) -> None:
        assert isinstance(listening, socket.socket), listening
        peer, _ = listening.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(peer, selectors.EVENT_READ, Line(peer, desk))

    def _read(self, line: Line) -> None:
        try:
            data = line.socket.recv(_PIECE)
            read_ns = time.perf_counter_ns()
            if data:
                line.take(data, read_ns)
                return
        except OSError:
            pass  # it has had enough
        self._selector.unregister(line.socket)
        line.socket.close()
        line.desk.gone(line)


def _read_head(head: bytes) -> tuple[Asked, int]:
    """Return what is asked, and how many bytes of a body follow."""
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.decode().split(" ")
    headers = {name.lower(): value for name, _, value in (each.partition(b": ") for each in lines)}
    key = headers.get(b"sec-websocket-key")
    asked = Asked(
        method=method,
        target=target,
        api_key=headers.get(b"x-mbx-apikey", b"").decode(),
        accept=None if key is None else _accepted(key),
    )
    return asked, int(headers.get(b"content-length", b"0"))


def _accepted(key: bytes) -> bytes:
    accept = b64encode(sha1(key + _GUID).digest())  # RFC 6455
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept
    )
