"""The collector pump hands on every event, in order, and starts and stops its collector."""

import asyncio

from noctule.domain.events.base import DataEvent
from noctule.engine.pumps import FeedPump
from tests.fakes.events import tick
from tests.fakes.feed import ScriptedCollector


async def test_every_event_of_the_collector_is_published_in_order() -> None:
    published: list[DataEvent] = []

    async def publish(event: DataEvent) -> None:
        published.append(event)

    pump = FeedPump(name="collector", feed=ScriptedCollector(tick("a"), tick("b")), publish=publish)
    await pump.run()

    assert published == [tick("a"), tick("b")]


async def test_the_pump_starts_and_stops_its_collector() -> None:
    async def publish(_event: DataEvent) -> None:
        raise AssertionError("there is nothing to publish")

    collector = ScriptedCollector()
    pump = FeedPump(name="candles", feed=collector, publish=publish)
    await pump.start()
    await pump.sync_state()
    await pump.run()
    await pump.stop()

    assert (collector.starts, collector.stops) == (1, 1)
    assert pump.name == "candles"


async def test_an_event_that_had_no_room_when_it_stopped_is_the_first_of_the_next_run() -> None:
    published: list[DataEvent] = []
    has_room = asyncio.Event()

    async def publish(event: DataEvent) -> None:
        await has_room.wait()
        published.append(event)

    feed = ScriptedCollector(tick("a"), tick("b"))
    pump = FeedPump(name="collector", feed=feed, publish=publish)
    running = asyncio.get_running_loop().create_task(pump.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    has_room.set()
    await pump.run()

    assert published == [tick("a"), tick("a"), tick("b")]  # the script begins anew, too
