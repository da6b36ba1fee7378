"""Which world stands behind the ports, environment by environment."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.binance.settings import Environment
from noctule.adapters.clock.system import SystemClock
from noctule.app.live_world import live_world
from noctule.app.sim_world import sim_world
from noctule.app.world import World, binance_world
from noctule.config.settings import Configuration
from noctule.ports.clock import Clock

__all__ = ["WIRINGS", "OpenWorld", "Wiring", "ended_after"]


class OpenWorld(Protocol):
    """Makes a world that stands for as long as the context lasts."""

    def __call__(
        self, configuration: Configuration, /, *, clock: Clock, jitter: Random
    ) -> AbstractAsyncContextManager[World]:
        """Open it; `clock` is the wall's."""
        ...


class Wiring(Struct, frozen=True, kw_only=True):
    """What logs are dated by before there is a world, and how that one is opened."""

    clock: Callable[[], Clock]
    open: OpenWorld


def _paper_world(
    configuration: Configuration, *, clock: Clock, jitter: Random
) -> AbstractAsyncContextManager[World]:
    # It brings an exchange along, which nobody else shall hold in memory.
    from noctule.app.paper import paper_world

    return paper_world(configuration, clock=clock, jitter=jitter)


_BINANCE: Final = Wiring(clock=SystemClock, open=binance_world)

# Where they differ is in `reach`: whose hosts, over which road, and with which account.
WIRINGS: Final[Mapping[Environment, Wiring]] = {
    "sim": Wiring(clock=SystemClock, open=sim_world),
    "paper": Wiring(clock=SystemClock, open=_paper_world),
    "testnet": _BINANCE,
    "live": Wiring(clock=SystemClock, open=live_world),
}


def ended_after(candles: int) -> Mapping[Environment, Wiring]:
    """Return the same worlds, each of which ends by itself: so many candles on, once flat."""
    return {
        environment: replace(each, open=_ending(each.open, candles))
        for environment, each in WIRINGS.items()
    }


def _ending(opened: OpenWorld, candles: int) -> OpenWorld:
    @asynccontextmanager
    async def ending(
        configuration: Configuration, *, clock: Clock, jitter: Random
    ) -> AsyncIterator[World]:
        async with opened(configuration, clock=clock, jitter=jitter) as world:
            yield replace(world, candles_max=candles)

    return ending
