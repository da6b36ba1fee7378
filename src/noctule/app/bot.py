"""TradingBot: puts the parts together in order, runs them, and takes them apart in order."""

import os
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from functools import partial
from random import Random
from typing import Self, TextIO

from noctule.adapters.binance.settings import Environment
from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.banner import log_banner, log_world
from noctule.app.companions import Companions
from noctule.app.control import BotControl
from noctule.app.departure import depart
from noctule.app.desired import Desired, desired_by
from noctule.app.desks import open_desks
from noctule.app.exits import log_failed_start
from noctule.app.getting_going import greet, steps_to_trading
from noctule.app.machine import Machine
from noctule.app.records import redactor_of
from noctule.app.run_files import RunFiles
from noctule.app.starting import InitStep, take_steps
from noctule.app.subscriptions import subscribe_all
from noctule.app.surroundings import Surroundings
from noctule.app.taps import add_taps
from noctule.app.trading import Trading
from noctule.app.wiring import WIRINGS, Wiring
from noctule.app.world import World
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.events.base import DataEvent
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.order import OrderFilled
from noctule.domain.events.signal import SignalGenerated
from noctule.domain.values import Symbol
from noctule.engine.bus import EventBus
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.outcome import outcome_of
from noctule.engine.settings import ShutdownPolicy
from noctule.engine.shutdown import StopRequest
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log
from noctule.telemetry.redaction import Redactor

__all__ = ["TradingBot"]

_log = get_log(__name__)


