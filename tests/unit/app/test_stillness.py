"""A bot is still when nothing has moved in it for a while, and only once it is up."""

import asyncio
from random import Random

from noctule.adapters.binance.transport.road import HttpRequest, Method
from noctule.adapters.clock import ScaledClock, SystemClock
from noctule.app.machine import Machine
from noctule.app.market_road import MarketRoad
from noctule.app.stillness import Stillness
from noctule.domain.events.data import CandleClosed
from noctule.engine.supervisor import RestartPolicy
from tests.builders import START_MS, candle
from tests.fakes.component import FakeComponent
from tests.fakes.far_road import FarRoad

PING = HttpRequest(method=Method.GET, path="/fapi/v1/ping", timeout_ms=1_000)


class Scene:
    def __init__(self) -> None:
        self.machine = Machine(
            clock=SystemClock(), jitter=Random(1), on_fatal=lambda _: None, on_move=lambda: None
        )
        clock = ScaledClock(SystemClock(), start_ms=START_MS, speed=0)
        self.road = MarketRoad(FarRoad(), clock, api_key="k")
        self.is_idle = True
        self.stillness = Stillness(self.machine, self.road, is_idle=lambda: self.is_idle)


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_as_long_as_events_come_or_requests_leave_it_is_not_still() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as group:
        settling = group.create_task(scene.stillness.settle())
        for _ in range(3):
            await turns(9)
            await scene.road.request(PING)
        for _ in range(3):
            await turns(9)
            scene.stillness._count(CandleClosed(at_ms=START_MS, trace="t", candle=candle()))
        assert not settling.done()
        await turns(20)
        assert settling.done()


async def test_what_waits_in_the_lanes_is_waited_for() -> None:
    scene = Scene()
    scene.is_idle = False
    async with asyncio.TaskGroup() as group:
        settling = group.create_task(scene.stillness.settle())
        await turns(40)
        assert not settling.done()
        scene.is_idle = True
        await turns(20)
        assert settling.done()


async def test_a_bot_that_is_not_up_is_never_still() -> None:
    scene = Scene()
    scene.machine.supervisor.add(FakeComponent("collector", clock=SystemClock()), RestartPolicy())
    async with asyncio.TaskGroup() as group:
        settling = group.create_task(scene.stillness.settle())
        await turns(40)
        assert not settling.done()
        settling.cancel()


async def test_a_pause_comes_though_the_lanes_have_more_to_carry() -> None:
    scene = Scene()
    scene.is_idle = False
    async with asyncio.TaskGroup() as group:
        pausing = group.create_task(scene.stillness.pause())
        await turns(9)
        scene.stillness._count(CandleClosed(at_ms=START_MS, trace="t", candle=candle()))
        await turns(9)
        assert not pausing.done()
        await turns(20)
        assert pausing.done()
