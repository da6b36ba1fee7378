"""A run has the course that its world gives it."""

import asyncio
from pathlib import Path

from msgspec.structs import replace

from noctule.adapters.clock import ScaledClock, SystemClock
from noctule.app.course import course_of
from noctule.app.lock_step import LockStep
from noctule.app.market_road import MarketRoad
from noctule.domain.values import Timeframe
from noctule.engine.halts import Halts
from noctule.engine.shutdown import StopRequest
from tests.fakes.far_road import FarRoad
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
