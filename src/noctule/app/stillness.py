"""When nothing more will come of what was heard: all is at rest, and stays so."""

import asyncio
from collections.abc import Callable
from typing import Final

from noctule.app.machine import Machine
from noctule.app.market_road import MarketRoad
from noctule.domain.events.base import Event
from noctule.engine.lifecycle import ComponentState

__all__ = ["Stillness"]

# From a frame to the last request that it causes no chain of wake-ups takes more turns at a time.
_TURNS: Final = 12
_NAP_S: Final = 0.01  # while the bot is not up: nothing is to be counted then
_UP: Final = frozenset({ComponentState.RUNNING, ComponentState.DEGRADED})


class Stillness:
    """Counts what happens in a bot, and tells when that has stopped."""

    def __init__(self, machine: Machine, road: MarketRoad, *, is_idle: Callable[[], bool]) -> None:
        self._machine = machine
        self._road = road
        self._is_idle = is_idle  # nothing waits in the lanes
        self._events = 0
        machine.bus.add_tap(self._count)

    async def settle(self) -> None:
        """Return once the bot is up and nothing moves in it for so many turns of the loop."""
        still, seen = 0, self._moves()
        while still < _TURNS:
            await self._all_heard()
            is_up = self._is_up()
            await asyncio.sleep(0 if is_up else _NAP_S)
            now = self._moves()
            still = still + 1 if is_up and now == seen and self._is_idle() else 0
            seen = now

    async def pause(self) -> None:
        """Return once nothing moves, whatever waits in the lanes still."""
        still, seen = 0, self._moves()
        while still < _TURNS:
            await self._all_heard()
            await asyncio.sleep(0)
            now = self._moves()
            still = still + 1 if now == seen else 0
            seen = now

    async def _all_heard(self) -> None:
        await self._road.at_rest()
        await self._machine.bus.settle()

    def _count(self, _event: Event) -> None:
        self._events += 1

    def _moves(self) -> tuple[int, int]:
        return self._events, self._road.moves

    def _is_up(self) -> bool:
        states = self._machine.supervisor.states()
        return all(state in _UP for state in states.values())
