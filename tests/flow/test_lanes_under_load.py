"""Fifty symbols signal at once: every entry leaves within the budget, and no stop waits for one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from random import Random

from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import BudgetExhausted
from noctule.domain.events.base import Event
from noctule.domain.events.order import OrderAccepted, OrderOutcomeUnknown
from noctule.domain.order import Leg, OrderRequest
from noctule.domain.values import Symbol
from noctule.engine.bus import EventBus
from noctule.engine.lanes import Lanes, LaneSettings
from noctule.engine.supervisor import RestartPolicy, Supervisor
from tests.builders import START_MS
from tests.fakes.bus import live
from tests.fakes.lane_desk import LaneDesk
from tests.fakes.lane_orders import entry, stop

SYMBOLS = [Symbol(f"S{number:02}USDT") for number in range(50)]
HANGING = SYMBOLS[7]
ANSWER_MS = 200
BUDGET = 20  # entries in ten seconds
WINDOW_MS = 10_000


class SlowVenue(LaneDesk):
    """Answers each order after a while, one symbol's entry never, and counts entries."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self.clock = clock
        self.sent: list[tuple[int, OrderRequest]] = []

    @override
    async def place(self, request: OrderRequest) -> str:
        now_ms = self.clock.now_ms() - START_MS
        if request.leg is Leg.ENTRY:
            self._spend(now_ms)
        self.sent.append((now_ms, request))
        if request.leg is Leg.ENTRY and request.symbol == HANGING:
            await asyncio.Event().wait()
        await self.clock.sleep_ms(ANSWER_MS)
        return "7"

    def times(self, leg: Leg) -> dict[Symbol, int]:
        """Return when the orders of a leg were sent, in that order."""
        return {request.symbol: at_ms for at_ms, request in self.sent if request.leg is leg}

    def _spend(self, now_ms: int) -> None:
        began_ms = now_ms - now_ms % WINDOW_MS
        spent = [at_ms for at_ms in self.times(Leg.ENTRY).values() if at_ms >= began_ms]
        if len(spent) >= BUDGET:
            raise BudgetExhausted("orders", retry_after_ms=began_ms + WINDOW_MS - now_ms)


class Scene:
    """Lanes in a supervisor's care on a live bus, where each accepted entry wants a stop."""

    def __init__(self, clock: VirtualClock, settings: LaneSettings | None = None) -> None:
        self.venue = SlowVenue(clock)
        self.bus = EventBus(stopwatch_ns=lambda: 0)
        self.lanes = Lanes(
            executor=self.venue,
            venue=self.venue,
            clock=clock,
            publish=self.bus.publish,
            settings=settings or LaneSettings(),
        )
        self.heard: list[Event] = []
        self.bus.subscribe(OrderAccepted, self._on_accepted)
        self.bus.subscribe(OrderOutcomeUnknown, self.heard.append)
        self.supervisor = Supervisor(clock=clock, jitter=Random(1), on_fatal=self._fail)
        self.supervisor.add(self.lanes, RestartPolicy())

    def enter_everything(self) -> None:
        """Place an entry in every symbol, the smallest first."""
        for symbol in SYMBOLS:
            self.lanes.place(entry(f"e-{symbol}", symbol), trace="t", weight=Decimal(1))

    def protect_everything(self) -> None:
        """Place a stop in every symbol, the smallest first."""
        for weight, symbol in enumerate(SYMBOLS):
            self.lanes.place(stop(f"s-{symbol}", symbol), trace="t", weight=Decimal(weight))

    def _on_accepted(self, event: OrderAccepted) -> None:
        if event.client_order_id.startswith("e-"):
            request = stop(f"s-{event.symbol}", event.symbol)
            self.lanes.place(request, trace="t", weight=Decimal(SYMBOLS.index(event.symbol)))

    def _fail(self, cause: str) -> None:
        raise AssertionError(cause)


@asynccontextmanager
async def playing(scene: Scene) -> AsyncIterator[None]:
    async with live(scene.bus):
        async with scene.supervisor as supervisor:
            await supervisor.start_all()
            yield
            await supervisor.stop("lanes")
        await scene.bus.settle()


def test_fifty_entries_at_once_all_leave_within_the_budget_and_are_protected_at_once() -> None:
    async def main(clock: VirtualClock) -> None:
        scene = Scene(clock)
        async with playing(scene):
            scene.enter_everything()
            await clock.sleep_ms(30_000)
        entered, protected = scene.venue.times(Leg.ENTRY), scene.venue.times(Leg.STOP)
        by_window = [at_ms // WINDOW_MS for at_ms in entered.values()]
        assert [by_window.count(window) for window in range(3)] == [20, 20, 10]
        assert set(entered) == set(SYMBOLS)
        assert protected == {
            symbol: at_ms + ANSWER_MS for symbol, at_ms in entered.items() if symbol != HANGING
        }

    run_virtual(main, start_ms=START_MS)


def test_what_is_accepted_at_once_is_protected_in_the_order_of_its_exposure() -> None:
    async def main(clock: VirtualClock) -> None:
        scene = Scene(clock)
        async with playing(scene):
            scene.enter_everything()
            await clock.sleep_ms(9_000)
        protected = list(scene.venue.times(Leg.STOP))
        assert len(protected) == BUDGET - 1
        assert protected == sorted(protected, reverse=True)

    run_virtual(main, start_ms=START_MS)


def test_stops_that_cannot_all_leave_at_once_leave_in_the_order_of_their_exposure() -> None:
    async def main(clock: VirtualClock) -> None:
        scene = Scene(clock, LaneSettings(in_flight_max=6, reserved=2, entries_in_flight_max=4))
        async with playing(scene):
            scene.enter_everything()
            await clock.sleep_ms(1)
            scene.protect_everything()
            await clock.sleep_ms(9_000)
        protected = list(scene.venue.times(Leg.STOP))
        assert protected == SYMBOLS[::-1]

    run_virtual(main, start_ms=START_MS)


def test_the_one_that_hangs_is_told_as_unknown_when_the_bot_leaves() -> None:
    async def main(clock: VirtualClock) -> None:
        scene = Scene(clock)
        async with playing(scene):
            scene.enter_everything()
            await clock.sleep_ms(9_000)
        (told,) = scene.heard
        assert isinstance(told, OrderOutcomeUnknown)
        assert told.symbol == HANGING

    run_virtual(main, start_ms=START_MS)
