"""One queue of the bus: its processor, and the follow-ups of the event in hand."""

import asyncio
from collections import deque
from typing import Final

from noctule.domain.events.base import Event, QueueName
from noctule.engine.bus_metrics import QueueMetrics, Tally
from noctule.engine.bus_queue import EventQueue

__all__ = ["BusLane"]

_FEW: Final = 8  # events that wait; more are a crowd


class BusLane:
    """One queue with its processor and the follow-ups of the event in hand."""

    __slots__ = (
        *("agenda", "follow_ups", "is_crowded", "name", "next", "processor", "queue"),
        *("stalls", "waits"),
    )

    def __init__(self, name: QueueName, capacity: int) -> None:
        self.name = name
        self.next = QueueName(name + 1) if name < QueueName.ORDER else None
        self.queue = EventQueue(capacity)
        self.follow_ups: deque[Event] = deque()  # bounded by FOLLOW_UPS_MAX
        self.agenda: deque[Event] = deque()  # inline only; bounded by FOLLOW_UPS_MAX
        self.processor: asyncio.Task[object] | None = None
        self.waits = Tally()
        self.stalls = 0
        self.is_crowded = False

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
