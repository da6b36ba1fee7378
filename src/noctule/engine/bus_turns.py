"""How the queues are heard live: each by its processor, and on the way of an order in one turn.

What an event causes in the queues below is heard in the same turn of the loop, in their
processors' names, where these rest and nothing is waited for. To wake a task costs 20 to 50 µs,
and between a candle and its order there would be four (docs/adr/0020).
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from noctule.domain.events.base import Event, QueueName
from noctule.engine.begun import begun_as
from noctule.engine.bus_lane import BusLane
from noctule.engine.bus_table import HandlerTable
from noctule.telemetry.logs import TRACE

__all__ = ["FOLLOW_UPS_MAX", "FollowUpStorm", "Turns", "one_more"]

FOLLOW_UPS_MAX: Final = 1000  # per root event
_ORDER: Final = QueueName.ORDER  # an enum's members are slow to look up


class FollowUpStorm(AssertionError):
    """One event caused more than anybody could have meant."""


class Turns:
    """Runs the three queues over one table of handlers."""

    def __init__(
        self, lanes: Sequence[BusLane], table: HandlerTable, *, stopwatch_ns: Callable[[], int]
    ) -> None:
        self.on_orders_heard: Callable[[], None] = _wait_for_the_loop  # few of them at a time
        self._lanes = lanes
        self._table = table
        self._stopwatch_ns = stopwatch_ns
        self._is_helping = False  # one queue is heard in the turn of another

    async def process(self, lane: BusLane) -> None:
        """Run one queue for ever, in the calling task; a broken invariant ends it."""
        assert lane.processor is None, f"the {lane.name.label} queue has a processor"
        lane.processor = asyncio.current_task()
        try:
            while True:
                await self._hear_next(lane)
                if lane.name is _ORDER and lane.is_at_ease():
                    await asyncio.sleep(0)  # what it sent leaves before the next one is heard
        finally:
            lane.leave()

    def help(self, lane: BusLane) -> None:
        """Hear what waits in a queue in its processor's name, until something is waited for."""
        while lane.is_free:
            assert lane.processor is not None, "somebody waits and is not there"
            event, put_ns = lane.queue.take()
            begun = begun_as(lane.processor, self._hear(lane, event, put_ns))
            if not begun.is_over:
                lane.leave_to_processor(begun, event.trace)
                return
            if lane.name is _ORDER and lane.is_at_ease():
                return  # the loop has its turn, as it has between orders that the processor hears

    async def _hear_next(self, lane: BusLane) -> None:
        taken = await lane.queue.get()
        if taken is not None:
            await self._hear(lane, *taken)
            return
        TRACE.set(lane.trace)
        await lane.take_begun()

    async def _hear(self, lane: BusLane, event: Event, put_ns: int) -> None:
        lane.waits.add(self._stopwatch_ns() - put_ns)
        try:
            await self._run(lane, event)
            self._pass_on(lane)
        finally:
            lane.queue.done()
            if not self._is_helping:
                self._table.patient.catch_up()

    async def _run(self, lane: BusLane, root: Event) -> None:
        await self._table.deliver(root)
        delivered = 0
        while lane.follow_ups:
            delivered = one_more(delivered, root)
            await self._table.deliver(lane.follow_ups.popleft())

    def _pass_on(self, lane: BusLane) -> None:
        """Let what was sent leave, or the next queue hear what was caused; of a crowd at its end.

        A crowd is heard as a whole first, so that the most urgent of all it wants goes first.
        """
        if lane.next is None:
            lane.is_at_ease()
            if not lane.is_crowded:
                self.on_orders_heard()
        elif not len(lane.queue):
            was_helping, self._is_helping = self._is_helping, True
            try:
                self.help(self._lanes[lane.next])
            finally:
                self._is_helping = was_helping


def one_more(delivered: int, root: Event) -> int:
    """Count a follow-up; more than so many are a bug."""
    if delivered == FOLLOW_UPS_MAX:
        raise FollowUpStorm(f"{type(root).__name__} caused more than {FOLLOW_UPS_MAX} follow-ups")
    return delivered + 1


def _wait_for_the_loop() -> None:
    """Do nothing: what was sent leaves in the loop's next turn."""
