"""The order queue's work on what operators and breakers decide: pause, resume, flatten, stop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from msgspec import Struct

from noctule.domain.commands import (
    AnyCommand,
    CancelAll,
    CommandOutcome,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    Pause,
    Resume,
    Stop,
)
from noctule.domain.events.base import QueueName
from noctule.domain.events.desk import ExitRequested
from noctule.domain.events.order import (
    CommandReceived,
    OrderTimerFired,
    TradingHalted,
    TradingResumed,
)
from noctule.domain.ids import trace_of
from noctule.domain.memory import HaltMemory
from noctule.domain.trade import ExitReason
from noctule.domain.values import Symbol
from noctule.engine.bus import Publisher
from noctule.engine.halts import Halts
from noctule.engine.timers import Timers
from noctule.ports.clock import Clock
from noctule.risk.breakers import DRAWDOWN
from noctule.telemetry.logs import get_log

__all__ = ["PAUSE", "ControlHandler", "DeskDoors"]

PAUSE: Final = "pause"  # the check that says no
_TIMER: Final = "halt:"

_log = get_log(__name__)


class DeskDoors(Struct, frozen=True, kw_only=True):
    """What a command can ask of the rest of the bot."""

    busy_symbols: Callable[[], Iterable[Symbol]]  # where something is held or entered
    cancel_entries: Callable[[Symbol | None], Awaitable[None]]
    restart_peak: Callable[[], None]  # from here on drawdown is counted anew
    remember: Callable[[], None]  # the halts have changed
    disable: Callable[[str, str], Iterable[Symbol]]  # a strategy, for a reason
    enable: Callable[[str], Iterable[Symbol]]  # a strategy, made anew
    drop_reversal: Callable[[Symbol], None]
    ask_stop: Callable[[str], None]


class ControlHandler:
    """Turns entries off and on, and passes on what else is commanded."""

    def __init__(
        self, *, bus: Publisher, clock: Clock, timers: Timers, halts: Halts, doors: DeskDoors
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._timers = timers
        self._halts = halts
        self._doors = doors
        self._since_ms: dict[str, int] = {}  # by check, as many as there are
        self._waiting: dict[int, asyncio.Future[CommandOutcome]] = {}  # by the command's identity

    async def submit(self, command: AnyCommand) -> None:
        """Put a command on the order queue; whoever talks to operators calls this."""
        now_ms = self._clock.now_ms()
        trace = trace_of(command.word.replace(" ", "-"), now_ms)
        await self._bus.publish(CommandReceived(at_ms=now_ms, trace=trace, command=command))

    async def carry_out(self, command: AnyCommand) -> CommandOutcome:
        """Have a command carried out in its turn, and return what it came to."""
        done: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
        self._waiting[id(command)] = done
        try:
            await self.submit(command)
            return await done
        finally:
            del self._waiting[id(command)]

    def since_ms(self, check: str) -> int | None:
        """Return since when this process keeps entries off for what was decided."""
        return self._since_ms.get(check)

    def restore(self, remembered: Iterable[HaltMemory]) -> None:
        """Halt for what a process before us decided; before the first signal."""
        for halt in self._halts.restore(remembered, self._clock.now_ms()):
            self._set_timer(halt)
            _log.warning("entries still halted", check=halt.check, cause=halt.cause)

    async def halt(self, halts: Iterable[HaltMemory], trace: str) -> None:
        """Halt for what breakers found, and say so where it is news."""
        for halt in halts:
            await self._halt(halt, trace)

    async def on_command_received(self, event: CommandReceived) -> None:
        """Do what is asked; it works while entries are halted, too."""
        command, trace = event.command, event.trace
        name = command.word
        _log.info("command received", command=name, actor=command.actor, origin=command.origin)
        symbols: Iterable[Symbol] = ()
        lifted: tuple[HaltMemory, ...] = ()
        match command:
            case Pause():
                cause = command.reason or f"paused by {command.actor}"
                pause = HaltMemory(check=PAUSE, cause=cause, actor=command.actor, ends_ms=None)
                await self._halt(pause, trace)
            case Resume():
                lifted = await self._resume(command.actor, trace)
            case Flatten():
                symbols = await self._flatten(command, trace)
            case CancelAll():
                await self._doors.cancel_entries(command.symbol)
            case DisableStrategy() | EnableStrategy():
                symbols = await self._switch(command)
            case Stop():
                self._doors.ask_stop(f"{command.actor} asked for it")
        self._tell_outcome(command, symbols, lifted)

    async def on_order_timer_fired(self, event: OrderTimerFired) -> None:
        """Let entries go on where a halt has ended."""
        if not event.timer.startswith(_TIMER):
            return
        ended = self._halts.expire(self._clock.now_ms())
        self._forget(ended)
        for halt in ended:
            _log.info("halt ended", check=halt.check, cause=halt.cause)
        if ended:
            self._doors.remember()
            await self._tell_resumed(ended[-1].actor, event.trace)

    async def _halt(self, halt: HaltMemory, trace: str) -> None:
        if not self._halts.decide(halt):
            return
        self._since_ms.setdefault(halt.check, self._clock.now_ms())
        self._set_timer(halt)
        self._doors.remember()
        _log.warning("entries halted", check=halt.check, cause=halt.cause, ends_ms=halt.ends_ms)
        await self._bus.publish(
            TradingHalted(
                at_ms=self._clock.now_ms(),
                trace=trace,
                cause=halt.cause,
                actor=halt.actor,
                ends_ms=halt.ends_ms,
            )
        )

    async def _resume(self, actor: str, trace: str) -> tuple[HaltMemory, ...]:
        """Lift what waits for somebody, and return it; what ends by itself, or is so, goes on."""
        lifted = self._halts.resume()
        self._forget(lifted)
        if any(halt.check == DRAWDOWN for halt in lifted):
            self._doors.restart_peak()  # or it would halt again at once
        if lifted:
            self._doors.remember()
            await self._tell_resumed(actor, trace)
        left = self._halts.reasons(self._clock.now_ms())
        if left:
            _log.warning("entries stay halted", reasons="; ".join(each.text for each in left))
        return lifted

    async def _tell_resumed(self, actor: str, trace: str) -> None:
        """Say that entries are on again, unless another decision keeps them off."""
        if self._halts.memory():
            return
        _log.info("entries resumed", actor=actor)
        now_ms = self._clock.now_ms()
        await self._bus.publish(TradingResumed(at_ms=now_ms, trace=trace, actor=actor))

    async def _switch(self, command: DisableStrategy | EnableStrategy) -> tuple[Symbol, ...]:
        """Turn one strategy off or on, without a word to the others; return on which symbols."""
        name = command.strategy
        if isinstance(command, EnableStrategy):
            symbols = tuple(self._doors.enable(name))
            told = "strategy enabled"
        else:
            symbols = tuple(self._doors.disable(name, f"disabled by {command.actor}"))
            told = "strategy disabled"
            for symbol in symbols:
                self._doors.drop_reversal(symbol)
                await self._doors.cancel_entries(symbol)
        if symbols:
            _log.warning(told, strategy=name, symbols=", ".join(symbols), actor=command.actor)
        else:
            _log.warning("nothing to switch", strategy=name, command=type(command).__name__)
        return symbols

    async def _flatten(self, command: Flatten, trace: str) -> list[Symbol]:
        now_ms = self._clock.now_ms()
        symbols = [
            symbol for symbol in self._doors.busy_symbols() if command.symbol in (None, symbol)
        ]
        if not symbols:
            _log.info("nothing to flatten", symbol=command.symbol or "all")
        for symbol in symbols:
            await self._bus.publish(
                ExitRequested(
                    at_ms=now_ms,
                    trace=trace,
                    symbol=symbol,
                    reason=ExitReason.FLATTEN,
                    actor=command.actor,
                )
            )
        return symbols

    def _tell_outcome(
        self, command: AnyCommand, symbols: Iterable[Symbol], lifted: Iterable[HaltMemory]
    ) -> None:
        """Answer whoever waits for this command, if anybody does still."""
        done = self._waiting.get(id(command))
        if done is None or done.done():
            return
        now_ms = self._clock.now_ms()
        done.set_result(
            CommandOutcome(
                at_ms=now_ms,
                symbols=tuple(symbols),
                lifted=tuple(each.cause for each in lifted),
                halts=tuple(each.text for each in self._halts.reasons(now_ms)),
            )
        )

    def _forget(self, halts: Iterable[HaltMemory]) -> None:
        for each in halts:
            self._since_ms.pop(each.check, None)

    def _set_timer(self, halt: HaltMemory) -> None:
        if halt.ends_ms is not None:
            self._timers.at(f"{_TIMER}{halt.check}", halt.ends_ms, QueueName.ORDER)
