"""Several collectors and executors live in one process: what befalls one is not felt by others."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.machine import Machine
from noctule.domain.events.data import CandleClosed
from noctule.domain.events.order import OrderAccepted, OrderOutcomeUnknown
from noctule.domain.values import MINUTE_MS, Symbol
from noctule.engine.lanes import Lanes, LaneSettings
from noctule.engine.lifecycle import ComponentState
from noctule.engine.supervisor import GiveUp
from tests.builders import BTCUSDT, START_MS, candle
from tests.fakes.feed import closed
from tests.fakes.lane_desk import LaneDesk
from tests.fakes.lane_orders import ETHUSDT, A, B, C, entry, give

_RUNNING, _FAILED = ComponentState.RUNNING, ComponentState.FAILED


class Minutes:
    """A feed of one symbol that tells a candle each minute, until a test breaks it."""

    def __init__(self, symbol: Symbol, clock: VirtualClock) -> None:
        self.symbol, self.starts, self.stops = symbol, 0, 0
        self.is_broken = False
        self._clock = clock
        self._told = 0

    async def start(self) -> None:
        self.starts += 1
        if self.is_broken:
            raise RuntimeError("no idea how to start")

    async def events(self) -> AsyncIterator[CandleClosed]:
        while True:
            await self._clock.sleep_ms(MINUTE_MS)
            if self.is_broken:
                raise ZeroDivisionError
            yield closed(candle(symbol=self.symbol, open_ms=START_MS + self._told * MINUTE_MS))
            self._told += 1

    async def stop(self) -> None:
        self.stops += 1


class Several:
    """Two feeds and two executors in one machine, and what is heard of each."""

    def __init__(self, clock: VirtualClock, *, give_up: GiveUp = GiveUp.ESCALATE) -> None:
        self.causes: list[str] = []
        self.heard: Counter[str] = Counter()
        self.machine = Machine(
            clock=clock, jitter=Random(1), on_fatal=self.causes.append, on_move=lambda: None
        )
        self.feeds = {name: Minutes(Symbol(name), clock) for name in (BTCUSDT, ETHUSDT)}
        self.venues = {name: LaneDesk() for name in ("first", "second")}
        for name, feed in self.feeds.items():
            self.machine.hear(name, feed, self.machine.bus.publish, give_up=give_up)
        self.lanes = {name: self._lanes(name, venue, clock) for name, venue in self.venues.items()}
        for lanes in self.lanes.values():
            self.machine.add(lanes)
        self.machine.bus.subscribe(CandleClosed, self._hear_candle)
        self.machine.bus.subscribe(OrderAccepted, self._hear_order)
        self.machine.bus.subscribe(OrderOutcomeUnknown, self._hear_order)

    @property
    def states(self) -> dict[str, ComponentState]:
        return dict(self.machine.supervisor.states())

    def _lanes(self, name: str, venue: LaneDesk, clock: VirtualClock) -> Lanes:
        return Lanes(
            executor=venue,
            venue=venue,
            clock=clock,
            publish=self.machine.bus.publish,
            settings=LaneSettings(name=name),
        )

    def _hear_candle(self, event: CandleClosed) -> None:
        self.heard[event.candle.symbol] += 1

    def _hear_order(self, event: OrderAccepted | OrderOutcomeUnknown) -> None:
        self.heard[f"{type(event).__name__} {event.client_order_id}"] += 1


def lived(
    scenario: Callable[[Several], Awaitable[None]], *, give_up: GiveUp = GiveUp.ESCALATE
) -> Several:
    """Let them live through a scenario on virtual time."""
    lives: list[Several] = []

    async def main(clock: VirtualClock) -> None:
        several = Several(clock, give_up=give_up)
        lives.append(several)
        async with several.machine.supervisor as supervisor:
            several.machine.move({})
            await supervisor.start_all()
            await scenario(several)

    run_virtual(main, start_ms=START_MS)
    return lives[0]


def test_a_collector_that_fails_comes_back_and_no_other_misses_a_candle() -> None:
    async def scenario(several: Several) -> None:
        await asyncio.sleep(121)
        several.feeds[BTCUSDT].is_broken = True
        await asyncio.sleep(60)
        several.feeds[BTCUSDT].is_broken = False
        await asyncio.sleep(420)
        assert set(several.states.values()) == {_RUNNING}

    several = lived(scenario)
    assert several.causes == []
    assert several.heard[ETHUSDT] == 10
    assert 7 <= several.heard[BTCUSDT] < 10
    assert (several.feeds[ETHUSDT].starts, several.feeds[BTCUSDT].starts > 1) == (1, True)


def test_a_collector_that_is_given_up_takes_nobody_with_it_where_the_owner_wants_that() -> None:
    async def scenario(several: Several) -> None:
        several.feeds[BTCUSDT].is_broken = True
        await asyncio.sleep(1_201)
        assert several.states[BTCUSDT] is _FAILED
        assert several.states[ETHUSDT] is _RUNNING

    several = lived(scenario, give_up=GiveUp.LEAVE)
    assert several.causes == []
    assert several.heard == {ETHUSDT: 20}


def test_one_collector_is_restarted_on_its_own() -> None:
    async def scenario(several: Several) -> None:
        await asyncio.sleep(61)
        await several.machine.supervisor.restart(BTCUSDT)
        await asyncio.sleep(70)
        assert set(several.states.values()) == {_RUNNING}

    several = lived(scenario)
    assert (several.feeds[BTCUSDT].starts, several.feeds[BTCUSDT].stops) == (2, 1)
    assert (several.feeds[ETHUSDT].starts, several.feeds[ETHUSDT].stops) == (1, 0)
    assert several.heard == {BTCUSDT: 2, ETHUSDT: 2}


def test_an_executor_that_breaks_comes_back_and_the_other_one_carries_on() -> None:
    async def scenario(several: Several) -> None:
        several.venues["first"].script(A, RuntimeError("a bug in an adapter"))
        give(several.lanes["first"], entry(A))
        give(several.lanes["second"], entry(B))
        await asyncio.sleep(60)
        assert set(several.states.values()) == {_RUNNING}
        give(several.lanes["first"], entry(C))
        await asyncio.sleep(1)

    several = lived(scenario)
    assert several.causes == []
    assert {name for name in several.heard if name.startswith("Order")} == {
        f"OrderOutcomeUnknown {A}",
        f"OrderAccepted {B}",
        f"OrderAccepted {C}",
    }


def test_one_executor_is_restarted_on_its_own_while_another_ones_order_is_under_way() -> None:
    async def scenario(several: Several) -> None:
        answer = asyncio.Event()
        several.venues["second"].script(B, answer)
        give(several.lanes["second"], entry(B))
        await asyncio.sleep(1)
        await several.machine.supervisor.restart("first")
        answer.set()
        give(several.lanes["first"], entry(A))
        await asyncio.sleep(1)

    several = lived(scenario)
    assert several.heard == {f"OrderAccepted {B}": 1, f"OrderAccepted {A}": 1}
