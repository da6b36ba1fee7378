"""A control handler on a live bus, and what it asked of others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from noctule.adapters.clock import VirtualClock
from noctule.domain.commands import (
    AnyCommand,
)
from noctule.domain.events.base import Event
from noctule.domain.events.desk import ExitRequested
from noctule.domain.events.order import (
    CommandReceived,
    OrderTimerFired,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.memory import HaltMemory
from noctule.domain.values import Symbol
from noctule.engine.halts import Halts
from noctule.engine.handlers.control import ControlHandler, DeskDoors
from noctule.engine.timers import Timers
from tests.builders import BTCUSDT
from tests.fakes.bus import live, new_bus
from tests.fakes.timers import running

__all__ = ["ETHUSDT", "ControlDesk", "at_work"]

ETHUSDT: Final = Symbol("ETHUSDT")


class ControlDesk:
    """A control handler on a live bus, what it published, and what it asked of others."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.bus = new_bus()
        self.timers = Timers(clock=clock, bus=self.bus)
        self.halts = Halts()
        self.busy = [BTCUSDT, ETHUSDT]
        self.asked: list[str] = []
        self.told: list[Event] = []
        self.control = ControlHandler(
            bus=self.bus,
            clock=clock,
            timers=self.timers,
            halts=self.halts,
            doors=DeskDoors(
                busy_symbols=lambda: self.busy,
                cancel_entries=self._cancel_entries,
                restart_peak=lambda: self.asked.append("restart peak"),
                remember=lambda: self.asked.append("remember"),
                disable=self._disable,
                enable=self._enable,
                drop_reversal=lambda symbol: self.asked.append(f"drop reversal {symbol}"),
                ask_stop=self.asked.append,
            ),
        )
        self.bus.subscribe(CommandReceived, self.control.on_command_received)
        self.bus.subscribe(OrderTimerFired, self.control.on_order_timer_fired)
        for kind in (TradingHalted, TradingResumed, ExitRequested):
            self.bus.subscribe(kind, self.told.append)

    def _disable(self, strategy: str, reason: str) -> tuple[Symbol, ...]:
        self.asked.append(f"disable {strategy}: {reason}")
        return (BTCUSDT, ETHUSDT) if strategy == "trend" else ()

    def _enable(self, strategy: str) -> tuple[Symbol, ...]:
        self.asked.append(f"enable {strategy}")
        return (BTCUSDT, ETHUSDT) if strategy == "trend" else ()

    async def command(self, command: AnyCommand) -> None:
        """Submit it, and let the bus come to rest."""
        await self.control.submit(command)
        await self.bus.settle()

    async def break_for(self, halt: HaltMemory) -> None:
        """Halt as a breaker does."""
        await self.control.halt([halt], trace="t")
        await self.bus.settle()

    def reasons(self) -> list[str]:
        """Return the checks that say no."""
        return [each.check for each in self.halts.reasons(self.clock.now_ms())]

    async def _cancel_entries(self, symbol: Symbol | None) -> None:
        self.asked.append(f"cancel entries of {symbol}")


@asynccontextmanager
async def at_work(desk: ControlDesk) -> AsyncIterator[None]:
    async with live(desk.bus), running(desk.timers):
        yield
