"""Everything that trades, put together for one world: books, desk, lanes, gates and handlers."""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Final

from noctule.app.affordable import refuse_too_little
from noctule.app.caretaking import make_caretaker
from noctule.app.departure import DepartingDesk, departing_desk
from noctule.app.desired import Desired
from noctule.app.desk_settings import desk_settings, quote_asset_of
from noctule.app.desks import mark_of
from noctule.app.kill_switch import KillSwitch
from noctule.app.machine import Machine
from noctule.app.memory import keep_memory
from noctule.app.setting_up import SettingUp
from noctule.app.strategy_care import StrategyCare
from noctule.app.world import World
from noctule.domain.market import MarkPrice
from noctule.domain.signals import Reason
from noctule.domain.values import Symbol
from noctule.engine.cases import Cases, Sources
from noctule.engine.contracts import Contracts
from noctule.engine.desk import Desk
from noctule.engine.entries import Entries
from noctule.engine.halts import Halts
from noctule.engine.handlers.account import AccountHandler
from noctule.engine.handlers.control import ControlHandler, DeskDoors
from noctule.engine.handlers.equity import EquityHandler
from noctule.engine.handlers.market import MarketHandler
from noctule.engine.handlers.orders import OrderDoors, OrderHandler
from noctule.engine.handlers.signals import SignalHandler
from noctule.engine.key_trial import try_key
from noctule.engine.lanes import Lanes, LaneSettings
from noctule.engine.order_desk import OrderDesk
from noctule.engine.rates import Rates
from noctule.engine.remembering import Remembering
from noctule.engine.settings import ShutdownPolicy
from noctule.engine.takeover import TakeOver
from noctule.engine.terms_keeper import TermsKeeper
from noctule.engine.trades import Trades
from noctule.positions.account_book import AccountBook
from noctule.risk.limits import RiskLimits
from noctule.risk.manager import RiskManager

__all__ = ["Trading"]

_Work = Callable[[], Coroutine[object, object, None]]

_STARTING: Final = Reason(check="start", text="the bot is starting")
_NO_ACCOUNT: Final = Reason(check="account", text="there is no account to trade on: signals only")


