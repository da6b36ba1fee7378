"""Whether the bus moves: a queue that holds something and gets on with nothing is stuck."""

from collections.abc import Callable, Mapping

from noctule.engine.bus_metrics import QueueMetrics
from noctule.ports.clock import Clock

__all__ = ["QueueWatch"]


class QueueWatch:
    """Looks at the queues now and then.

    A handler that waits for ever stops its queue and not the loop: only who counts sees it.
    """

    def __init__(self, queues: Callable[[], Mapping[str, QueueMetrics]], *, clock: Clock) -> None:
        self._queues = queues
        self._clock = clock
        self._moved: dict[str, tuple[int, int]] = {}  # by queue: events taken, and since when

    def stuck_ms(self) -> Mapping[str, int]:
        """Return how long each queue has taken nothing though it had work; zero where it is well.

        It is as exact as one looks often.
        """
        now_ms = self._clock.elapsed_ms()
        return {name: self._stuck_ms(name, seen, now_ms) for name, seen in self._queues().items()}

    def _stuck_ms(self, name: str, seen: QueueMetrics, now_ms: int) -> int:
        taken, since_ms = self._moved.get(name, (-1, now_ms))
        if not seen.unfinished or seen.waited != taken:
            self._moved[name] = (seen.waited, now_ms)
            return 0
        return now_ms - since_ms
