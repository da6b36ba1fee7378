"""The world of a simulation: the real adapter on an exchange whose market can wait, and can end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from msgspec.structs import replace

from noctule.app.lock_step import LockStep
from noctule.app.lock_step_lanes import LockStepLanes
from noctule.app.reach import reach
from noctule.app.world import World, world_of
from noctule.config.settings import Configuration
from noctule.engine.lanes import Lanes
from noctule.ports.clock import Clock

__all__ = ["sim_world"]


@asynccontextmanager
async def sim_world(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[World]:
    """Open the simulated exchange, here or elsewhere; `clock` is the wall's.

    In lock-step the market stands from the greeting on, before anything of it is heard.
    """
    async with reach(configuration, clock=clock, jitter=jitter) as reached:
        road = reached.market_road
        assert road is not None, f"{reached.exchange} is no simulation"
        world = world_of(configuration, market=reached, trading=reached, jitter=jitter)
        url = reached.lock_step_url
        lock_step = None if url is None else LockStep(road, url=url)

        async def greet() -> None:
            if lock_step is not None:
                await lock_step.join()
            await world.greet()

        try:
            yield replace(
                world,
                greet=greet,
                lock_step=lock_step,
                make_lanes=Lanes if lock_step is None else LockStepLanes,
                over=road.over,
                spoiled=reached.spoiled,
            )
        finally:
            if lock_step is not None:
                await lock_step.leave()
