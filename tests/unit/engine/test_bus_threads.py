"""Other threads may publish too, and never more than the bus can bear."""

import asyncio
from concurrent.futures import CancelledError

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.domain.events.base import QueueName
from noctule.engine.bus import BusMisused, EventBus
from tests.fakes.bus import live, new_bus
from tests.fakes.events import Tick, deed, hint, tick

WORLD_SECONDS = 10  # how long a thread may be kept waiting before its test has failed


async def idle(bus: EventBus) -> None:
    """Let the bus learn of its loop, and leave its queues without processors."""
    async with live(bus):
        pass


async def test_an_event_from_another_thread_is_delivered() -> None:
    bus = new_bus()

    def publish() -> None:
        bus.publish_from_thread(tick("from a thread")).result(WORLD_SECONDS)

    async with live(bus):
        await asyncio.to_thread(publish)
        await bus.settle()

    assert bus.history() == (tick("from a thread"),)


async def test_a_thread_that_publishes_faster_than_handlers_work_waits_and_loses_nothing(
    clock: VirtualClock,
) -> None:
    bus = new_bus(capacity=1)
    bus.subscribe(Tick, lambda _event: asyncio.sleep(0))
    labels = [str(number) for number in range(20)]

    def publish() -> None:
        for label in labels:
            bus.publish_from_thread(tick(label)).result(WORLD_SECONDS)

    async with live(bus):
        await asyncio.to_thread(publish)
        await bus.settle()

    assert bus.history() == tuple(tick(label) for label in labels)


async def test_a_thread_may_not_publish_a_signal_either() -> None:
    bus = new_bus()
    await idle(bus)
    with pytest.raises(BusMisused, match="Hint comes from outside the data processor"):
        bus.publish_from_thread(hint())


async def test_a_bus_that_never_ran_takes_nothing_from_threads() -> None:
    with pytest.raises(AssertionError, match="the bus is not running"):
        new_bus().publish_from_thread(tick())


async def test_a_thread_that_gives_up_in_time_has_published_nothing() -> None:
    bus = new_bus()
    await idle(bus)
    accepted = bus.publish_from_thread(tick())
    assert accepted.cancel()
    await asyncio.sleep(0)

    assert (await bus.drain(QueueName.DATA, timeout_ms=0)).left == 0
    with pytest.raises(CancelledError):
        accepted.result(WORLD_SECONDS)


async def test_a_thread_in_front_of_a_full_queue_stands_in_line_and_cannot_give_up() -> None:
    bus = new_bus(capacity=1)
    await idle(bus)
    first = bus.publish_from_thread(tick("first"))
    second = bus.publish_from_thread(tick("second"))
    await asyncio.sleep(0)

    assert first.done()
    assert not second.done()
    assert not second.cancel()
    async with live(bus):
        await bus.settle()
    assert second.result(WORLD_SECONDS) is None
    assert bus.history() == (tick("first"), tick("second"))


async def test_threads_that_do_not_wait_are_refused_before_the_line_grows_without_bound() -> None:
    bus = new_bus(capacity=2)
    await idle(bus)
    accepted = [bus.publish_from_thread(deed(str(number))) for number in range(8)]
    await asyncio.sleep(0)

    refused = [future.exception(WORLD_SECONDS) for future in accepted if future.done()]
    assert [str(reason) for reason in refused] == ["None"] * 2 + ["the order queue is full"] * 3
    async with live(bus):
        await bus.settle()
    assert bus.history() == tuple(deed(str(number)) for number in range(5))
