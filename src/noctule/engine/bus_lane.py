"""One queue of the bus: its processor, and the follow-ups of the event in hand."""

import asyncio
from collections import deque
from typing import Final

from noctule.domain.events.base import Event, QueueName
from noctule.engine.begun import Begun
from noctule.engine.bus_metrics import QueueMetrics, Tally
from noctule.engine.bus_queue import EventQueue

__all__ = ["BusLane"]

_FEW: Final = 8  # events that wait; more are a crowd


class BusLane:
    """One queue with its processor and the follow-ups of the event in hand."""

    __slots__ = (
        *("_begun", "agenda", "follow_ups", "is_crowded", "name", "next", "processor", "queue"),
        *("stalls", "trace", "waits"),
    )

    def __init__(self, name: QueueName, capacity: int) -> None:
        self.name = name
        self.next = QueueName(name + 1) if name < QueueName.ORDER else None
        self.queue = EventQueue(capacity)
        self.follow_ups: deque[Event] = deque()  # bounded by FOLLOW_UPS_MAX
        self.agenda: deque[Event] = deque()  # inline only; bounded by FOLLOW_UPS_MAX
        self.processor: asyncio.Task[object] | None = None
        self._begun: Begun | None = None  # what was begun in the processor's name and waits
        self.trace = ""  # of that
        self.waits = Tally()
        self.stalls = 0
        self.is_crowded = False

    @property
    def is_free(self) -> bool:
        """Tell whether an event waits while the processor does, and has nothing begun."""
        return len(self.queue) > 0 and self.queue.is_awaited and self._begun is None

    def leave_to_processor(self, begun: Begun, trace: str) -> None:
        """Let the processor do the rest of what was begun in its name."""
        self._begun, self.trace = begun, trace
        self.queue.call()

    def take_begun(self) -> Begun:
        """Return what is left of it."""
        begun, self._begun = self._begun, None
        assert begun is not None, "nothing was begun"
        return begun

    def leave(self) -> None:
        """Take it that the processor is gone, and with it whatever it had in hand."""
        self.processor = None
        self.follow_ups.clear()
        self.queue.forget_call()
        if self._begun is not None:
            self.take_begun().abandon()

    def is_at_ease(self) -> bool:
        """Tell whether few wait; of a crowd all are heard first, so that the largest goes first."""
        waiting = len(self.queue)
        self.is_crowded = waiting > _FEW or (self.is_crowded and waiting > 0)
        return waiting > 0 and not self.is_crowded

    def metrics(self) -> QueueMetrics:
        """Return the counters as they stand."""
        return QueueMetrics(
            depth=len(self.queue),
            unfinished=self.queue.unfinished,
            capacity=self.queue.capacity,
            high_water=self.queue.high_water,
            replaced=self.queue.replaced,
            stalls=self.stalls,
            waited=self.waits.count,
            wait_ns_total=self.waits.total_ns,
            wait_ns_max=self.waits.max_ns,
        )
