"""How late the loop is, told by a task that only wants to be on time."""

import asyncio

from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.engine.heartbeat import Heartbeat
from tests.builders import START_MS


class HeldUp(VirtualClock):
    """A clock whose sleeps end too late by as much as a test says, one after the other."""

    def __init__(self, *delays_ms: int) -> None:
        super().__init__(START_MS)
        self.delays_ms = [*delays_ms]

    @override
    async def sleep_ms(self, real_ms: int) -> None:
        if not self.delays_ms:
            await asyncio.get_running_loop().create_future()
        self.advance_to_ms(self.now_ms() + real_ms + self.delays_ms.pop(0))


async def beaten(*delays_ms: int) -> Heartbeat:
    heartbeat = Heartbeat(HeldUp(*delays_ms), every_ms=250)
    task = asyncio.get_running_loop().create_task(heartbeat.beat())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    return heartbeat


def test_before_the_first_beat_nothing_is_late() -> None:
    assert Heartbeat(VirtualClock(START_MS)).lag_ms == 0


def test_a_loop_that_keeps_up_has_no_lag() -> None:
    async def main(clock: VirtualClock) -> None:
        heartbeat = Heartbeat(clock)
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(heartbeat.beat())
            await clock.sleep_ms(1_001)
            assert (heartbeat.lag_ms, heartbeat.worst_ever_ms) == (0, 0)
            beating.cancel()

    run_virtual(main, start_ms=START_MS)


async def test_a_beat_that_came_late_is_the_lag_until_one_comes_in_time() -> None:
    assert (await beaten(700)).lag_ms == 700
    assert (await beaten(700, 0)).lag_ms == 0


async def test_the_worst_is_told_once_and_remembered_for_ever_beside() -> None:
    heartbeat = await beaten(700, 20, 0)

    assert [heartbeat.take_worst_ms(), heartbeat.take_worst_ms()] == [700, 0]
    assert heartbeat.worst_ever_ms == 700


async def test_a_beat_that_is_overdue_counts_before_it_comes() -> None:
    heartbeat = await beaten(0)
    clock = heartbeat._clock
    assert isinstance(clock, HeldUp)
    clock.advance_to_ms(clock.now_ms() + 250 + 40_000)

    assert heartbeat.lag_ms == 40_000
