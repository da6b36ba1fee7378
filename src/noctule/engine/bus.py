"""The three queues between a candle and an order, and the only way through them.

Events move data → signal → order, one step at a time, never back. What a handler publishes to
its own queue is a follow-up: it runs right after the current event, before the next queued one.
There is one table of handlers and two drivers for it: `process` runs a queue in a task, live;
`drive` runs an event and all it causes at once, with no event loop, in the same order.
"""

import asyncio
import concurrent.futures
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Final, Protocol, TypeVar

from msgspec import Struct

from noctule.domain.events.base import Event, QueueName
from noctule.engine.bus_lane import BusLane
from noctule.engine.bus_metrics import BusMetrics
from noctule.engine.bus_table import HandlerSuspended, HandlerTable, Subscription
from noctule.engine.bus_taps import Tap
from noctule.engine.bus_turns import FOLLOW_UPS_MAX, FollowUpStorm, Turns, one_more
from noctule.telemetry.logs import TRACE, get_log

__all__ = [
    "CAPACITIES",
    "BusMisused",
    "Drained",
    "EventBus",
    "HandlerSuspended",
    "Publisher",
    "Subscription",
    "Tap",
]

CAPACITIES: Final[Mapping[QueueName, int]] = {
    QueueName.DATA: 4096,
    QueueName.SIGNAL: 1024,
    QueueName.ORDER: 4096,
}
STALL_SECONDS: Final = 1.0  # how long a publisher may stand in line before it is told
_SIGNAL: Final = QueueName.SIGNAL  # an enum's members are slow to look up

AnyEvent = TypeVar("AnyEvent", bound=Event)

_log = get_log(__name__)


class BusMisused(AssertionError):
    """An event went upstream, skipped a queue, or came from where it may not."""


class Publisher(Protocol):
    """What a pump or a handler needs of the bus."""

    async def publish(self, event: Event) -> None:
        """Hand an event to the queue its class names."""
        ...


class Drained(Struct, frozen=True, kw_only=True):
    """How a queue was left at shutdown."""

    queue: QueueName
    left: int


