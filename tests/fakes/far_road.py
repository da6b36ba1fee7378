"""A transport that leads to a test: it answers and says what the test wants."""

import asyncio
from collections.abc import Callable

from noctule.adapters.binance.transport.road import Frame, FrameStream, HttpAnswer, HttpRequest

__all__ = ["FarRoad", "FarStream"]


class FarStream:
    """One stream, and what was sent on it."""

    def __init__(self, hear: Callable[[Frame], None]) -> None:
        self.hear = hear
        self.sent: list[bytes] = []
        self.pongs = 0
        self.is_closed = False
        self._is_sent = asyncio.Event()

    def send(self, text: bytes) -> None:
        self.sent.append(text)
        self._is_sent.set()

    async def next_message(self) -> None:
        """Return once another message was sent."""
        self._is_sent.clear()
        async with asyncio.timeout(5):
            await self._is_sent.wait()

    def ping(self) -> None:
        self.pongs += 1

    async def closed(self) -> str:
        return "cut"

    async def close(self) -> None:
        self.is_closed = True


class FarRoad:
    """Answers every request with the same headers; a failure is raised instead."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.failure: Exception | None = None
        self.urls: list[str] = []
        self.streams: list[FarStream] = []
        self.is_closed = False

    async def request(self, request: HttpRequest) -> HttpAnswer:
        if self.failure is not None:
            raise self.failure
        return HttpAnswer(status=200, headers=self.headers, body=b"{}")

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        if self.failure is not None:
            raise self.failure
        self.urls.append(url)
        self.streams.append(FarStream(hear))
        return self.streams[-1]

    async def close(self) -> None:
        self.is_closed = True
