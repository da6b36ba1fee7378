"""A stream being kept on a fake wire in virtual time, and a listener that notes everything."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from random import Random

from noctule.adapters.binance.streams.kept_stream import KeptStream
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.road import Frame
from noctule.adapters.clock import VirtualClock, run_virtual
from tests.fakes.wire import FakeWire

__all__ = ["AT_ONCE", "KLINE", "MARK", "Diary", "Scene", "play"]

KLINE, MARK = "btcusdt@kline_1m", "btcusdt@markPrice@1s"
AT_ONCE = StreamSettings(backoff_ms=0, life_jitter_ms=0)  # reconnects without waiting


class Diary:
    """A listener that writes everything down."""

    def __init__(self, elapsed_ms: Callable[[], int]) -> None:
        self._elapsed_ms = elapsed_ms
        self.frames: list[Frame] = []
        self.words: list[str] = []
        self.words_ms: list[int] = []
        self.complaint: Exception | None = None  # raised at the next frames
        self._written = asyncio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that a frame or a word brings about."""
        async with asyncio.timeout(20):
            while not holds():
                self._written.clear()
                await self._written.wait()

    def on_frame(self, frame: Frame) -> None:
        self._written.set()
        self.frames.append(frame)
        if self.complaint is not None:
            raise self.complaint

    def on_lost(self, reason: str) -> None:
        self._note(f"lost: {reason}")

    def on_restored(self) -> None:
        self._note("restored")

    def _note(self, word: str) -> None:
        self._written.set()
        self.words.append(word)
        self.words_ms.append(self._elapsed_ms())


class Scene:
    """The wire, the kept stream and its listener."""

    def __init__(self, clock: VirtualClock, settings: StreamSettings, names: Sequence[str]) -> None:
        self.clock = clock
        self.wire = FakeWire(clock)
        self.diary = Diary(clock.elapsed_ms)
        self.urls_given = 0
        self.stream = KeptStream(
            transport=self.wire,
            clock=clock,
            jitter=Random(1),
            settings=settings,
            name="market-1",
            url=self.url,
            names=names,
            listener=self.diary,
        )

    async def url(self) -> str:
        self.urls_given += 1
        return f"wss://exchange/market/stream#{self.urls_given}"

    async def wait(self, ms: int) -> None:
        await self.clock.sleep_ms(ms)

    async def wait_talking(self, ms: int, *frames: Frame, every_ms: int = 1_000) -> None:
        """Wait while every live connection says something each second."""
        for _ in range(ms // every_ms):
            for stream in self.wire.streams:
                stream.say(*frames)
            await self.wait(every_ms)


def play(
    story: Callable[[Scene], Coroutine[object, None, None]],
    *,
    settings: StreamSettings = AT_ONCE,
    names: Sequence[str] = (KLINE,),
) -> Scene:
    """Run a story beside a kept stream, which must still be kept at its end."""
    scenes = []

    async def main(clock: VirtualClock) -> None:
        scene = Scene(clock, settings, names)
        scenes.append(scene)
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(scene.stream.run())
            await story(scene)
            assert not keeping.done(), "the stream is no longer kept"
            keeping.cancel()

    run_virtual(main, start_ms=0)
    return scenes[0]
