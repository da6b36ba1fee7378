"""Where the market comes from: an iterator of events in the order of their times."""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from noctule.adapters.sim.events import MarkTick, Tick

__all__ = ["Instant", "MarketEvent", "Source"]


class Instant(Struct, frozen=True, kw_only=True):
    """Nothing but that time has passed: a minute without trades ends all the same."""

    time_ms: int


MarketEvent: TypeAlias = Tick | MarkTick | Instant
Source: TypeAlias = Iterator[MarketEvent]
