"""A road to an exchange that does what a test says: streams that answer, fall mute, hang up."""

import asyncio
import json
from collections import deque
from collections.abc import Callable

from noctule.adapters.binance.transport.road import Frame, HttpAnswer, HttpRequest
from noctule.ports.clock import Clock

__all__ = ["FakeStream", "FakeWire", "event"]


def event(stream: str, number: int = 0) -> Frame:
    """Return an event in its envelope."""
    return json.dumps({"stream": stream, "data": {"u": number}}, separators=(",", ":")).encode()


class FakeStream:
    """One connection: what was said on it, and how it answers."""

    def __init__(self, url: str, hear: Callable[[Frame], None], clock: Clock) -> None:
        self.url = url
        self.said: list[tuple[int, dict[str, object]]] = []  # when, what
        self.pings_ms: list[int] = []
        self.pongs = 0
        self.is_mute = False  # takes everything and says nothing
        self.pongs_come = True
        self.acknowledges = True
        self.close_ms = 0  # how long hanging up takes
        self.is_closed = False  # by us
        self._hear = hear
        self._clock = clock
        self._end = asyncio.get_running_loop().create_future()

    @property
    def names(self) -> list[object]:
        """Return what was subscribed."""
        return [name for _, said in self.said for name in _listed(said["params"])]

    def send(self, text: bytes) -> None:
        message = json.loads(text)
        self.said.append((self._clock.elapsed_ms(), message))
        if self.acknowledges:
            self.say(json.dumps({"result": None, "id": message["id"]}).encode())

    def ping(self) -> None:
        self.pings_ms.append(self._clock.elapsed_ms())
        self.pongs += self.pongs_come and not self.is_mute

    async def closed(self) -> str:
        return str(await asyncio.shield(self._end))

    async def close(self) -> None:
        self.is_closed = True
        await self._clock.sleep_ms(self.close_ms)
        self.hang_up("closed by us")

    def say(self, *frames: Frame) -> None:
        """Let frames arrive."""
        for frame in frames:
            if not self.is_mute and not self._end.done():
                asyncio.get_running_loop().call_soon(self._deliver, frame)

    def hang_up(self, reason: str) -> None:
        if not self._end.done():
            self._end.set_result(reason)

    def _deliver(self, frame: Frame) -> None:
        try:
            self._hear(frame)
        except AssertionError as bug:  # a mistake of the listener's, which `closed` raises
            self._end.set_exception(bug)


class FakeWire:
    """A transport whose streams a test holds in its hands."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.streams: list[FakeStream] = []
        self.opened_ms: list[int] = []  # when each attempt was made, those that failed too
        self.failures: deque[Exception] = deque()  # what the next attempts come to
        self.connect_ms = 0  # how long a handshake takes
        self.dress: Callable[[FakeStream], object] = _as_it_is  # what becomes of each new stream

    @property
    def last(self) -> FakeStream:
        return self.streams[-1]

    async def open_stream(self, url: str, hear: Callable[[Frame], None]) -> FakeStream:
        self.opened_ms.append(self.clock.elapsed_ms())
        await self.clock.sleep_ms(self.connect_ms)
        if self.failures:
            raise self.failures.popleft()
        stream = FakeStream(url, hear, self.clock)
        self.dress(stream)
        self.streams.append(stream)
        return stream

    async def request(self, request: HttpRequest) -> HttpAnswer:
        raise AssertionError(f"nobody should ask for {request.path}")

    async def close(self) -> None:
        for stream in self.streams:
            await stream.close()


def _listed(params: object) -> list[object]:
    assert isinstance(params, list)
    return params


def _as_it_is(_stream: FakeStream) -> None:
    """Change nothing."""
