"""The network between one life of the bot and the exchange: slow, and cut when the process dies."""

import asyncio
from collections.abc import Callable
from random import Random

from noctule.adapters.binance.transport.road import (
    Frame,
    FrameStream,
    HttpAnswer,
    HttpRequest,
    Transport,
)
from noctule.domain.errors import VenueUnreachable

__all__ = ["StormRoad"]

_MS = 0.001


class StormRoad:
    """A Transport on which everything takes its time; once severed nothing passes any more."""

    def __init__(self, inside: Transport, *, way_ms: tuple[int, int], random: Random) -> None:
        self._inside = inside
        self._way_ms = way_ms
        self._random = random
        self._is_severed = False
        self.late_ms = 0  # how much longer frames take, while their reader is slow

    def sever(self) -> None:
        """Let nothing of this life be heard any more, and nothing heard by it."""
        self._is_severed = True

    async def request(self, request: HttpRequest) -> HttpAnswer:
        """Send one request, there and back."""
        self._refuse()
        await asyncio.sleep(self._draw_s())
        self._refuse()
        answer = await self._inside.request(request)
        await asyncio.sleep(self._draw_s())
        self._refuse()
        return answer

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FrameStream:
        """Connect; frames come in their order, each after its time on the way."""
        self._refuse()
        await asyncio.sleep(self._draw_s())
        self._refuse()
        return await self._inside.open_stream(url, _Delayed(self, hear).take)

    async def close(self) -> None:
        """Hang up."""
        await self._inside.close()

    def frame_s(self) -> float:
        """Return how long the next frame is on its way."""
        return self._draw_s() + self.late_ms * _MS

    @property
    def is_severed(self) -> bool:
        """Tell whether the process at its end is dead."""
        return self._is_severed

    def _refuse(self) -> None:
        if self._is_severed:
            raise VenueUnreachable("the process is dead")

    def _draw_s(self) -> float:
        least, most = self._way_ms
        return (least + (most - least) * self._random.random()) * _MS


class _Delayed:
    """One stream's frames on their way; those that leave in one moment travel together."""

    def __init__(self, road: StormRoad, hear: Callable[[Frame], None]) -> None:
        self._road, self._hear = road, hear
        self._loop = asyncio.get_running_loop()
        self._left_s = self._last_s = -1.0
        self._together: list[Frame] = []  # what left last

    def take(self, frame: Frame) -> None:
        """Let a frame arrive behind those before it."""
        now_s = self._loop.time()
        if self._together and now_s == self._left_s:
            self._together.append(frame)
            return
        self._left_s, self._together = now_s, [frame]
        self._last_s = max(self._last_s, now_s + self._road.frame_s())
        self._loop.call_at(self._last_s, self._arrive, self._together)

    def _arrive(self, frames: list[Frame]) -> None:
        if self._together is frames:
            self._together = []
        for frame in frames:
            if not self._road.is_severed:
                self._hear(frame)
