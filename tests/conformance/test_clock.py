"""What the Clock port promises, held against every implementation of it."""

import asyncio
from collections.abc import Callable
from decimal import Decimal

import pytest

from noctule.adapters.clock import ScaledClock, SystemClock, VirtualClock, run_virtual
from noctule.ports.clock import Clock

START_MS = 1_700_000_000_000


def system(world: VirtualClock) -> Clock:
    return SystemClock(
        wall_ns=lambda: world.now_us() * 1_000, monotonic_ns=lambda: world.now_us() * 1_000
    )


def fast(world: VirtualClock) -> Clock:
    return ScaledClock(world, start_ms=START_MS, speed=60)


def slow(world: VirtualClock) -> Clock:
    return ScaledClock(world, start_ms=START_MS, speed=Decimal("0.5"))


def virtual(world: VirtualClock) -> Clock:
    return world


on_every_clock = pytest.mark.parametrize("make_clock", [system, fast, slow, virtual])
MakeClock = Callable[[VirtualClock], Clock]


@on_every_clock
def test_market_time_starts_where_the_world_does(make_clock: MakeClock) -> None:
    assert make_clock(VirtualClock(START_MS)).now_ms() == START_MS


@on_every_clock
def test_elapsed_time_is_real(make_clock: MakeClock) -> None:
    world = VirtualClock(START_MS)
    clock = make_clock(world)
    before_ms = clock.elapsed_ms()
    world.advance_to_ms(START_MS + 1_234)
    assert clock.elapsed_ms() - before_ms == 1_234


@on_every_clock
def test_a_sleeper_wakes_at_its_market_time(make_clock: MakeClock) -> None:
    async def main(world: VirtualClock) -> int:
        clock = make_clock(world)
        await clock.sleep_until_ms(START_MS + 600_000)
        return clock.now_ms()

    assert run_virtual(main, start_ms=START_MS) == START_MS + 600_000


@on_every_clock
def test_a_sleep_lasts_as_long_in_real_time_as_asked(make_clock: MakeClock) -> None:
    async def main(world: VirtualClock) -> int:
        clock = make_clock(world)
        before_ms = clock.elapsed_ms()
        await clock.sleep_ms(5_000)
        return clock.elapsed_ms() - before_ms

    assert run_virtual(main, start_ms=START_MS) == 5_000


@on_every_clock
def test_a_sleep_until_the_past_ends_at_once(make_clock: MakeClock) -> None:
    async def main(world: VirtualClock) -> int:
        clock = make_clock(world)
        await clock.sleep_until_ms(START_MS)
        await clock.sleep_until_ms(0)
        await clock.sleep_ms(0)
        return world.now_ms()

    assert run_virtual(main, start_ms=START_MS) == START_MS


@on_every_clock
def test_sleepers_wake_in_the_order_of_their_instants(make_clock: MakeClock) -> None:
    woken: list[int] = []

    async def sleeper(clock: Clock, delay_ms: int) -> None:
        await clock.sleep_until_ms(START_MS + delay_ms)
        woken.append(delay_ms)

    async def main(world: VirtualClock) -> None:
        clock = make_clock(world)
        async with asyncio.TaskGroup() as group:
            for delay_ms in (90_000, 30_000, 60_000):
                group.create_task(sleeper(clock, delay_ms))

    run_virtual(main, start_ms=START_MS)
    assert woken == [30_000, 60_000, 90_000]


@on_every_clock
def test_a_cancelled_sleep_ends_then_and_there(make_clock: MakeClock) -> None:
    async def main(world: VirtualClock) -> int:
        clock = make_clock(world)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.25):
                await clock.sleep_until_ms(START_MS + 3_600_000)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.25):
                await clock.sleep_ms(3_600_000)
        return world.now_ms() - START_MS

    assert run_virtual(main, start_ms=START_MS) == 500
