"""The parts that trade, made for a run in which nobody waits: inline, on the market's own time."""

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final, cast

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
from noctule.domain.events.base import Event, OrderEvent
from noctule.domain.events.order import OrderAccepted
from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.memory import DeskMemory
from noctule.domain.order import OrderState
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from noctule.engine.inline_lanes import InlineLanes
from noctule.engine.timers import Axis
from noctule.ports.executor import Executor
from noctule.ports.venue import Venue
from noctule.telemetry.writer import Runner

__all__ = ["Stage"]

_OPEN: Final = OrderState.OPEN
_NOBODY: Final[Any] = object()  # whoever asks the world of a backtest for anything fails by that
_NOWHERE: Final = Path("/nonexistent/backtest")


class Stage:
    """The bot's own Trading on an account that answers at once; `settle` lets all come to rest."""

    def __init__(  # noqa: PLR0913  # what it stands on
        self,
        configuration: Configuration,
        *,
        clock: RecordedClock,
        account_tag: str,
        executor: Executor,
        venue: Venue,
        contracts: tuple[Mapping[Symbol, Instrument], Mapping[Symbol, TradingTerms]],
        heard: Callable[[], list[OrderEvent]],
    ) -> None:
        settings = configuration.settings
        self.clock = clock
        self.desks = open_desks(settings)
        self.contracts = Contracts()
        self.contracts.take(*contracts)
        self._heard = heard  # takes what the account was told since
        world = World(
            exchange=None,
            clock=clock,
            collector=_NOBODY,
            executor=executor,
            venue=venue,
            setup=_NOBODY,
            account=_NOBODY,
            account_tag=account_tag,
            clock_offset_ms=lambda: 0.0,
            greet=_NOBODY,
            make_lanes=InlineLanes,
        )
        machine = Machine(
            clock=clock,
            jitter=Random(0),  # noqa: S311  # unused
            on_fatal=_ignore,
            on_move=lambda: None,
        )
        desired = Desired(
            settings=settings,
            news=news_windows(configuration),
            memory=Store(_NOWHERE, runner=Runner.INLINE),  # never opened: it keeps all to itself
            markers=StrategyMarkers(_NOWHERE, account="backtest", fingerprints={}),
            ask_stop=_ignore,
        )
        self.trading = Trading(world, machine, self.desks, self.contracts, desired)
        self.bus, self._timers = machine.bus, machine.timers
        self._gathered = self.trading.orders.gathered = {}
        self.trading.remembering.is_kept = False
        self.trading.entries.tells_gates = False
        self.trading.strategies.opinions.take_no_time()
        self.bus.go_unwatched()
        self._lanes = cast("InlineLanes", self.trading.lanes)
        subscribe_all(
            self.bus,
            self.trading,
            on_candle_closed=self.trading.market.on_candle_closed,
            on_signal_generated=self.trading.signals.on_signal_generated,
            on_order_filled=self.trading.orders.on_order_filled,
        )

    def open(self) -> None:
        """Hear the account as it is, and let signals through."""
        self.settle()
        self.trading.book.recover(DeskMemory(), (), at_ms=self.clock.now_ms())
        self.trading.open_for_entries()
        self.settle()

    @property
    def is_busy(self) -> bool:
        """Tell whether anything is held, entered or left."""
        return bool(self.trading.desk.brackets)

    def drive(self, event: Event) -> None:
        """Let everyone hear an event, and all it causes but for what leaves."""
        self.bus.drive(event)

    def settle(self) -> None:
        """Let what waits leave, one thing after the other, and all that follows be heard."""
        while True:
            news = self._heard()
            for event in news:
                if type(event) is not OrderAccepted or not self._is_answered(event):
                    self.bus.drive(event)
            if news:
                continue
            if self._gathered:
                self._follow()
            elif not self._lanes.carry_one(self.bus.drive):
                return

    def _is_answered(self, event: OrderAccepted) -> bool:
        """Tell whether an order's own answer has said already that the exchange has it."""
        ticket = self.trading.desk.blotter.find(event.client_order_id)
        return ticket is not None and ticket.state is _OPEN

    def _follow(self) -> None:
        """Let the brackets decide of which something was heard."""
        symbols = tuple(self._gathered)
        self._gathered.clear()
        for symbol in symbols:
            for event in self.trading.orders.decide(symbol):
                self.bus.drive(event)

    @property
    def next_timer_ms(self) -> int | None:
        """Return the earliest deadline that anybody set."""
        set_for = (self._timers.next_ms(axis) for axis in Axis)
        return min((each for each in set_for if each is not None), default=None)

    def fire_timers(self) -> None:
        """Let every deadline that has passed be heard."""
        for axis in Axis:
            for event in self._timers.due(axis):
                self.bus.drive(event)
        self.settle()


def _ignore(_cause: str) -> None:
    """Stop nothing: what ends a backtest is the end of its data."""
