import asyncio

from noctule.adapters.offline.collector import OfflineCollector
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT


async def test_it_has_no_history_and_no_event_until_it_is_stopped() -> None:
    collector = OfflineCollector()
    await collector.start()
    assert await collector.history(BTCUSDT, Timeframe.M1, 500) == ()

    async def everything() -> list[object]:
        return [event async for event in collector.events()]

    async with asyncio.TaskGroup() as group:
        listening = group.create_task(everything())
        await asyncio.sleep(0)
        assert not listening.done()
        await collector.stop()

    assert listening.result() == []


async def test_it_can_be_started_again() -> None:
    collector = OfflineCollector()
    await collector.stop()
    await collector.start()

    listening = collector.events().__aiter__().__anext__()

    try:
        async with asyncio.timeout(0):
            await listening
    except TimeoutError:
        return
    raise AssertionError("a restarted collector ended at once")
