"""On virtual time the same program takes the same course in every run."""

import asyncio
from itertools import accumulate
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.adapters.clock import VirtualClock, run_virtual

START_MS = 1_700_000_000_000

Wake = tuple[int, int]  # microseconds since the start, and who woke
naps_us = st.integers(1, 50) | st.integers(1, 10**6) | st.integers(1, 10**13)


def wakes(naps_by_sleeper: list[list[int]]) -> list[Wake]:
    """Let every sleeper take its naps, one after the other, all sleepers at a time."""
    trace: list[Wake] = []

    async def sleeper(clock: VirtualClock, number: int) -> None:
        for nap_us in naps_by_sleeper[number]:
            await asyncio.sleep(nap_us / 1_000_000)
            trace.append((clock.now_us() - START_MS * 1_000, number))

    async def main(clock: VirtualClock) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(len(naps_by_sleeper)):
                group.create_task(sleeper(clock, number))

    run_virtual(main, start_ms=START_MS)
    return trace


@given(st.lists(st.lists(naps_us, max_size=5), max_size=5))
@settings(deadline=None)
def test_sleepers_wake_in_order_and_to_the_microsecond(naps_by_sleeper: list[list[int]]) -> None:
    trace = wakes(naps_by_sleeper)
    assert [at_us for at_us, _ in trace] == sorted(at_us for at_us, _ in trace)
    for number, naps in enumerate(naps_by_sleeper):
        assert [at_us for at_us, who in trace if who == number] == list(accumulate(naps))


@given(st.lists(st.lists(st.integers(1, 3), max_size=5), max_size=5))
@settings(deadline=None)
def test_sleepers_that_collide_do_so_in_the_same_order_every_time(
    naps_by_sleeper: list[list[int]],
) -> None:
    assert wakes(naps_by_sleeper) == wakes(naps_by_sleeper)


class Play:
    """A random programme of sleeps, a full mailbox and groups that fail; it notes its course."""

    def __init__(self, *, seed: int) -> None:
        self._random = Random(seed)
        self.course: list[str] = []

    async def main(self, clock: VirtualClock) -> None:
        for _ in range(5):
            try:
                await self._scene(clock)
            except* ValueError:
                self.course.append(f"{clock.now_ms()} curtain")

    async def _scene(self, clock: VirtualClock) -> None:
        mail: asyncio.Queue[str] = asyncio.Queue(maxsize=2)
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(self._actor(clock, f"actor-{number}", mail))
            group.create_task(self._spoilsport())

    async def _actor(self, clock: VirtualClock, name: str, mail: asyncio.Queue[str]) -> None:
        try:
            while True:
                await asyncio.sleep(self._random.randrange(4) / 1_000)
                await mail.put(name)
                self.course.append(f"{clock.now_ms()} {name} reads {await mail.get()}")
        finally:
            self.course.append(f"{clock.now_ms()} {name} leaves")

    async def _spoilsport(self) -> None:
        await asyncio.sleep(self._random.randrange(1, 20) / 1_000)
        raise ValueError("the show is over")


def rehearse(seed: int) -> list[str]:
    play = Play(seed=seed)
    run_virtual(play.main, start_ms=0)
    return play.course


def test_the_same_seeded_program_takes_the_same_course_twice() -> None:
    first = rehearse(seed=7)
    memory_moved_on = [object() for _ in range(10_000)]
    assert rehearse(seed=7) == first
    del memory_moved_on


def test_another_seed_takes_another_course() -> None:
    assert rehearse(seed=7) != rehearse(seed=8)
