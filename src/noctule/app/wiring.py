"""Which world stands behind the ports, environment by environment."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from random import Random
from typing import Final, Protocol

from msgspec import Struct

from noctule.adapters.binance.settings import Environment
from noctule.adapters.clock.system import SystemClock
from noctule.app.paper import paper_world
from noctule.app.world import World, binance_world
from noctule.config.settings import Configuration
from noctule.ports.clock import Clock

__all__ = ["WIRINGS", "OpenWorld", "Wiring"]


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


_BINANCE: Final = Wiring(clock=SystemClock, open=binance_world)

# Where they differ is in `reach`: whose hosts, over which road, and with which account.
WIRINGS: Final[Mapping[Environment, Wiring]] = {
    "sim": _BINANCE,
    "paper": Wiring(clock=SystemClock, open=paper_world),
    "testnet": _BINANCE,
    "live": _BINANCE,
}
