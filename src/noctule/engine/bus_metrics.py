"""What the bus counts, and the frozen picture it gives of it."""

from msgspec import Struct

__all__ = ["BusMetrics", "EventMetrics", "QueueMetrics", "Tally"]


class QueueMetrics(Struct, frozen=True, kw_only=True):
    """One queue: how full it is and was, and how long events waited in it."""

    depth: int
    unfinished: int  # queued, standing in line, or in a handler's hands
    capacity: int
    high_water: int
    replaced: int
    stalls: int  # times a publisher stood in line for longer than the alarm
    waited: int
    wait_ns_total: int
    wait_ns_max: int


class EventMetrics(Struct, frozen=True, kw_only=True):
    """One event class: how often it came and how long its handlers took."""

    delivered: int
    errors: int
    handler_ns_total: int
    handler_ns_max: int


class Tally:
    """Running count, sum and maximum of a duration; plain, for it is on the hot path."""

    __slots__ = ("count", "errors", "max_ns", "total_ns")

    def __init__(self) -> None:
        self.count = 0
        self.errors = 0
        self.total_ns = 0
        self.max_ns = 0

    def add(self, duration_ns: int) -> None:
        """Count one more."""
        self.count += 1
        self.total_ns += duration_ns
        if duration_ns > self.max_ns:  # noqa: PLR1730  # calling max costs three times as much
            self.max_ns = duration_ns

    def metrics(self) -> EventMetrics:
        """Return the counters as handler times of one event class."""
        return EventMetrics(
            delivered=self.count,
            errors=self.errors,
            handler_ns_total=self.total_ns,
            handler_ns_max=self.max_ns,
        )


class BusMetrics(Struct, frozen=True, kw_only=True):
    """The whole bus at one instant."""

    queues: dict[str, QueueMetrics]
    events: dict[str, EventMetrics]
