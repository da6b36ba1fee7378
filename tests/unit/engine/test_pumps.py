"""The collector pump hands on every event, in order, and starts and stops its collector."""

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
