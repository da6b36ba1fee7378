"""The express counter of the rim: plain requests are answered together, without a task for each.

aiohttp wakes a task for every request, which makes another one, and each answer that is sent wakes
a client. A request without a body needs no task when its answer may leave at once, and what the
processor had to fetch for one request serves the next, if nothing else comes between. So first
everything is read that has come, then all of it is answered, then the answers leave. Whatever is
out of the ordinary goes aiohttp's own way.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.http import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.web_protocol import RequestHandler
from typing_extensions import override

__all__ = ["ExpressServer"]

Handle: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
IsPrompt: TypeAlias = Callable[[RawRequestMessage], bool]
Answer: TypeAlias = Callable[[RawRequestMessage, str | None], bytes]  # to whom, as far as known

_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE"})  # their answers have a body


class ExpressServer(web.Server):
    """aiohttp's server, which handles what is not plain, or not prompt; `answer` does the rest."""

    def __init__(
        self, handle: Handle, *, is_prompt: IsPrompt, answer: Answer, **options: Any
    ) -> None:
        super().__init__(handle, access_log=None, **options)
        self.is_prompt = is_prompt
        self.answer = answer

    @override
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    __slots__ = ("_answer", "_is_prompt", "_outgoing")

    def __init__(self, server: ExpressServer, **options: Any) -> None:
        super().__init__(server, **options)
        self._is_prompt = server.is_prompt
        self._answer = server.answer
        self._outgoing = b""

    @override
    def data_received(self, data: bytes) -> None:
        """Take in what was read, and let aiohttp's task sleep until it is looked at."""
        waiter, self._waiter = self._waiter, None
        try:
            super().data_received(data)
        finally:
            self._waiter = waiter
        if self._messages and waiter is not None and not waiter.done():
            self._loop.call_soon(self._serve)

    def _serve(self) -> None:
        """Answer a plain request, or wake aiohttp's task for it."""
        waiter = self._waiter
        if waiter is None or waiter.done() or not self._messages:
            return  # the task is awake already, or the connection at its end
        message = self._express()
        if message is None:
            waiter.set_result(None)
            return
        self._loop.call_soon(self._send)  # before whatever the answer wakes: its frames come later
        self._messages.popleft()
        assert self._parser is not None, "a connection that is open has a parser"
        self._parser.message_consumed()
        peer = self.peername
        self._outgoing = self._answer(message, peer[0] if peer else None)
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout

    def _express(self) -> RawRequestMessage | None:
        """Return what was read if it is one plain request, and its answer may leave at once."""
        message, payload = self._messages[0]
        if len(self._messages) > 1 or payload is not EMPTY_PAYLOAD or self.writing_paused:
            return None
        if not isinstance(message, RawRequestMessage) or not _is_plain(message):
            return None
        return message if self._is_prompt(message) else None

    def _send(self) -> None:
        answer, self._outgoing = self._outgoing, b""
        if not answer:
            self.force_close()  # answering has failed, and the loop's exception handler knows why
        elif self.transport is not None and not self.transport.is_closing():
            self.transport.write(answer)


def _is_plain(message: RawRequestMessage) -> bool:
    """Tell whether the answer to a request has a body and leaves the connection as it is."""
    return (
        message.method in _METHODS
        and message.version == HttpVersion11
        and not message.should_close
        and hdrs.UPGRADE not in message.headers
    )
