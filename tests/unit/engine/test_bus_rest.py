"""The bus makes its publishers wait, comes to rest, and tells how it fared."""

import asyncio
from itertools import count

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import QueueName
from noctule.engine.bus import Drained, EventBus
from noctule.engine.bus_metrics import EventMetrics, QueueMetrics
from tests.fakes.bus import death_of, live, new_bus
from tests.fakes.events import Deed, Hint, Tick, deed, hint, quote, tick


def three_hops(bus: EventBus, clock: VirtualClock, seen: list[str]) -> None:
    """Have every tick end in a deed, with a wait at each hop."""

    async def on_tick(_event: Tick) -> None:
        await clock.sleep_ms(100)
        await bus.publish(hint())

    async def on_hint(_event: Hint) -> None:
        await clock.sleep_ms(100)
        await bus.publish(deed())

    async def on_deed(_event: Deed) -> None:
        await clock.sleep_ms(100)
        seen.append(f"deed at {clock.now_ms()}")

    bus.subscribe(Tick, on_tick)
    bus.subscribe(Hint, on_hint)
    bus.subscribe(Deed, on_deed)


async def test_a_full_queue_makes_its_publisher_wait(clock: VirtualClock) -> None:
    bus = new_bus(capacity=1)
    bus.subscribe(Tick, lambda _event: clock.sleep_ms(100))
    published_ms: list[int] = []
    async with live(bus):
        for _ in range(4):
            await bus.publish(tick())
            published_ms.append(clock.now_ms())
        await bus.settle()

    assert published_ms == [0, 0, 100, 200]


async def test_a_publisher_that_gives_up_takes_its_event_back(clock: VirtualClock) -> None:
    bus = new_bus(capacity=1)
    seen: list[str] = []

    async def handle(event: Tick) -> None:
        seen.append(event.label)
        await clock.sleep_ms(100)

    bus.subscribe(Tick, handle)
    async with live(bus):
        await bus.publish(tick("in hand"))
        await asyncio.sleep(0)
        await bus.publish(tick("queued"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bus.publish(tick("given up")), timeout=0.05)
        await bus.publish(tick("last"))
        await bus.settle()

    assert seen == ["in hand", "queued", "last"]


async def test_a_stalled_publisher_is_told_after_a_second(
    clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    bus = new_bus(capacity=1)
    bus.subscribe(Tick, lambda _event: clock.sleep_ms(1_001))
    async with live(bus):
        for _ in range(3):
            await bus.publish(tick())
        await bus.settle()

    assert bus.metrics().queues["data"].stalls == 1
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "publisher stalled")
    ]


async def test_a_publisher_that_waits_for_less_than_a_second_is_no_alarm(
    clock: VirtualClock,
) -> None:
    bus = new_bus(capacity=1)
    bus.subscribe(Tick, lambda _event: clock.sleep_ms(999))
    async with live(bus):
        for _ in range(5):
            await bus.publish(tick())
        await bus.settle()

    assert bus.metrics().queues["data"].stalls == 0


async def test_settle_waits_for_all_that_an_event_causes_in_all_three_queues(
    clock: VirtualClock,
) -> None:
    bus = new_bus()
    seen: list[str] = []
    three_hops(bus, clock, seen)
    async with live(bus):
        await bus.publish(tick())
        await bus.settle()

        assert seen == ["deed at 300"]


async def test_settling_a_bus_at_rest_returns_at_once() -> None:
    await new_bus().settle()


async def test_a_queue_that_empties_itself_in_time_is_drained(clock: VirtualClock) -> None:
    bus = new_bus()
    bus.subscribe(Tick, lambda _event: clock.sleep_ms(100))
    async with live(bus):
        for _ in range(3):
            await bus.publish(tick())

        assert await bus.drain(QueueName.DATA, timeout_ms=5_000) == Drained(
            queue=QueueName.DATA, left=0
        )
        assert clock.now_ms() == 300


async def test_a_hung_handler_uses_up_its_own_deadline_and_no_other_queues(
    clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    bus = new_bus()
    bus.subscribe(Tick, lambda _event: clock.sleep_ms(3_600_000))
    bus.subscribe(Deed, lambda _event: clock.sleep_ms(100))
    async with live(bus):
        for event in (tick(), tick(), deed(), deed()):
            await bus.publish(event)
        left = [await bus.drain(name, timeout_ms=5_000) for name in QueueName]

        assert [drained.left for drained in left] == [2, 0, 0]
        assert clock.now_ms() == 5_000
    assert [record.getMessage() for record in caplog.records] == ["queue not drained"]


async def test_the_drain_of_a_dead_queue_tells_what_is_left_and_does_not_wait(
    clock: VirtualClock,
) -> None:
    bus = new_bus(capacity=2)

    def break_down(_event: Tick) -> None:
        raise AssertionError("broken")

    bus.subscribe(Tick, break_down)
    await death_of(bus, tick())
    await bus.publish(tick())
    await bus.publish(tick())

    assert await bus.drain(QueueName.DATA, timeout_ms=5_000) == Drained(
        queue=QueueName.DATA, left=2
    )
    assert clock.now_ms() == 0


def test_history_keeps_the_latest_events_oldest_first() -> None:
    bus = new_bus(history=3)
    for label in "abcde":
        bus.drive(tick(label))

    assert bus.history() == (tick("c"), tick("d"), tick("e"))


async def test_metrics_tell_how_full_a_queue_is_and_was_and_how_long_events_waited(
    clock: VirtualClock,
) -> None:
    bus = new_bus(capacity=3, stopwatch_ns=clock.now_ms)
    bus.subscribe(Tick, lambda _event: clock.sleep_ms(10))
    async with live(bus):
        for _ in range(5):
            await bus.publish(tick())
        await bus.publish(quote("older"))
        await bus.publish(quote("newer"))
        full = bus.metrics().queues["data"]
        await bus.settle()
    rested = bus.metrics().queues["data"]

    assert (full.depth, full.unfinished) == (3, 4)
    assert rested == QueueMetrics(
        depth=0,
        unfinished=0,
        capacity=3,
        high_water=3,
        replaced=1,
        stalls=0,
        waited=6,
        wait_ns_total=0 + 10 + 20 + 30 + 40 + 30,
        wait_ns_max=40,
    )


async def test_metrics_tell_how_often_an_event_class_came_and_how_long_its_handlers_took() -> None:
    readings = count(step=7)  # each delivery reads the stopwatch twice
    bus = new_bus(stopwatch_ns=lambda: next(readings))

    def fail(_event: Tick) -> None:
        raise ValueError("of a handler")

    bus.subscribe(Tick, fail)
    bus.drive(tick())
    bus.drive(tick())
    bus.drive(deed())

    assert bus.metrics().events == {
        "Tick": EventMetrics(delivered=2, errors=2, handler_ns_total=14, handler_ns_max=7),
        "Deed": EventMetrics(delivered=1, errors=0, handler_ns_total=7, handler_ns_max=7),
    }
