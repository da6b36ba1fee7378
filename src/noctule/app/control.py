"""The bot as its owner may speak to it: how things are, what is to be done, what has changed."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from msgspec import Struct

from noctule import __version__
from noctule.adapters.clock import SystemClock
from noctule.adapters.control.socket import ControlSocket
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.adapters.store.store import Store
from noctule.app.machine import Machine
from noctule.app.records import Records
from noctule.app.reload import Reloading
from noctule.app.trading import Trading
from noctule.app.world import World
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.commands import (
    AnyCommand,
    CommandOutcome,
    CommandRefused,
    DisableStrategy,
    EnableStrategy,
    Flatten,
    ReloadOutcome,
)
from noctule.domain.status import ComponentView, HealthView, LossView, Phase, StatusView
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.shutdown import StopRequest
from noctule.engine.status import StatusSources, standing_of
from noctule.engine.status_notes import StatusNotes
from noctule.engine.supervisor import GiveUp, RestartPolicy
from noctule.ports.clock import Clock

__all__ = ["BotControl", "Door", "Overseen"]

_START: Final = "start"  # the check that keeps entries off until all is known
_POLICY: Final = RestartPolicy(
    attempts_max=1_000_000, backoff_max_ms=60_000, give_up=GiveUp.LEAVE
)  # nobody trades by it, and its owner may repair what is wrong
_EARLY: Final = "what an earlier run left is being taken over, ask again in a moment"
_LATE: Final = "the bot is stopping: what it holds is left as its shutdown policy says"


class Overseen(Struct, frozen=True, kw_only=True):
    """Everything that status tells of, and commands go to."""

    configuration: Configuration
    world: World
    machine: Machine
    trading: Trading
    desks: Mapping[Symbol, Desk]
    contracts: Contracts
    records: Records
    store: Store
    stop: StopRequest
    wall: Clock = SystemClock()


class BotControl:
    """Implements the Control port for the whole bot."""

    def __init__(
        self, overseen: Overseen, config: ConfigManager, *, notifier: SystemdNotifier
    ) -> None:
        self._of = overseen
        self._reloading = Reloading(
            config,
            overseen.configuration,
            records=overseen.records,
            adopt=overseen.trading.adopt,
            notifier=notifier,
            is_started=lambda: self.phase is Phase.RUNNING,
        )
        self.health: Callable[[], HealthView | None] = lambda: None  # set by who watches over it
        self._started_ms = overseen.wall.now_ms()
        self._began_ms = overseen.trading.clock.elapsed_ms()
        self._notes = StatusNotes(started_ms=overseen.trading.clock.now_ms())
        self._notes.listen(overseen.machine.bus)
        self._sources = _sources(overseen, self._notes)

    @property
    def phase(self) -> Phase:
        """Return how far the bot has come."""
        trading = self._of.trading
        if self._of.stop.cause is not None:
            return Phase.STOPPING
        reasons = trading.halts.reasons(trading.clock.now_ms())
        if _START not in {each.check for each in reasons}:
            return Phase.RUNNING
        is_guarding = self._of.world.account is not None and not trading.book.is_recovered
        return Phase.RECOVERING if is_guarding else Phase.WARMING_UP

    def status(self) -> StatusView:
        """Return how things are now."""
        of, clock = self._of, self._of.trading.clock
        standing = standing_of(self._sources)
        return StatusView(
            version=__version__,
            process=os.getpid(),
            environment=of.configuration.settings.api.environment,
            exchange=of.world.exchange,
            phase=self.phase,
            at_ms=clock.now_ms(),
            started_ms=self._started_ms,
            up_ms=clock.elapsed_ms() - self._began_ms,
            timeframe=of.configuration.settings.trading.timeframe,
            shutdown_policy=of.configuration.settings.shutdown.policy,
            markets=standing.markets,
            positions=standing.positions,
            orders=standing.orders,
            account=standing.account,
            risk=standing.risk,
            halts=standing.halts,
            today=standing.today,
            health=self.health(),
            components=tuple(
                ComponentView(name=name, state=state.value)
                for name, state in of.machine.supervisor.states().items()
            ),
            losses=tuple(_losses(of.records, of.store)),
        )

    async def submit(self, command: AnyCommand) -> CommandOutcome | CommandRefused:
        """Have a command carried out, unless it makes no sense now."""
        refused = self._refusal(command)
        if refused is not None:
            return refused
        return await self._of.trading.control.carry_out(command)

    def reload(self, *, actor: str, origin: str) -> ReloadOutcome:
        """Read the configuration anew."""
        return self._reloading.reload(actor=actor, origin=origin)

    def _refusal(self, command: AnyCommand) -> CommandRefused | None:
        phase = self.phase
        if phase is Phase.STOPPING:
            return CommandRefused(problem=_LATE)
        match command:
            case Flatten() if phase is Phase.RECOVERING:
                return CommandRefused(problem=_EARLY, is_early=True)
            case Flatten(symbol=symbol) if symbol is not None:
                traded = {*self._of.desks, *self._of.trading.desk.busy_symbols}
                return _unless_known("symbol", symbol, traded)
            case EnableStrategy(strategy=name) | DisableStrategy(strategy=name):
                strategies = self._of.trading.strategies.opinions.strategies
                return _unless_known("strategy", name, {*strategies})
            case _:
                return None


class Door:
    """The control socket, in the supervisor's care; open from before recovery to the very end."""

    def __init__(self, overseen: Overseen, control: BotControl) -> None:
        path = overseen.configuration.settings.control.socket
        self._supervisor = overseen.machine.supervisor
        self._socket = None if path is None else ControlSocket(path, control)

    async def open(self) -> None:
        """Let the socket be opened, and be opened again whenever it fails; nobody waits for it."""
        if self._socket is not None:
            self._supervisor.add(self._socket, _POLICY)
            await self._supervisor.bring_up(self._socket.name)


def _sources(overseen: Overseen, notes: StatusNotes) -> StatusSources:
    trading = overseen.trading
    return StatusSources(
        desks=overseen.desks,
        desk=trading.desk,
        book=trading.book,
        contracts=overseen.contracts,
        halts=trading.halts,
        risk=trading.risk,
        freshness=trading.market.freshness,
        notes=notes,
        clock=trading.clock,
        halted_since_ms=trading.control.since_ms,
        waits_for=trading.strategies.waits_for,
    )


def _losses(records: Records, store: Store) -> Iterator[LossView]:
    logs = (
        ("application log", records.logger.lost, None),
        ("trade log", records.trades.lost, records.trades.last_error),
        ("audit log", records.audit.lost, records.audit.last_error),
        ("store", store.lost, store.last_error),
    )
    for name, lost, error in logs:
        if lost:
            yield LossView(log=name, lost=lost, cause=None if error is None else str(error))


def _unless_known(what: str, name: str, known: Collection[str]) -> CommandRefused | None:
    if name in known:
        return None
    told = ", ".join(sorted(known)) or "none"
    return CommandRefused(problem=f"there is no {what} {name} here, but {told}")
