"""A run has the course that its world gives it."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

from msgspec.structs import replace

from noctule.adapters.clock import ScaledClock, SystemClock
from noctule.app.course import course_of
from noctule.app.lock_step import LockStep
from noctule.app.lock_step_lanes import LockStepLanes
from noctule.app.market_road import MarketRoad
from noctule.domain.values import Timeframe
from noctule.engine.halts import Halts
from noctule.engine.shutdown import StopRequest
from tests.fakes.far_road import FarRoad
from tests.fakes.lane_desk import turns
from tests.fakes.trading_room import TradingRoom, new_room


def works(room: TradingRoom, **world: object) -> set[str]:
    changed = replace(room.world, **world)
    return set(
        course_of(changed, room.machine, room.trading, base=Timeframe.M1, stop=StopRequest())
    )


async def test_each_thing_that_a_world_wants_is_work_of_its_own(tmp_path: Path) -> None:
    room = await new_room(tmp_path, SystemClock())
    road = MarketRoad(FarRoad(), ScaledClock(SystemClock(), start_ms=0, speed=0), api_key="k")

    async def check(_halts: Halts) -> None:
        """Find all well."""

    assert works(room) == set()
    assert works(room, over=asyncio.Event()) == {"end of data"}
    assert works(room, candles_max=5) == {"until flat"}
    assert works(room, lock_step=LockStep(road, url="ws://there")) == {"lock-step"}
    assert works(room, late_check=check) == {"online check"}


async def test_in_lock_step_the_next_errand_waits_for_all_that_comes_of_the_last(
    tmp_path: Path,
) -> None:
    room = await new_room(tmp_path, SystemClock(), make_lanes=LockStepLanes)
    far = FarRoad()
    road = MarketRoad(far, ScaledClock(SystemClock(), start_ms=0, speed=0), api_key="k")
    lock_step = LockStep(road, url="ws://there")
    await lock_step.join()
    works(room, lock_step=lock_step)
    lanes = room.trading.lanes
    assert isinstance(lanes, LockStepLanes)
    waiting = asyncio.get_running_loop().create_task(as_coroutine(lanes.until_quiet()))
    await turns()
    assert far.streams[0].sent == [b'{"quiet":0,"frames":-1}']
    assert not waiting.done()
    far.streams[0].hear(b'{"step":1,"time":0,"frames":0}')
    await waiting


async def as_coroutine(awaited: Awaitable[None]) -> None:
    await awaited