class TradingBot:
    """One process, one account: `initialize`, `run`, `shutdown`."""

    # Made by `initialize`, in the order of its steps.
    _configuration: Configuration  # as started
    _wiring: Wiring
    _clock: Clock  # the wall's until the world has one
    _world: World
    _contracts: Contracts
    _desired: Desired
    _desks: Mapping[Symbol, Desk]
    machine: Machine
    bus: EventBus
    trading: Trading
    _companions: Companions | None = None

    def __init__(
        self,
        config: ConfigManager,
        *,
        wirings: Mapping[Environment, Wiring],
        approve: Callable[[Configuration], None],
        jitter: Random,
        console: TextIO | None,
        surroundings: Surroundings,
    ) -> None:
        self._config = config
        self._approve = approve
        self._wirings = wirings
        self._jitter = jitter
        self.stop = StopRequest()
        self._notifier = SystemdNotifier(os.environ)
        self._around = surroundings
        self._files = RunFiles(console, self._notifier, surroundings=surroundings)
        self._leaving = AsyncExitStack()  # closes the world
        self.redactor = Redactor()  # knows our secrets, for whoever prints without a log
        self.is_running = self._is_shut_down = False

    @classmethod
    def create(
        cls,
        config: ConfigManager,
        *,
        wirings: Mapping[Environment, Wiring] = WIRINGS,
        approve: Callable[[Configuration], None] = lambda _configuration: None,
        jitter: Random | None = None,
        console: TextIO | None = None,
        surroundings: Surroundings | None = None,
    ) -> Self:
        """Build the whole bot; nothing is read or opened until `initialize`.

        `approve` sees the configuration first and raises ConfigError if it may not be run.
        """
        return cls(
            config,
            wirings=wirings,
            approve=approve,
            jitter=jitter or Random(),  # noqa: S311  # spreads retries, guards nothing
            console=console,
            surroundings=surroundings or Surroundings(),
        )

    async def initialize(self) -> None:
        """Take the ten steps of the start, in their order, and log each."""
        await take_steps(self._initialization())

    async def run(self) -> None:
        """Trade until asked to stop, or until we cannot go on; leave in order either way."""
        async with self.machine.supervisor as supervisor:
            failure = await outcome_of(self._start_unless_asked())
            if failure is not None:
                log_failed_start(failure)
                supervisor.fatal = supervisor.fatal or failure
                self.stop.ask(f"start failed: {failure}")
            await self.shutdown(await self.stop.wait())
        if supervisor.fatal is not None:
            raise supervisor.fatal

    async def shutdown(self, cause: str = "shutdown") -> None:
        """Leave in order, each step within its deadline; doing it twice is harmless."""
        if self._is_shut_down:
            return
        self._is_shut_down = True
        self._notifier.stopping()
        desk, self.is_running = self.trading.departing(self._policy()), False
        await depart(
            cause,
            desk=desk,
            supervisor=self.machine.supervisor,
            bus=self.bus,
            records=self._files.records,
            close_world=self.leave_world,
            total_ms=self._configuration.settings.shutdown.timeout_seconds * 1000,
        )

    def reload(self) -> None:
        """Read the configuration anew: log levels and limits change, all else says it waits."""
        if self._companions is not None:
            self._companions.reload()
        else:
            _log.warning("configuration not reloaded: the bot is starting")

    async def leave_world(self) -> None:
        """Let go of the exchange; doing it twice is harmless."""
        await self._leaving.aclose()

    def close(self, failure: Exception | None = None) -> None:
        """Write how it ended, and all logs to their ends; what stands in none by then is lost."""
        self._files.close(failure)

    @property
    def control(self) -> BotControl:
        """Return what its owner speaks to, once it is put together."""
        assert self._companions is not None, "there is nobody to speak to yet"
        return self._companions.control

    # The ten steps

    def _initialization(self) -> Mapping[str, InitStep]:
        """Return the steps by name; their order is the customer's, and part of the contract."""
        return {
            "configuration": self._load_configuration,
            "logging": self._open_records,
            "banner": self._show_banner,
            "collector": self._make_collector,
            "executor": self._make_executor,
            "risk": self._make_risk,
            "strategies": self._make_strategies,
            "event bus": self._make_bus,
            "event handlers": self._setup_event_handlers,
            "leverage": self._set_leverage,
        }

    def _load_configuration(self) -> None:
        self._configuration = self._config.load()
        self.redactor = redactor_of(self._configuration)
        self._approve(self._configuration)
        self._wiring = self._wirings[self._configuration.settings.api.environment]

    def _open_records(self) -> None:
        self._clock = self._wiring.clock()
        self._files.open_records(self._configuration, clock=self._clock)

    def _show_banner(self) -> None:
        log_banner(self._configuration)

    async def _make_collector(self) -> None:
        opening = self._wiring.open(self._configuration, clock=self._clock, jitter=self._jitter)
        self._world = await self._leaving.enter_async_context(opening)
        log_world(self._world.exchange, trades=self._world.account is not None)
        self._clock = self._world.clock

    async def _make_executor(self) -> None:
        await self.stop.unless_asked(self._files.restarts.wait)
        await self.stop.unless_asked(partial(greet, self._world))
        self._contracts = Contracts()
        await self._contracts.read_rules(self._world.venue)

    def _make_risk(self) -> None:
        started_ms = self._wiring.clock().now_ms()
        memory = self._files.open_memory(self._configuration, started_ms=started_ms)
        self._desired = desired_by(self._configuration, memory=memory, ask_stop=self.stop.ask)

    def _make_strategies(self) -> None:
        settings = self._configuration.settings
        self._desks = open_desks(settings, left_out=self._world.untradable())

    def _make_bus(self) -> None:
        self.machine = machine = Machine(
            clock=self._clock,
            jitter=self._jitter,
            on_fatal=self.stop.ask,
            on_move=self._note_move,
            around=self._around,
        )
        self.bus = machine.bus
        machine.hear("collector", self._world.collector, self._on_candle_received)
        if self._world.account is not None:
            machine.hear("account", self._world.account, self.bus.publish)

    def _setup_event_handlers(self) -> None:
        self.trading = Trading(
            self._world, self.machine, self._desks, self._contracts, self._desired
        )
        self.machine.add(self.trading.lanes)
        self.bus.turns.on_orders_heard = self.trading.lanes.set_off
        add_taps(self.bus, self._files.records, self._desks, account=self._world.account_tag)
        subscribe_all(
            self.bus,
            self.trading,
            on_candle_closed=self._on_candle_closed,
            on_signal_generated=self._on_signal_generated,
            on_order_filled=self._on_order_filled,
        )
        self._companions = Companions(
            self._config,
            self._configuration,
            world=self._world,
            machine=self.machine,
            trading=self.trading,
            desks=self._desks,
            contracts=self._contracts,
            files=self._files,
            notifier=self._notifier,
            stop=self.stop,
        )

    async def _set_leverage(self) -> None:
        """Judge whether the account fits; its symbols are set once what is held is guarded."""
        await self.stop.unless_asked(self.trading.setting_up.judge)

    def _policy(self) -> ShutdownPolicy:
        """Return what becomes of positions; that a start failed is no wish to sell them."""
        has_failed = not self.is_running and self.machine.supervisor.fatal is not None
        return "keep" if has_failed else self._configuration.settings.shutdown.policy

    def _note_move(self) -> None:
        if self._companions is not None:
            self._companions.note_move()

    # Doors from the world and the queues to their handlers

    async def _on_candle_received(self, event: DataEvent) -> None:
        await self.machine.breather.breathe()  # before it is handed in: a cancel leaves it whole
        await self.bus.hand_in(event)

    def _on_candle_closed(self, event: CandleClosed) -> Coroutine[object, None, None] | None:
        return self.trading.market.on_candle_closed(event)

    async def _on_signal_generated(self, event: SignalGenerated) -> None:
        await self.trading.signals.on_signal_generated(event)

    async def _on_order_filled(self, event: OrderFilled) -> None:
        await self.trading.orders.on_order_filled(event)

    async def _start_unless_asked(self) -> None:
        """Recover before all else; then read history, and hear the market."""
        assert self._companions is not None, "a bot runs once it is put together"
        beside = self._companions.upkeep()
        self.machine.move({**self._world.upkeep, **self.trading.upkeep(), **beside})
        for step in steps_to_trading(self._world, self.machine, self.trading, self._desks):
            if not await self.stop.unless_asked(step.act, grace_ms=step.grace_ms):
                return
        self.trading.open_for_entries()
        self.is_running = True
        self._notifier.ready()
        _log.info("running")
