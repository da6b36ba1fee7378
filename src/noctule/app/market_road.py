"""The road to a simulated exchange: what comes along it tells how late it is there."""

import asyncio
import re
from collections.abc import Callable
from math import isfinite
from typing import Final

from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Transport,
)
from noctule.adapters.clock import ScaledClock

__all__ = ["MarketRoad"]

_TOLD: Final = re.compile(rb'"E":(\d{13})\b')  # every event says when it happened
_SPEED: Final = "x-market-speed"
_OVER: Final = "x-market-over"
_EVENTS: Final = (b'{"stream":', b'{"e":')  # how an event begins; anything else is an answer
_NAMED: Final = "&apiKey="  # whose a stream is; asked by the simulated exchange in lock-step alone


class MarketRoad:
    """A Transport that sets a clock by what it carries, and knows what is still under way.

    An exchange that does not say how fast its market runs is taken for a real one.
    """

    def __init__(self, road: Transport, clock: ScaledClock, *, api_key: str) -> None:
        self._road = road
        self._clock = clock
        self._api_key = api_key
        self._under_way = 0  # requests, handshakes, and messages that are owed an answer
        self._is_at_rest = asyncio.Event()
        self._is_at_rest.set()
        self.moves = 0  # goes up with whatever is sent or heard
        self.frames = 0  # heard on all streams
        self._is_heard = asyncio.Event()
        self.over = asyncio.Event()  # nothing will happen on the market any more

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request, and learn from its answer how time passes there."""
        self._begin()
        try:
            answer = await self._road.request(request)
        finally:
            self._end()
        if _SPEED in answer.headers:
            self._learn(answer.headers[_SPEED])
        if _OVER in answer.headers:
            self.over.set()
        return answer

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect; the clock is set by every frame before the listener has it."""
        mark = _NAMED if "?" in url else _NAMED.replace("&", "?")
        asking = _Asking(self._begin, self._end)

        def hear_when(frame: Frame) -> None:
            self._note(frame, asking)
            hear(frame)

        self._begin()
        try:
            stream = await self._road.open_stream(f"{url}{mark}{self._api_key}", hear_when)
        finally:
            self._end()
        return asking.over(stream)

    async def open_beside(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect what is no part of the market: its frames are not counted."""
        return await self._road.open_stream(f"{url}{_NAMED}{self._api_key}", hear)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._road.close()

    async def next_frame(self) -> None:
        """Return once another frame is heard."""
        self._is_heard.clear()
        await self._is_heard.wait()

    async def at_rest(self) -> None:
        """Return once nothing is under way that will be answered."""
        await self._is_at_rest.wait()

    def _note(self, frame: Frame, asking: "_Asking") -> None:
        self.frames += 1
        self.moves += 1
        self._is_heard.set()
        told = _TOLD.search(frame)
        if told is not None:
            self._clock.hear(int(told[1]))
        if not frame.startswith(_EVENTS):
            asking.take_answer()

    def _begin(self) -> None:
        self.moves += 1
        self._under_way += 1
        self._is_at_rest.clear()

    def _end(self) -> None:
        self.moves += 1
        self._under_way -= 1
        if not self._under_way:
            self._is_at_rest.set()

    def _learn(self, speed: str) -> None:
        try:
            told = float(speed)
        except ValueError:
            return  # whoever says so is not our exchange
        if isfinite(told) and told >= 0:
            self._clock.run_at(told)


class _Asking:
    """A stream whose messages are answered; once it is over, none is waited for."""

    def __init__(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self._begin, self._end = begin, end
        self._unanswered = 0
        self._stream: FrameStream | None = None

    def over(self, stream: FrameStream) -> FrameStream:
        """Send over this stream from now on."""
        self._stream = stream
        return self

    @property
    def pongs(self) -> int:
        """Return how many of our pings were answered."""
        return self._through.pongs

    def send(self, text: bytes) -> None:
        """Send a text message, which will be answered."""
        self._unanswered += 1
        self._begin()
        self._through.send(text)

    def ping(self) -> None:
        """Ask for a sign of life."""
        self._through.ping()

    async def closed(self) -> str:
        """Return why the stream ended, once it has."""
        try:
            return await self._through.closed()
        finally:
            self._forget()

    async def close(self) -> None:
        """Hang up."""
        self._forget()
        await self._through.close()

    def take_answer(self) -> None:
        """Take note that a message was answered."""
        if self._unanswered:
            self._unanswered -= 1
            self._end()

    def _forget(self) -> None:
        while self._unanswered:
            self.take_answer()

    @property
    def _through(self) -> FrameStream:
        assert self._stream is not None, "used before it was opened"
        return self._stream
