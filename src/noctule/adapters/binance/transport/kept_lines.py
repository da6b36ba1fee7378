"""Requests go over connections that are kept open, and as lean as they can be.

aiohttp takes longer for one order than all else between a candle and its bytes, and 10 MB of
memory. A connection is used again only while nobody has closed it; nothing is ever sent twice.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ssl import SSLContext
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from aiohappyeyeballs import AddrInfoType, start_connection

from noctule.adapters.binance.transport.kept_line import KeptLine
from noctule.adapters.binance.transport.road import HttpAnswer, HttpRequest, Method
from noctule.adapters.binance.transport.trust import system_trust
from noctule.domain.errors import OutcomeUnknown, VenueUnreachable

__all__ = ["KeptLines"]

Dial: TypeAlias = Callable[[], Awaitable[socket.socket]]

_LINES_MAX: Final = 100
_IDLE_S_MAX: Final = 30.0  # then the exchange may be about to close it
_LOOK_S: Final = 10.0  # how often somebody looks whether a fresh one is ready
_DIALLING_SHARE: Final = 0.8  # of a time-out: what is left is for the answer
_DIAL_DELAY_S: Final = 0.25  # what the first address of a host has before the next is tried
_KNOWN_S: Final = 5.0  # so long addresses are believed without asking again
_WARM_S: Final = 5.0  # for a connection that nobody waits for
_TURNS_MAX: Final = 10
# Nobody is there, the name means nothing, or the machine has no thread to look it up with.
_NO_LINE: Final = (OSError, TimeoutError, UnicodeError, RuntimeError)
_PORTS: Final = {"http": 80, "https": 443}
_MS_PER_SECOND: Final = 1_000
_QUESTION: Final = "Accept-Encoding: gzip\r\n\r\n"  # of two megabytes of contracts a tenth
_CHANGE: Final = "Content-Length: 0\r\n\r\n"


class KeptLines:
    """Send requests to one host, each on a connection that is idle, or on a fresh one."""

    def __init__(self, base_url: str, *, has_spare: bool = True, dial: Dial | None = None) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._prefix = parts.path
        self._tail = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: noctule\r\nAccept: */*\r\n"
        self._is_secret = parts.scheme == "https"
        self._has_spare = has_spare
        self._dial = dial or self._dial_host
        self._idle: list[KeptLine] = []  # the latest used is the last; at most _LINES_MAX
        self._open: set[KeptLine] = set()  # at most _LINES_MAX
        self._is_closed = False
        self._is_wanted = asyncio.Event()  # somebody has sent something
        self._lookup = asyncio.Lock()
        self._addresses: Sequence[AddrInfoType] = ()  # of the host, as looked up last
        self._known_until = 0.0  # the loop's time

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request and return its answer.

        Raises VenueUnreachable while nothing can have been sent, and OutcomeUnknown afterwards.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + request.timeout_ms / _MS_PER_SECOND
        written = self._written(request)
        line = self._fit_line()
        if line is None:
            line = await self._dialled(request)
        answer = line.send(written)  # from here on it may have arrived
        alarm = loop.call_at(until, _give_up, answer)
        try:
            told = await answer
        except OutcomeUnknown as exc:
            line.hang_up()
            raise OutcomeUnknown(f"no answer to {_named(request)} ({exc})") from None
        except BaseException:
            line.hang_up()  # the answer to this one must not be taken for the next one's
            raise
        finally:
            alarm.cancel()
        line.rest()
        if line in self._open:
            self._idle.append(line)
        return told

    async def keep_warm(self) -> None:
        """Let go of old connections, and keep a fresh one ready where there is a spare one.

        It begins with the first request, and ends when it is cancelled.
        """
        await self._is_wanted.wait()
        while True:
            await asyncio.sleep(_LOOK_S)
            now = asyncio.get_running_loop().time()
            for line in [each for each in self._idle if now - each.idle_since > _IDLE_S_MAX]:
                self._idle.remove(line)
                line.hang_up()
            if self._lacks_spare():
                await self._warm_one()

    async def close(self) -> None:
        """Let go of every connection; what is under way has an unknown outcome."""
        self._is_closed = True
        self._idle.clear()
        for line in tuple(self._open):
            line.hang_up()
        for _ in range(_TURNS_MAX):
            if not self._open:
                return
            await asyncio.sleep(0)  # the loop lets go of a connection in its next turn

    def _written(self, request: HttpRequest) -> bytes:
        """Return a request as it goes over the wire."""
        target = f"{self._prefix}{request.path}"
        if request.query:
            target = f"{target}?{request.query}"
        key = request.api_key
        said = f"X-MBX-APIKEY: {key}\r\n" if key else ""
        rest = _QUESTION if request.method is Method.GET else _CHANGE
        plain = f"{target}{key or ''}"
        if not plain.isascii() or not plain.isprintable() or " " in plain:
            raise VenueUnreachable(f"nothing was sent for {_named(request)}: it cannot be written")
        return f"{request.method} {target}{self._tail}{said}{rest}".encode()

    def _fit_line(self) -> KeptLine | None:
        """Return the idle connection that was used last, and let go of those that have ended."""
        while self._idle:
            line = self._idle.pop()
            if line.is_fit:
                return line
            line.hang_up()
        return None

    async def _dialled(self, request: HttpRequest) -> KeptLine:
        self._is_wanted.set()
        if self._is_closed or len(self._open) >= _LINES_MAX:
            raise VenueUnreachable(f"nothing was sent for {_named(request)}: no line is free")
        try:
            async with asyncio.timeout(request.timeout_ms / _MS_PER_SECOND * _DIALLING_SHARE):
                return await self._connected()
        except _NO_LINE as exc:  # their texts may hold the address
            cause = "timed out" if isinstance(exc, TimeoutError) else type(exc).__name__
            raise VenueUnreachable(f"no connection for {_named(request)} ({cause})") from exc

    def _lacks_spare(self) -> bool:
        if not self._has_spare or self._is_closed or self._idle:
            return False
        return len(self._open) < _LINES_MAX

    async def _warm_one(self) -> None:
        try:
            async with asyncio.timeout(_WARM_S):
                line = await self._connected()
        except _NO_LINE:
            return  # whoever sends the next order dials, and tells
        line.rest()
        self._idle.insert(0, line)

    async def _connected(self) -> KeptLine:
        loop = asyncio.get_running_loop()
        connection = await self._dial()
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _, line = await loop.create_connection(
                lambda: KeptLine(self._lose),
                sock=connection,
                ssl=self._trust(),
                server_hostname=self._host if self._is_secret else None,
            )
        except BaseException:
            connection.close()
            raise
        if self._is_closed:
            line.hang_up()
            raise ConnectionAbortedError("the road is closed")
        self._open.add(line)
        return line

    async def _dial_host(self) -> socket.socket:
        """Connect to whichever address answers first; where none does they are looked up anew."""
        addresses = await self._known_addresses()
        try:
            return await start_connection(addresses, happy_eyeballs_delay=_DIAL_DELAY_S)
        except OSError:
            self._addresses = ()
            raise

    async def _known_addresses(self) -> Sequence[AddrInfoType]:
        """Look the host up, but not for every connection: many are dialled in one moment."""
        loop = asyncio.get_running_loop()
        async with self._lookup:
            if not self._addresses or loop.time() > self._known_until:
                self._addresses = await loop.getaddrinfo(
                    self._host, self._port, type=socket.SOCK_STREAM
                )
                self._known_until = loop.time() + _KNOWN_S
            return self._addresses

    def _trust(self) -> SSLContext | None:
        return system_trust() if self._is_secret else None

    def _lose(self, line: KeptLine) -> None:
        self._open.discard(line)
        if line in self._idle:
            self._idle.remove(line)


def _give_up(answer: "asyncio.Future[HttpAnswer]") -> None:
    if not answer.done():
        answer.set_exception(OutcomeUnknown("timed out"))


def _named(request: HttpRequest) -> str:
    return f"{request.method} {request.path}"  # never its query, which is signed
