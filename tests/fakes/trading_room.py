"""Everything that trades, put together as the program does, around a world made of stand-ins."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import cast

from noctule.adapters.store.store import Store
from noctule.app.desired import desired_by
from noctule.app.desks import open_desks
from noctule.app.machine import Machine
from noctule.app.trading import Trading
from noctule.app.world import World
from noctule.domain.events.base import OrderEvent
from noctule.domain.memory import DeskMemory
from noctule.engine.contracts import Contracts
from noctule.engine.lanes import Lanes
from noctule.ports.clock import Clock
from tests.fakes.desk_events import ACCOUNT
from tests.fakes.floor import known_contracts, listed
from tests.fakes.home import config_at
from tests.fakes.lane_desk import LaneDesk
from tests.fakes.notebook import Notebook
from tests.fakes.offline import OfflineSetup, OfflineVenue
from tests.fakes.quiet_collector import QuietCollector

__all__ = ["TradingRoom", "new_room"]

_NOTHING: tuple[OrderEvent, ...] = ()


class QuietAccount:
    """An account to which nothing happens."""

    async def start(self) -> None:
        """Connect to nothing."""

    async def events(self) -> AsyncIterator[OrderEvent]:
        await asyncio.Event().wait()
        for event in _NOTHING:
            yield event

    async def stop(self) -> None:
        """Let go of nothing."""


class TradingRoom:
    """The trading under its own name, and what stands around it."""

    def __init__(
        self, world: World, trading: Trading, machine: Machine, notebook: Notebook
    ) -> None:
        self.world = world
        self.trading = trading
        self.machine = machine
        self.contracts = trading._contracts
        self.notebook = notebook

    def reasons(self) -> dict[str, str]:
        """Return which checks keep entries off, and why."""
        found = self.trading.halts.reasons(self.trading.clock.now_ms())
        return {each.check: each.text for each in found}


async def new_room(
    home: Path,
    clock: Clock,
    *overrides: str,
    memory: DeskMemory | None = None,
    has_account: bool = True,
    knows_terms: bool = True,
    setup: OfflineSetup | None = None,
    make_lanes: type[Lanes] = Lanes,
) -> TradingRoom:
    """Put it together for a bot at home whose contracts are known."""
    venue, notebook = LaneDesk(), Notebook(*(() if memory is None else (memory,)))
    world = World(
        exchange="a scripted one",
        clock=clock,
        collector=QuietCollector(),
        executor=venue,
        venue=venue,
        setup=setup or OfflineSetup(),
        account=QuietAccount() if has_account else None,
        account_tag=ACCOUNT if has_account else None,
        greet=_say_nothing,
        make_lanes=make_lanes,
    )
    machine = Machine(
        clock=clock, jitter=Random(1), on_fatal=lambda _cause: None, on_move=lambda: None
    )
    configuration = config_at(home, *overrides).load()
    memory_port = cast("Store", notebook)  # it can all that trading asks of one
    desired = desired_by(configuration, memory=memory_port, ask_stop=lambda _cause: None)
    desks, contracts = open_desks(configuration.settings), await known_contracts()
    if not knows_terms:
        contracts = Contracts()
        await contracts.read_rules(OfflineVenue(clock, instruments=listed))
    trading = Trading(world, machine, desks, contracts, desired)
    return TradingRoom(world, trading, machine, notebook)


async def _say_nothing() -> None:
    """Know everything already."""
