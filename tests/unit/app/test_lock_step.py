"""The market takes a step when all that the last one told has had its effect."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from noctule.adapters.clock import ScaledClock, SystemClock
from noctule.app.lock_step import LockStep
from noctule.app.market_road import MarketRoad
from tests.fakes.far_road import FarRoad


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Settling:
    """A bot that settles when it is told to."""

    def __init__(self) -> None:
        self.may = asyncio.Event()

    async def settle(self) -> None:
        await self.may.wait()


class Scene:
    def __init__(self) -> None:
        self.far = FarRoad()
        clock = ScaledClock(SystemClock(), start_ms=0, speed=0)
        self.road = MarketRoad(self.far, clock, api_key="k")
        self.lock_step = LockStep(self.road, url="ws://there/control/lockstep?token=T")
        self.bot = Settling()

    @property
    def said(self) -> list[dict[str, int]]:
        return [json.loads(text) for text in self.far.streams[0].sent]

    def tell(self, **state: object) -> None:
        self.far.streams[0].hear(json.dumps({"time": 0, **state}).encode())


@asynccontextmanager
async def kept() -> AsyncIterator[Scene]:
    scene = Scene()
    await scene.lock_step.join()
    await scene.lock_step.join()
    task = asyncio.get_running_loop().create_task(scene.lock_step.keep(scene.bot.settle))
    try:
        yield scene
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_joined_twice_it_is_one_connection_that_names_the_key() -> None:
    async with kept() as scene:
        assert scene.far.urls == ["ws://there/control/lockstep?token=T&apiKey=k"]
        await scene.lock_step.leave()
        await scene.lock_step.leave()
    assert scene.far.streams[0].is_closed


async def test_it_answers_once_the_bot_is_settled_with_what_was_told_last() -> None:
    async with kept() as scene:
        scene.tell(step=7, frames=0)
        await turns()
        assert not scene.said
        scene.tell(step=7, frames=0)
        scene.bot.may.set()
        await turns()
        assert scene.said == [{"quiet": 7, "frames": 0}]


async def test_it_waits_for_every_frame_that_was_sent() -> None:
    async with kept() as scene:
        scene.bot.may.set()
        heard: list[bytes] = []
        await scene.road.open_stream("ws://there/market/stream", heard.append)
        scene.tell(step=8, frames=1)
        await turns()
        assert not scene.said
        scene.far.streams[1].hear(b'{"e":"kline","E":1700000000000}')
        await turns()
        assert scene.said == [{"quiet": 8, "frames": 1}]


async def test_frames_that_never_come_are_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noctule.app.lock_step._PATIENCE_S", 0)
    async with kept() as scene:
        scene.bot.may.set()
        for step in (1, 2):
            scene.tell(step=step, frames=3)
            await scene.far.streams[0].next_message()
        assert scene.said == [{"quiet": 1, "frames": 3}, {"quiet": 2, "frames": 3}]


async def test_the_end_of_the_market_is_passed_on() -> None:
    async with kept() as scene:
        scene.tell(step=9, frames=0)
        assert not scene.road.over.is_set()
        scene.tell(step=9, frames=0, over=True)
        assert scene.road.over.is_set()


async def test_whoever_catches_up_asks_where_the_exchange_stands_and_hears_it_out() -> None:
    async with kept() as scene:
        heard: list[bytes] = []
        await scene.road.open_stream("ws://there/market/stream", heard.append)
        catching_up = asyncio.get_running_loop().create_task(scene.lock_step.catch_up())
        await turns()
        assert scene.said == [{"quiet": 0, "frames": -1}]
        scene.tell(step=3, frames=1)
        await turns()
        assert not catching_up.done()
        scene.far.streams[1].hear(b'{"e":"ORDER_TRADE_UPDATE","E":1700000000000}')
        await catching_up
        scene.bot.may.set()
        await turns()
        assert len(scene.said) == 1, "an answer is no step, so the market is not let go"


async def test_a_step_that_is_told_meanwhile_is_answered_all_the_same() -> None:
    async with kept() as scene:
        scene.bot.may.set()
        catching_up = asyncio.get_running_loop().create_task(scene.lock_step.catch_up())
        await turns()
        for _ in ("the step", "the answer"):
            scene.tell(step=4, frames=0)
        await catching_up
        await turns()
        assert scene.said == [{"quiet": 0, "frames": -1}, {"quiet": 4, "frames": 0}]


async def test_a_line_that_was_cut_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noctule.app.lock_step._PATIENCE_S", 0)
    async with kept() as scene:
        await scene.lock_step.catch_up()
        await scene.lock_step.leave()
        await scene.lock_step.catch_up()
        assert len(scene.said) == 1
