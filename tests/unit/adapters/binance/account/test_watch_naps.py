"""Between two questions the watch sleeps; the stream wakes it."""

import asyncio

from noctule.adapters.binance.account.audit import Scope
from tests.builders import START_MS
from tests.unit.adapters.binance.account.test_watch import Watched, watched


@watched
async def test_what_the_stream_says_in_between_is_judged_with_the_next_tick(it: Watched) -> None:
    alarm_ms = it.clock.elapsed_ms() + 5_050
    it.clock.set_alarm(alarm_ms * 1_000, lambda: it.feed.on_lost("gone"))
    it.clock.set_alarm((alarm_ms + 1_000) * 1_000, it.feed.on_restored)
    assert await it.run(7_000) == [(6_100, Scope.GAP)]


@watched
async def test_where_all_is_well_it_sleeps_until_something_is_due(it: Watched) -> None:
    wakes: list[int] = []
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(it.watch.run())
        await it.clock.sleep_ms(1)
        alarm_us = it.clock.next_alarm_us()
        assert alarm_us is not None
        wakes.append(alarm_us // 1_000 - START_MS)
        watching.cancel()
    assert wakes == [10_000]
