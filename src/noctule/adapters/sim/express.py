"""The express counter of the rim: a plain request is answered in the moment it has been read.

aiohttp gives every request an object, a task and three turns of the event loop. A request without
a body needs none of them when its answer may leave at once: aiohttp's connection asks for it as
soon as the request is parsed. Whatever is out of the ordinary goes aiohttp's own way.

The answers to all that was read in one turn of the loop leave together after it: each one that is
sent wakes a client, and what had to be fetched from memory for one request serves the others.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

from aiohttp import HttpVersion11, StreamReader, hdrs, web
from aiohttp.http import RawRequestMessage
from aiohttp.http_parser import HttpParser
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.web_protocol import RequestHandler
from typing_extensions import override

__all__ = ["ExpressServer", "Prompt"]

Handle: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Prompt: TypeAlias = Callable[[RawRequestMessage, str | None], bytes | None]
_Read: TypeAlias = tuple[Sequence[tuple[RawRequestMessage, StreamReader]], bool, bytes]

_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE"})  # their answers have a body


class ExpressServer(web.Server):
    """aiohttp's server; `prompt` is asked first, and `handle` what it returns None for.

    `prompt` is handed a request as it was parsed, and the address it came from.
    """

    def __init__(self, handle: Handle, *, prompt: Prompt, **options: Any) -> None:
        super().__init__(handle, access_log=None, **options)
        self._prompt = prompt

    @override
    def __call__(self) -> RequestHandler:
        return _Connection(self, self._prompt, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    __slots__ = ("_outgoing", "_prompt")

    def __init__(self, server: web.Server, prompt: Prompt, **options: Any) -> None:
        super().__init__(server, **options)
        self._prompt = prompt
        self._outgoing = b""
        assert self._parser is not None, "a connection begins with a parser"
        self._parser = _Parser(self._parser, self._is_answered)  # type: ignore[assignment]  # it passes for one

    def _is_answered(self, message: RawRequestMessage, payload: StreamReader) -> bool:
        """Answer a request if that is possible at once, and tell whether it was."""
        if payload is not EMPTY_PAYLOAD or not self._is_idle() or not _is_plain(message):
            return False
        # Noted before it is answered: so the answer leaves before the frames that tell of it.
        self._loop.call_soon(self._send)
        peer = self.peername
        answer = self._prompt(message, peer[0] if peer else None)
        if answer is None:
            return False
        self._outgoing += answer
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        return True

    def _is_idle(self) -> bool:
        """Tell whether nothing that came before waits to be answered, or to be read."""
        waiter = self._waiter
        return waiter is not None and not waiter.done() and not self.writing_paused

    def _send(self) -> None:
        answer, self._outgoing = self._outgoing, b""
        if answer and self.transport is not None and not self.transport.is_closing():
            self.transport.write(answer)


class _Parser:
    """aiohttp's parser, of which the connection hears only what is not answered yet."""

    def __init__(
        self,
        parser: HttpParser[Any],
        is_answered: Callable[[RawRequestMessage, StreamReader], bool],
    ) -> None:
        self._parser = parser
        self._is_answered = is_answered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> _Read:
        read: _Read = self._parser.feed_data(data)
        messages, is_upgraded, tail = read
        if len(messages) != 1 or not self._is_answered(*messages[0]):
            return read
        self._parser.message_consumed()
        return (), is_upgraded, tail


def _is_plain(message: RawRequestMessage) -> bool:
    """Tell whether the answer to a request has a body and leaves the connection as it is."""
    return (
        message.method in _METHODS
        and message.version == HttpVersion11
        and not message.should_close
        and hdrs.UPGRADE not in message.headers
    )
