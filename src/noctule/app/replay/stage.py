"""The parts that traded, made again on a recorded clock, with nothing behind them."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any, Final

from noctule.adapters.store.journal_records import RunBegan
from noctule.adapters.store.store import Store
from noctule.app.desired import Desired
from noctule.app.desks import open_desks
from noctule.app.machine import Machine
from noctule.app.news import news_windows
from noctule.app.replay.clock import RecordedClock
from noctule.app.strategy_markers import StrategyMarkers
from noctule.app.subscriptions import subscribe_all
from noctule.app.trading import Trading
from noctule.app.world import World
from noctule.config.settings import Configuration
from noctule.domain.events.base import Event, QueueName
from noctule.domain.memory import DeskMemory
from noctule.engine.contracts import Contracts
from noctule.engine.deeds import ContractsKnown
from noctule.engine.outcome import at_once
from noctule.telemetry.writer import Runner

__all__ = ["Stage"]

# Whoever asks the world of a replay for anything fails by that alone.
_NOBODY: Final[Any] = object()
_NOWHERE: Final = Path("/nonexistent/replay")


class Stage:
    """One run's trading: events are put in, and what follows from them comes out."""

    def __init__(
        self,
        run: RunBegan,
        configuration: Configuration,
        contracts: ContractsKnown,
        clock: RecordedClock,
    ) -> None:
        self.settings = configuration.settings
        self.offset_ms: float | None = None  # of the clocks, as told last
        self.desks = open_desks(self.settings)
        self.contracts = Contracts()
        self.contracts.take(contracts.instruments, contracts.terms)
        has_account = run.account is not None
        world = World(
            exchange=None,
            clock=clock,
            collector=_NOBODY,
            executor=_NOBODY,
            venue=_NOBODY,
            setup=_NOBODY,
            account=_NOBODY if has_account else None,
            account_tag=run.account,
            clock_offset_ms=lambda: self.offset_ms,
            greet=_NOBODY,
        )
        machine = Machine(
            clock=clock,
            jitter=Random(0),  # noqa: S311  # unused
            on_fatal=_ignore,
            on_move=lambda: None,
        )
        memory = Store(_NOWHERE, runner=Runner.INLINE)  # never opened: it keeps all to itself
        memory.save(run.memory or DeskMemory())
        desired = Desired(
            settings=self.settings,
            news=news_windows(configuration),
            memory=memory,
            markers=StrategyMarkers(_NOWHERE, account="replay", fingerprints={}),
            ask_stop=_ignore,
        )
        self.trading = Trading(world, machine, self.desks, self.contracts, desired)
        self._bus = machine.bus
        subscribe_all(
            self._bus,
            self.trading,
            on_candle_closed=self.trading.market.on_candle_closed,
            on_signal_generated=self.trading.signals.on_signal_generated,
            on_order_filled=self.trading.orders.on_order_filled,
        )
        self.memory = self.trading.remembering.recall()
        self.trading.control.restore(self.memory.halts)

    def hear(self, event: Event) -> tuple[Event, ...]:
        """Let everyone hear an event; return what they published."""
        told = self._bus.hear(event)
        self.trading.lanes.give_up()
        return told

    def carry_out(
        self, work: Callable[[], Coroutine[object, None, None] | None]
    ) -> tuple[Event, ...]:
        """Do something that no event causes; return what it published."""
        told = self._bus.apart(QueueName.ORDER, lambda: _finish(work()))
        self.trading.lanes.give_up()
        return told


def _finish(work: Coroutine[object, None, None] | None) -> None:
    """Run to its end what waits for nothing."""
    if work is not None:
        at_once(work)


def _ignore(_cause: str) -> None:
    """Stop nothing: what ends a replay is the end of its records."""