class EventBus:
    """Three bounded queues, one table of handlers, two drivers."""

    def __init__(
        self,
        *,
        stopwatch_ns: Callable[[], int],
        capacities: Mapping[QueueName, int] = CAPACITIES,
        history: int = 1000,
    ) -> None:
        self._stopwatch_ns = stopwatch_ns
        self._lanes = tuple(BusLane(name, capacities[name]) for name in QueueName)
        self._downstream = tuple(self._lanes[name + 1 :] for name in QueueName)
        self._table = HandlerTable(stopwatch_ns=stopwatch_ns, history=history)
        self.turns = Turns(self._lanes, self._table, stopwatch_ns=stopwatch_ns)
        self._is_watched = True
        self._has_caused = False  # something waits on an agenda
        self._driving: BusLane | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def subscribe(
        self,
        event_type: type[AnyEvent],
        handler: Callable[[AnyEvent], Coroutine[object, None, None] | None],
        *,
        priority: int = 0,
    ) -> Subscription:
        """Call the handler for every event of this class or below; lower priorities go first."""
        return self._table.subscribe(event_type, handler, priority=priority)

    def unsubscribe(self, subscription: Subscription) -> None:
        """Call this handler no more, from the next event on."""
        self._table.unsubscribe(subscription)

    def add_tap(self, tap: Tap, *, is_patient: bool = False) -> None:
        """Show every event to the tap before its handlers; a tap never makes anyone wait.

        A patient one sees it, in order, by the end of the turn: an order's bytes go before that.
        """
        self._table.add_tap(tap, is_patient=is_patient)

    def go_unwatched(self) -> None:
        """Keep no history, no counts and no trace of what is driven: a replay's are not asked for.

        A handler's failure is contained, told and counted as ever.
        """
        self._is_watched = False
        self._table.go_unwatched()

    def show_later(self, event: AnyEvent, to: Callable[[AnyEvent], None]) -> None:
        """Let somebody see the event in hand once the turn is over; inline, at once."""
        self._table.patient.show_later(event, (to,))
        if self._driving is not None:
            self._table.patient.catch_up()

    async def publish(self, event: Event) -> None:
        """Hand an event to the queue its class names; wait when that queue is full."""
        target = self._lanes[event.queue]
        origin = self._driving or self._origin()
        if origin is target:
            _put_aside(origin.follow_ups, event)
            return
        if origin is None or event.queue is not origin.next:
            _judge_step(origin, event)
        if self._driving is not None:
            _put_aside(target.agenda, event)
            self._has_caused = True
            return
        if not target.queue.try_put(event, self._stopwatch_ns()):
            await self._put_when_there_is_room(target, event)

    async def hand_in(self, event: Event) -> None:
        """Publish from outside, and let a queue that rests hear it at once: for who only does so.

        What it causes in the queues below is heard in the same turn of the loop, as far as nobody
        is at work there and nothing has to be waited for.
        """
        await self.publish(event)
        self.turns.help(self._lanes[event.queue])

    def publish_from_thread(self, event: Event) -> "concurrent.futures.Future[None]":
        """Hand over an event from another thread; the future is done once it is queued."""
        assert self._loop is not None, "the bus is not running"
        _judge_step(None, event)
        accepted: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(self._take_in, event, accepted)
        return accepted

    async def process(self, name: QueueName) -> None:
        """Run one queue for ever, in the calling task; a broken invariant ends it."""
        self._loop = asyncio.get_running_loop()
        await self.turns.process(self._lanes[name])

    def drive(self, root: Event) -> None:
        """Run an event and all it causes, here and now; needs no event loop."""
        assert self._driving is None, "drive is not reentrant: publish instead"
        queue = root.queue
        if queue is _SIGNAL:
            _judge_step(None, root)
        try:
            self._driving = lane = self._lanes[queue]
            self._table.deliver_inline(root)
            if lane.follow_ups:
                self._follow_up(lane, root)
            if self._has_caused:
                self._drive_down(queue)
        except BaseException:
            self._forget()
            raise
        finally:
            self._driving = None
            if self._is_watched:
                TRACE.set("")

    def apart(self, name: QueueName, work: Callable[[], object]) -> tuple[Event, ...]:
        """Do something as this queue's processor would; return what it published, unheard yet."""
        assert self._driving is None, "nobody works apart while an event is driven"
        self._driving = self._lanes[name]
        try:
            work()
            pending = [each for lane in self._lanes for each in (*lane.follow_ups, *lane.agenda)]
        finally:
            self._forget()
            self._driving = None
        return tuple(pending)

    def hear(self, event: Event) -> tuple[Event, ...]:
        """Let everyone hear one event alone; return what they published, unheard yet."""
        return self.apart(event.queue, lambda: self._table.deliver_inline(event))

    # How it comes to rest

    async def settle(self) -> None:
        """Return once all three queues are at rest; one pass does, for nothing flows back."""
        for lane in self._lanes:
            await lane.queue.join()

    async def drain(self, name: QueueName, *, timeout_ms: int) -> Drained:
        """Let a queue empty itself until the deadline; tell what is left."""
        lane = self._lanes[name]
        if lane.processor is not None:
            try:
                async with asyncio.timeout(timeout_ms / 1000):
                    await lane.queue.join()
            except TimeoutError:
                _log.warning("queue not drained", queue=name.label, left=lane.queue.unfinished)
        return Drained(queue=name, left=lane.queue.unfinished)

    def history(self) -> tuple[Event, ...]:
        """Return the latest events, oldest first."""
        return tuple(self._table.history)

    def metrics(self) -> BusMetrics:
        """Return the counters as they stand."""
        return BusMetrics(
            queues={lane.name.label: lane.metrics() for lane in self._lanes},
            events={kind.__name__: tally.metrics() for kind, tally in self._table.tallies.items()},
        )

    def _drive_down(self, queue: QueueName) -> None:
        """Run what was caused in the queues below this one."""
        for lane in self._downstream[queue]:
            self._driving = lane
            while lane.agenda:
                self._drive_one(lane, lane.agenda.popleft())
        self._has_caused = False

    def _forget(self) -> None:
        self._has_caused = False
        for lane in self._lanes:
            lane.follow_ups.clear()
            lane.agenda.clear()

    def _drive_one(self, lane: BusLane, root: Event) -> None:
        self._table.deliver_inline(root)
        self._follow_up(lane, root)

    def _follow_up(self, lane: BusLane, root: Event) -> None:
        delivered = 0
        while lane.follow_ups:
            delivered = one_more(delivered, root)
            self._table.deliver_inline(lane.follow_ups.popleft())

    # Where an event may go

    def _origin(self) -> BusLane | None:
        """Return the queue whose processor is running now; None outside of all three."""
        task = asyncio.current_task()
        for lane in self._lanes:
            if lane.processor is task is not None:
                return lane
        return None

    async def _put_when_there_is_room(self, lane: BusLane, event: Event) -> None:
        alarm = asyncio.get_running_loop().call_later(STALL_SECONDS, self._tell_stall, lane, event)
        try:
            await lane.queue.put(event, self._stopwatch_ns())
        finally:
            alarm.cancel()

    def _tell_stall(self, lane: BusLane, event: Event) -> None:
        lane.stalls += 1
        _log.error("publisher stalled", queue=lane.name.label, event=type(event).__name__)

    def _take_in(self, event: Event, accepted: "concurrent.futures.Future[None]") -> None:
        if not accepted.set_running_or_notify_cancel():
            return  # its thread gave up before we came to it
        queue = self._lanes[event.queue].queue
        now_ns = self._stopwatch_ns()
        if queue.try_put(event, now_ns):
            accepted.set_result(None)
        elif queue.unfinished > 2 * queue.capacity:
            accepted.set_exception(asyncio.QueueFull(f"the {event.queue.label} queue is full"))
        else:
            queue.wait_in_line(event, now_ns, lambda: accepted.set_result(None))


def _judge_step(origin: BusLane | None, event: Event) -> None:
    """Let pass what comes from outside the bus, except signals; what comes from inside missteps."""
    if origin is not None:
        raise BusMisused(
            f"{type(event).__name__} goes from the {origin.name.label} queue "
            f"to the {event.queue.label} queue: only the next one is open"
        )
    if event.queue is _SIGNAL:
        raise BusMisused(f"{type(event).__name__} comes from outside the data processor")


def _put_aside(pending: deque[Event], event: Event) -> None:
    if len(pending) >= FOLLOW_UPS_MAX:
        raise FollowUpStorm(f"{len(pending)} events wait on the {event.queue.label} queue")
    pending.append(event)
