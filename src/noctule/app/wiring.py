"""Which concrete parts stand behind the ports, environment by environment."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from noctule.adapters.binance.settings import Environment
from noctule.adapters.clock.system import SystemClock
from noctule.adapters.offline.collector import OfflineCollector
from noctule.adapters.offline.executor import OfflineExecutor, OfflineSetup
from noctule.ports.clock import Clock
from noctule.ports.collector import Collector
from noctule.ports.executor import Executor
from noctule.ports.setup import Setup

__all__ = ["WIRINGS", "Wiring"]


class Wiring(Struct, frozen=True, kw_only=True):
    """How to make each part of the world; they are made one by one, in the order of the start."""

    clock: Callable[[], Clock]
    collector: Callable[[], Collector]
    executor: Callable[[], Executor]
    setup: Callable[[], Setup]
    exchange: str | None  # what we trade on, for people; None while nothing is wired


_OFFLINE: Final = Wiring(
    clock=SystemClock,
    collector=OfflineCollector,
    executor=OfflineExecutor,
    setup=OfflineSetup,
    exchange=None,
)

WIRINGS: Final[Mapping[Environment, Wiring]] = {
    "sim": _OFFLINE,
    "paper": _OFFLINE,
    "testnet": _OFFLINE,
    "live": _OFFLINE,
}
