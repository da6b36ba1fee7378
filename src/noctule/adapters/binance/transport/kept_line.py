"""One kept connection, with one request at a time: its bytes leave before `send` returns."""

import asyncio
import select
from collections.abc import Callable
from typing import cast

from typing_extensions import override

from noctule.adapters.binance.transport.answer_reader import AnswerReader, Unreadable
from noctule.adapters.binance.transport.road import HttpAnswer
from noctule.domain.errors import OutcomeUnknown

__all__ = ["KeptLine"]


class KeptLine(asyncio.Protocol):
    """Sends a request and reads its answer; whatever else the peer says ends the connection."""

    def __init__(self, on_lost: Callable[["KeptLine"], None]) -> None:
        self.idle_since = 0.0  # the loop's time
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._poll = select.poll()
        self._reader = AnswerReader()
        self._answer: asyncio.Future[HttpAnswer] | None = None
        self._is_over = False

    @property
    def is_fit(self) -> bool:
        """Tell whether a request may be sent: what the kernel knows of its end counts, too.

        A peer that hangs up on an idle connection is often not heard before the loop's next turn.
        """
        transport = self._transport
        if self._is_over or self._answer is not None or transport is None:
            return False
        return not transport.is_closing() and not self._poll.poll(0)

    def send(self, request: bytes) -> "asyncio.Future[HttpAnswer]":
        """Write a request; the future is its answer, or OutcomeUnknown."""
        assert self._transport is not None, "nobody has connected it"
        assert self._answer is None, "one request at a time"
        self._transport.write(request)  # before all else: nothing is heard before this has ended
        self._reader = AnswerReader()
        answer = self._answer = self._loop.create_future()
        return answer

    def rest(self) -> None:
        """Take note that the answer was fetched, and the next request may come."""
        self._answer = None
        self.idle_since = self._loop.time()

    def hang_up(self) -> None:
        """End it, and whatever was under way on it."""
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # create_connection makes no other
        self._transport.set_write_buffer_limits(high=0)  # so uvloop writes now, not after the turn
        connection = transport.get_extra_info("socket")
        self._poll.register(connection.fileno(), select.POLLIN | select.POLLRDHUP)

    @override
    def data_received(self, data: bytes) -> None:
        answer = self._answer
        if answer is None or answer.done():
            self.hang_up()  # nobody asked it anything
            return
        try:
            told = self._reader.feed(data)
        except Unreadable as exc:
            self._fail(f"unreadable: {exc}")
            self.hang_up()
            return
        if told is not None:
            self._tell(told)

    @override
    def eof_received(self) -> None:
        try:
            told = self._reader.end()
        except Unreadable as exc:
            self._fail(f"unreadable: {exc}")
            return
        if told is not None:
            self._tell(told)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._fail("cut" if exc is None else type(exc).__name__)
        self._on_lost(self)

    def _tell(self, told: HttpAnswer) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(told)
        if not self._reader.keeps and self._transport is not None:
            self._transport.close()

    def _fail(self, cause: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(OutcomeUnknown(cause))
