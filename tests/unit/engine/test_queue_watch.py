"""A queue is stuck when it has work and takes nothing; the loop runs on all the while."""

import asyncio
from collections.abc import Mapping

from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import QueueName
from noctule.engine.bus import EventBus
from noctule.engine.bus_metrics import QueueMetrics
from noctule.engine.queue_watch import QueueWatch
from tests.builders import START_MS
from tests.fakes.events import Tick, tick

EMPTY = QueueMetrics(
    depth=0,
    unfinished=0,
    capacity=10,
    high_water=0,
    replaced=0,
    stalls=0,
    waited=0,
    wait_ns_total=0,
    wait_ns_max=0,
)


class Queue:
    """One queue that a test fills and empties, looked at by the real watch."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START_MS)
        self.seen = EMPTY
        self._watch = QueueWatch(self._metrics, clock=self.clock)

    def stuck_ms(self, *, after_ms: int = 0, unfinished: int = 0, waited: int = 0) -> int:
        self.clock.advance_to_ms(self.clock.now_ms() + after_ms)
        self.seen = replace(self.seen, unfinished=unfinished, waited=waited)
        return self._watch.stuck_ms()["data"]

    def _metrics(self) -> Mapping[str, QueueMetrics]:
        return {"data": self.seen}


def test_a_queue_without_work_is_well_however_long() -> None:
    queue = Queue()

    assert [queue.stuck_ms(after_ms=60_000) for _ in range(3)] == [0, 0, 0]


def test_a_queue_that_takes_one_after_the_other_is_well_however_full() -> None:
    queue = Queue()
    looks = [queue.stuck_ms(after_ms=1_000, unfinished=9, waited=number) for number in range(4)]

    assert looks == [0, 0, 0, 0]


def test_a_queue_that_takes_nothing_is_stuck_since_the_look_that_saw_it_move() -> None:
    queue = Queue()
    looks = [queue.stuck_ms(after_ms=1_000, unfinished=2, waited=7) for _ in range(4)]

    assert looks == [0, 1_000, 2_000, 3_000]
    assert queue.stuck_ms(after_ms=1_000, unfinished=1, waited=8) == 0


async def test_a_handler_that_waits_for_ever_is_seen_though_its_queue_is_empty() -> None:
    clock, bus = VirtualClock(START_MS), EventBus(stopwatch_ns=lambda: 0)
    watch = QueueWatch(lambda: bus.metrics().queues, clock=clock)
    bus.subscribe(Tick, lambda _event: asyncio.sleep(3_600))
    processing = asyncio.get_running_loop().create_task(bus.process(QueueName.DATA))
    await bus.publish(tick())
    await asyncio.sleep(0)
    watch.stuck_ms()
    clock.advance_to_ms(START_MS + 31_000)

    assert watch.stuck_ms() == {"data": 31_000, "signal": 0, "order": 0}
    assert bus.metrics().queues["data"].depth == 0
    processing.cancel()
    await asyncio.wait([processing])