class Trading:
    """The parts by name, made in the order in which they stand on one another."""

    def __init__(
        self,
        world: World,
        machine: Machine,
        desks: Mapping[Symbol, Desk],
        contracts: Contracts,
        desired: Desired,
    ) -> None:
        self._world, self._machine, self._desired = world, machine, desired
        self._desks, self._contracts = desks, contracts
        settings, self.clock = desired.settings, world.clock
        quote_asset = quote_asset_of(contracts, settings)
        self.book = AccountBook(quote_asset)
        self.halts = Halts(on_halt=self._take_entries_back)
        self.rates = Rates(world.collector, quote_asset=quote_asset)
        self.trades = Trades(quote_asset=quote_asset, rate_of=self.rates.rate_of)
        self.risk = RiskManager(settings.risk)
        self.lanes = self._lanes()
        self.desk = self._desk()
        self.remembering = self._remembering()
        self.strategies = StrategyCare(
            desks.values(),
            desired.markers,
            clock=self.clock,
            publish=machine.bus.publish,
            stopwatch_ns=machine.around.stopwatch_ns,
        )
        self.market = self._market()
        self._cases = self._make_cases()
        self.signals = self._signals()
        self.orders = self._orders()
        self.takeover = TakeOver(
            desk=self.desk,
            book=self.book,
            lanes=self.lanes,
            clock=self.clock,
            follow=self.orders.follow,
        )
        self.caretaker = make_caretaker(
            world,
            machine.bus.publish,
            settings,
            contracts=contracts,
            takeover=self.takeover,
            book=self.book,
            halts=self.halts,
        )
        self.orders.on_stray = self.caretaker.note_stray
        self.orders.on_unled = self.caretaker.note_unled
        self.account = AccountHandler(halts=self.halts, caretaker=self.caretaker)
        self.setting_up = SettingUp(world.setup, settings)
        self.terms = self._terms()
        self.control = self._control()
        self.equity = self._equity()
        self._kill_switch = KillSwitch(
            settings.risk.kill_switch_file, clock=self.clock, bus=machine.bus, halts=self.halts
        )
        self.halts.observe(_STARTING)
        if world.account is None:
            self.halts.observe(_NO_ACCOUNT)

    def upkeep(self) -> Mapping[str, _Work]:
        """Return the work that goes on beside the queues."""
        keeping = partial(keep_memory, self._desired.memory, clock=self.clock, halts=self.halts)
        work: dict[str, _Work] = {"kill switch": self._kill_switch.watch, "memory": keeping}
        if self._machine.around.watches_turns:
            work["strategies"] = self.strategies.watchdog.keep_watch
        if self._world.account is not None:
            work |= {"caretaker": self.caretaker.keep_watch, "terms": self.terms.keep}
            trying = partial(try_key, self._world.executor, halts=self.halts, clock=self.clock)
            work |= {"key": partial(trying, idle_symbol=self._idle_symbol)}
            work |= {"rates": self.rates.keep}
        return work

    async def recover(self) -> None:
        """Take over what a dead process left, by what the exchange answers."""
        memory = self.remembering.recall()
        self.control.restore(memory.halts)
        await self.strategies.begin()
        if self._world.account is not None:
            await self.caretaker.begin(memory)

    def open_for_entries(self) -> None:
        """Let signals through: history is read, the account is known, what was left is guarded."""
        is_busy = bool(self.desk.brackets)
        refuse_too_little(self._desks, self._cases, self.risk.limits, is_busy=is_busy)
        self._kill_switch.look()
        self.equity.set_timer()
        self.halts.lift(_STARTING.check)

    def adopt(self, limits: RiskLimits) -> None:
        """Let other limits hold from the next signal on; what is entered keeps its own."""
        settings = self._desired.settings.model_copy(update={"risk": limits})
        self.risk.adopt(limits)
        self.desk.settings = desk_settings(self._world.account_tag, settings)

    def departing(self, policy: ShutdownPolicy) -> DepartingDesk:
        """Return what leaving needs."""
        return departing_desk(
            policy,
            clock=self.clock,
            halts=self.halts,
            lanes=self.lanes,
            desk=self.desk,
            submit=self.control.submit,
        )

    def _lanes(self) -> Lanes:
        return self._world.make_lanes(
            executor=self._world.executor,
            venue=self._world.venue,
            clock=self.clock,
            publish=self._machine.bus.publish,
            settings=LaneSettings(),
        )

    def _desk(self) -> OrderDesk:
        return OrderDesk(
            book=self.book,
            contracts=self._contracts,
            marks=partial(mark_of, self._desks),
            trades=self.trades,
            lanes=self.lanes,
            timers=self._machine.timers,
            clock=self.clock,
            settings=desk_settings(self._world.account_tag, self._desired.settings),
        )

    def _market(self) -> MarketHandler:
        for symbol, desk in self._desks.items():
            desk.board.held = partial(self.book.position, symbol)
        return MarketHandler(
            bus=self._machine.bus,
            desks=self._desks,
            clock=self.clock,
            opinions=self.strategies.opinions,
            value=self._value,
            show_later=self._machine.bus.show_later,
        )

    def _remembering(self) -> Remembering:
        return Remembering(
            memory=self._desired.memory,
            book=self.book,
            desk=self.desk,
            halts=self.halts,
            clock=self.clock,
        )

    def _idle_symbol(self) -> Symbol | None:
        return next((each for each in self._desks if each not in self.desk.brackets), None)

    def _make_cases(self) -> Cases:
        sources = Sources(
            desk=self.desk,
            book=self.book,
            contracts=self._contracts,
            desks=self._desks,
            freshness=self.market.freshness,
            halts=self.halts,
            lanes=self.lanes,
            clock=self.clock,
            clock_offset_ms=self._world.clock_offset_ms,
        )
        return Cases(sources, trading=self._desired.settings.trading, news=self._desired.news)

    def _signals(self) -> SignalHandler:
        self.entries = Entries(
            cases=self._cases,
            risk=self.risk,
            desk=self.desk,
            clock=self.clock,
            trading=self._desired.settings.trading,
        )
        return SignalHandler(
            bus=self._machine.bus,
            entries=self.entries,
            desk=self.desk,
            contracts=self._contracts,
            clock=self.clock,
            reverses={symbol: desk.reverses for symbol, desk in self._desks.items()},
        )

    def _orders(self) -> OrderHandler:
        return OrderHandler(
            bus=self._machine.bus,
            desk=self.desk,
            book=self.book,
            trades=self.trades,
            clock=self.clock,
            doors=OrderDoors(
                remember=self.remembering.save,
                halted=lambda: self.halts.text(self.clock.now_ms()),
                on_flat=self.signals.take_reversal,
                on_flattened=self.signals.drop_reversal,
            ),
        )

    def _terms(self) -> TermsKeeper:
        return TermsKeeper(
            contracts=self._contracts,
            setup=self._world.setup,
            symbols=tuple(self._desks),
            clock=self.clock,
            set_up=partial(self.setting_up.apply, tuple(self._desks)),
        )

    def _control(self) -> ControlHandler:
        return ControlHandler(
            bus=self._machine.bus,
            clock=self.clock,
            timers=self._machine.timers,
            halts=self.halts,
            doors=DeskDoors(
                busy_symbols=lambda: self.desk.busy_symbols,
                cancel_entries=self.orders.cancel_entries,
                restart_peak=self.book.restart_peak,
                remember=self.remembering.save,
                disable=self.strategies.disable,
                enable=self.strategies.enable,
                drop_reversal=self.signals.drop_reversal,
                ask_stop=self._desired.ask_stop,
            ),
        )

    def _equity(self) -> EquityHandler:
        return EquityHandler(
            book=self.book,
            desk=self.desk,
            contracts=self._contracts,
            risk=self.risk,
            clock=self.clock,
            timers=self._machine.timers,
            halt=self.control.halt,
            remember=self.remembering.save,
        )

    def _take_entries_back(self) -> None:
        """Keep entries that wait from leaving, and take out those that rest: entries are off."""
        self.lanes.drop_entries()
        self.desk.withdraw_entries()

    def _value(self, mark: MarkPrice, at_ms: int) -> None:
        self.book.hear_mark(mark.symbol, mark.mark_price, at_ms=at_ms)
