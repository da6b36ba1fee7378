"""Lock-step: the market of a simulated exchange waits until all that it told has had its effect."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from msgspec import Struct

from noctule.adapters.binance.transport.road import Frame, FrameStream
from noctule.app.market_road import MarketRoad
from noctule.telemetry.logs import get_log

__all__ = ["LockStep"]

_log = get_log(__name__)

_PATIENCE_S: Final = 2.0  # for frames that were sent; those of a line that was cut never come


class _State(Struct, frozen=True):
    """Where the market stands, and how many frames we were sent on our other connections."""

    step: int
    time: int
    frames: int
    over: bool = False


class _Quiet(Struct, frozen=True):
    quiet: int
    frames: int


_UNFIT: Final = -1  # frames that cannot be right: the exchange tells its state once more

_read: Final = msgspec.json.Decoder(_State).decode
_written: Final = msgspec.json.Encoder().encode


class LockStep:
    """Joined before the first stream is opened; the market stands until `keep` lets it go on."""

    def __init__(self, road: MarketRoad, *, url: str) -> None:
        self.road = road
        self._url = url
        self._line: FrameStream | None = None
        self._state = _State(step=0, time=0, frames=0)
        self._missing = 0  # frames that were sent and never came
        self._is_told = asyncio.Event()
        self._asked: asyncio.Future[None] | None = None  # where we stand, beside the steps

    async def join(self) -> None:
        """Have the market wait for us from now on; joining twice is harmless."""
        if self._line is None:
            self._line = await self.road.open_beside(self._url, self._hear)

    async def leave(self) -> None:
        """Let the market go on without us."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def catch_up(self) -> None:
        """Return once all that we were sent until now is heard; ask, for it is not a step's end."""
        if self._line is None or self._asked is not None:
            return
        self._asked = asyncio.get_running_loop().create_future()
        self._line.send(_written(_Quiet(quiet=self._state.step, frames=_UNFIT)))
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._asked
        except TimeoutError:
            return  # the line is cut, and lock-step with it
        finally:
            self._asked = None
        await self._until_heard()

    async def keep(self, settle: Callable[[], Awaitable[None]]) -> None:
        """Let the market take one step after the other, each once `settle` has returned."""
        line = self._line
        assert line is not None, "nobody has joined"
        while True:
            await self._is_told.wait()
            await self._until_heard()
            await settle()
            self._is_told.clear()
            frames = self.road.frames + self._missing
            line.send(_written(_Quiet(quiet=self._state.step, frames=frames)))

    async def _until_heard(self) -> None:
        """Return once all frames that were sent have come, or never will."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while self.road.frames + self._missing < self._state.frames:
                    await self.road.next_frame()
        except TimeoutError:
            self._missing = self._state.frames - self.road.frames
            _log.warning("frames are missing", frames=self._missing)

    def _hear(self, frame: Frame) -> None:
        self._state = _read(frame)
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(None)
        else:
            self._is_told.set()
        if self._state.over:
            self.road.over.set()
