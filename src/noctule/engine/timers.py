"""Every deadline of the engine, kept by the Clock and delivered as an event."""

import asyncio
import heapq
from enum import StrEnum
from itertools import count
from typing import Final

from noctule.domain.events.base import Event, QueueName
from noctule.domain.events.data import DataTimerFired
from noctule.domain.events.order import OrderTimerFired
from noctule.domain.ids import trace_of
from noctule.engine.bus import Publisher
from noctule.ports.clock import Clock

__all__ = ["Axis", "Timers"]

TIMERS_MAX: Final = 10_000


class Axis(StrEnum):
    """Which of the two times a deadline is measured in."""

    MARKET = "market"  # sessions, cool-downs, the day's reset, an entry's expiry
    REAL = "real"  # staleness, naked limit, minute's reconciliation


class Timers:
    """Named deadlines; setting a name again moves it, and each fires once.

    Live, `run` waits for them on one axis each. In replay nobody waits: the driver moves the
    clock and takes what is `due`, so that both worlds see the same events in the same order.
    """

    def __init__(self, *, clock: Clock, bus: Publisher) -> None:
        self._clock = clock
        self._bus = bus
        self._order = count()  # equal deadlines fire in the order they were set
        self._heaps: dict[Axis, list[tuple[int, int, str]]] = {axis: [] for axis in Axis}
        self._live: dict[str, tuple[int, QueueName]] = {}  # name -> ticket in force, its queue
        self._naps: dict[Axis, asyncio.Timeout] = {}

    def at(self, name: str, market_ms: int, queue: QueueName) -> None:
        """Fire when market time reaches this instant."""
        self._set(Axis.MARKET, name, market_ms, queue)

    def after(self, name: str, real_ms: int, queue: QueueName) -> None:
        """Fire when this many real milliseconds have passed."""
        self._set(Axis.REAL, name, self._clock.elapsed_ms() + real_ms, queue)

    def cancel(self, name: str) -> None:
        """Forget a deadline; one that is not set is forgotten already."""
        self._live.pop(name, None)

    def next_ms(self, axis: Axis) -> int | None:
        """Return the earliest deadline on this axis."""
        heap = self._heaps[axis]
        while heap and not self._is_live(heap[0]):
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def due(self, axis: Axis) -> list[Event]:
        """Take every deadline of this axis that has passed, earliest first."""
        now_ms = self._now_ms(axis)
        events = []
        while (deadline_ms := self.next_ms(axis)) is not None and deadline_ms <= now_ms:
            _, _, name = heapq.heappop(self._heaps[axis])
            _, queue = self._live.pop(name)
            events.append(self._event(name, queue))
        return events

    async def run(self, axis: Axis) -> None:
        """Publish what falls due on one axis, for ever."""
        while True:
            for event in self.due(axis):
                await self._bus.publish(event)
            await self._wait(axis)

    async def _wait(self, axis: Axis) -> None:
        """Sleep until the earliest deadline, or until an earlier one is set."""
        deadline_ms = self.next_ms(axis)
        try:
            async with asyncio.timeout(None) as nap:
                self._naps[axis] = nap
                await self._sleep(axis, deadline_ms)
        except TimeoutError:
            return  # woken by an earlier deadline
        finally:
            self._naps.pop(axis, None)

    async def _sleep(self, axis: Axis, deadline_ms: int | None) -> None:
        if deadline_ms is None:
            await asyncio.get_running_loop().create_future()  # until woken
        elif axis is Axis.MARKET:
            await self._clock.sleep_until_ms(deadline_ms)
        else:
            await self._clock.sleep_ms(deadline_ms - self._clock.elapsed_ms())

    def _set(self, axis: Axis, name: str, deadline_ms: int, queue: QueueName) -> None:
        assert queue is not QueueName.SIGNAL, "only the data processor speaks on signal"
        earliest_ms = self.next_ms(axis)
        ticket = next(self._order)
        self._live[name] = (ticket, queue)
        assert len(self._live) <= TIMERS_MAX, f"{len(self._live)} timers are set"
        heapq.heappush(self._heaps[axis], (deadline_ms, ticket, name))
        self._sweep(axis)
        if earliest_ms is None or deadline_ms < earliest_ms:
            self._wake(axis)

    def _wake(self, axis: Axis) -> None:
        """End the nap of `run`; it is taken out first, for an ending nap cannot be moved again."""
        nap = self._naps.pop(axis, None)
        if nap is not None:
            nap.reschedule(asyncio.get_running_loop().time())

    def _sweep(self, axis: Axis) -> None:
        """Drop forgotten entries, so that a timer that is moved on every frame costs no memory."""
        heap = self._heaps[axis]
        if len(heap) > 2 * len(self._live) + 64:
            heap[:] = [entry for entry in heap if self._is_live(entry)]
            heapq.heapify(heap)

    def _is_live(self, entry: tuple[int, int, str]) -> bool:
        _, ticket, name = entry
        return name in self._live and self._live[name][0] == ticket

    def _now_ms(self, axis: Axis) -> int:
        return self._clock.now_ms() if axis is Axis.MARKET else self._clock.elapsed_ms()

    def _event(self, name: str, queue: QueueName) -> Event:
        now_ms = self._clock.now_ms()
        trace = trace_of(f"timer:{name}", now_ms)
        if queue is QueueName.DATA:
            return DataTimerFired(at_ms=now_ms, trace=trace, timer=name)
        return OrderTimerFired(at_ms=now_ms, trace=trace, timer=name)
