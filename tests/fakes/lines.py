"""A road on which a test dials, answers, falls silent and hangs up."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest
from noctule.domain.errors import BudgetExhausted, VenueUnreachable
from tests.fakes.answers import saying

__all__ = ["OVER_HTTP", "Line", "Road"]

OVER_HTTP = saying({"over": "HTTP"})


class Line:
    """One connection: what was said on it, and what is said back by a test."""

    def __init__(self, hear: Callable[[Frame], None]) -> None:
        self.hear = hear
        self.said: list[Any] = []
        self.pongs = 0
        self.answers_pings = True
        self.is_half_open = False  # nobody is there to say goodbye to
        self.was_closed = False
        self._end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def send(self, text: bytes) -> None:
        self.said.append(json.loads(text))

    def ping(self) -> None:
        self.pongs += self.answers_pings

    async def closed(self) -> str:
        return await asyncio.shield(self._end)

    async def close(self) -> None:
        self.was_closed = True
        try:
            if self.is_half_open:
                await asyncio.shield(self._end)
        finally:
            self.hang_up()

    def hang_up(self) -> None:
        if not self._end.done():
            self._end.set_result("gone")

    def reply(self, number: int | None, status: int = 200, **content: object) -> None:
        self.hear(json.dumps({"id": number, "status": status, **content}).encode())


class Road:
    """The HTTP transport underneath: it dials lines, and answers what comes over HTTP."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.urls: list[str] = []
        self.is_down = False
        self.away_ms = 0  # for how long it tells whoever dials to stay away
        self.is_closed = False
        self.asked: list[HttpRequest] = []

    async def request(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request)
        return OVER_HTTP

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        self.urls.append(url)
        if self.is_down:
            raise VenueUnreachable("down")
        if self.away_ms:
            raise BudgetExhausted("banned", retry_after_ms=self.away_ms)
        self.lines.append(Line(hear))
        return self.lines[-1]

    async def close(self) -> None:
        self.is_closed = True
