"""The world of real money: the exchange itself, asked whether all is well before anything else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from msgspec.structs import replace

from noctule.app.live_check import LiveCheck
from noctule.app.reach import reach
from noctule.app.world import World, world_of
from noctule.config.settings import Configuration
from noctule.ports.clock import Clock

__all__ = ["live_world"]


@asynccontextmanager
async def live_world(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AsyncIterator[World]:
    """Open the exchange; the check is part of the greeting, so nothing is set or sent before it."""
    async with reach(configuration, clock=clock, jitter=jitter) as reached:
        world = world_of(configuration, market=reached, trading=reached, jitter=jitter)
        check = LiveCheck(reached, configuration.settings, venue=world.venue, jitter=jitter)

        async def greet() -> None:
            await world.greet()
            await check.before_start()

        yield replace(world, greet=greet, late_check=check.keep)
