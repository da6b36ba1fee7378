"""How many sleeps a second the virtual loop passes, beside asyncio's own turns in the same run."""

import asyncio
import time
from collections.abc import Callable

from noctule.adapters.clock import VirtualClock, run_virtual

SLEEPS = 100_000
SLEEPERS = 1_000
ROUNDS = 5


def main() -> None:
    """Print the best of several rounds for each way to sleep."""
    reference = best(lambda: asyncio.run(turn()))
    print(f"{'asyncio.sleep(0), real loop':42}{SLEEPS / reference:12,.0f}/s")
    for title, run in VIRTUAL.items():
        seconds = best(run)
        print(f"{title:42}{SLEEPS / seconds:12,.0f}/s  {seconds / reference:5.2f} x its time")


async def turn() -> None:
    """Give way to the loop, again and again."""
    for _ in range(SLEEPS):
        await asyncio.sleep(0)


async def turn_virtually(_clock: VirtualClock) -> None:
    """Do the same on virtual time."""
    await turn()


async def sleep_on_the_loop(_clock: VirtualClock) -> None:
    """Sleep by the loop's timers."""
    for _ in range(SLEEPS):
        await asyncio.sleep(1)


async def sleep_on_the_clock(clock: VirtualClock) -> None:
    """Sleep by the Clock port."""
    for _ in range(SLEEPS):
        await clock.sleep_ms(1_000)


async def sleep_in_a_crowd(clock: VirtualClock) -> None:
    """Sleep by the Clock port, a thousand sleepers at a time."""

    async def sleeper(nap_ms: int) -> None:
        for _ in range(SLEEPS // SLEEPERS):
            await clock.sleep_ms(nap_ms)

    async with asyncio.TaskGroup() as group:
        for number in range(SLEEPERS):
            group.create_task(sleeper(1_000 + number))


VIRTUAL: dict[str, Callable[[], None]] = {
    "asyncio.sleep(0), virtual loop": lambda: run_virtual(turn_virtually, start_ms=0),
    "asyncio.sleep(1), virtual loop": lambda: run_virtual(sleep_on_the_loop, start_ms=0),
    "clock.sleep_ms(1000), virtual loop": lambda: run_virtual(sleep_on_the_clock, start_ms=0),
    f"the same, {SLEEPERS} sleepers at a time": lambda: run_virtual(sleep_in_a_crowd, start_ms=0),
}


def best(run: Callable[[], None]) -> float:
    """Return the seconds of the quickest round."""
    return min(seconds(run) for _ in range(ROUNDS))


def seconds(run: Callable[[], None]) -> float:
    """Return how long one round took."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
