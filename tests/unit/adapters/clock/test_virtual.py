"""Virtual time stands still until told, and wakes its sleepers in order."""

import asyncio
from collections.abc import Coroutine

import pytest

from noctule.adapters.clock import VirtualClock

START_MS = 1_700_000_000_000


async def settle() -> None:
    """Let every task that is ready run until it waits again."""
    for _ in range(3):
        await asyncio.sleep(0)


def ends_without_suspending(coroutine: Coroutine[object, None, None]) -> bool:
    try:
        coroutine.send(None)
    except StopIteration:
        return True
    coroutine.close()
    return False


def test_time_stands_still_until_it_is_told_to_move() -> None:
    clock = VirtualClock(START_MS)
    assert clock.now_ms() == START_MS
    clock.advance_to_ms(START_MS + 60_000)
    assert clock.now_ms() == START_MS + 60_000


def test_market_time_and_real_time_are_one() -> None:
    clock = VirtualClock(START_MS)
    clock.advance_to_ms(START_MS + 60_000)
    assert clock.elapsed_ms() == clock.now_ms()


def test_a_backtest_needs_no_event_loop() -> None:
    clock = VirtualClock(START_MS)
    seen = []
    for close_ms in range(START_MS, START_MS + 180_000, 60_000):
        clock.advance_to_ms(close_ms)
        seen.append(clock.now_ms() - START_MS)
    assert seen == [0, 60_000, 120_000]


def test_going_back_is_refused() -> None:
    clock = VirtualClock(START_MS)
    with pytest.raises(AssertionError, match="cannot go back from 1700000000000 to 1699999999999"):
        clock.advance_to_ms(START_MS - 1)


def test_going_back_by_a_microsecond_is_refused() -> None:
    clock = VirtualClock(0)
    clock.advance_to_us(5_300)
    with pytest.raises(AssertionError, match="cannot go back from 5300 to 5299 us"):
        clock.advance_to_us(5_299)


def test_advancing_to_the_present_millisecond_loses_no_microseconds() -> None:
    clock = VirtualClock(0)
    clock.advance_to_us(5_300)
    clock.advance_to_ms(5)
    assert clock.now_us() == 5_300


def test_a_sleep_until_the_past_does_not_suspend() -> None:
    clock = VirtualClock(START_MS)
    assert ends_without_suspending(clock.sleep_until_ms(START_MS))
    assert ends_without_suspending(clock.sleep_ms(0))


async def test_sleepers_wake_in_the_order_of_their_deadlines() -> None:
    clock = VirtualClock(START_MS)
    woken: list[int] = []

    async def sleeper(delay_ms: int) -> None:
        await clock.sleep_until_ms(START_MS + delay_ms)
        woken.append(delay_ms)

    async with asyncio.TaskGroup() as group:
        for delay_ms in (30, 10, 20, 50):
            group.create_task(sleeper(delay_ms))
        await settle()
        clock.advance_to_ms(START_MS + 30)
        await settle()
        assert woken == [10, 20, 30]
        clock.advance_to_ms(START_MS + 50)
    assert woken == [10, 20, 30, 50]


async def test_of_equal_deadlines_the_earlier_sleeper_wakes_first() -> None:
    clock = VirtualClock(START_MS)
    woken: list[str] = []

    async def sleeper(name: str) -> None:
        await clock.sleep_ms(10)
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        for name in ("first", "second", "third"):
            group.create_task(sleeper(name))
        await settle()
        clock.advance_to_ms(START_MS + 10)
    assert woken == ["first", "second", "third"]


async def test_a_sleeper_stays_asleep_until_its_full_time_has_passed() -> None:
    clock = VirtualClock(0)
    clock.advance_to_us(300)
    async with asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep_ms(10))
        await settle()
        clock.advance_to_ms(10)
        await settle()
        assert not sleeper.done()
        clock.advance_to_us(10_300)


async def test_a_cancelled_sleeper_leaves_no_trace() -> None:
    clock = VirtualClock(START_MS)
    async with asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep_ms(10))
        await settle()
        sleeper.cancel()
    assert clock.next_alarm_us() is None


async def test_a_sleeper_cancelled_at_its_very_deadline_is_cancelled() -> None:
    clock = VirtualClock(START_MS)
    async with asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep_ms(10))
        await settle()
        sleeper.cancel()
        clock.advance_to_ms(START_MS + 10)
    assert sleeper.cancelled()


def test_every_alarm_rings_at_its_own_time_although_the_advance_goes_further() -> None:
    clock = VirtualClock(0)
    rung: list[int] = []
    for at_us in (7_000, 3_000):
        clock.set_alarm(at_us, lambda: rung.append(clock.now_us()))
    clock.advance_to_ms(10)
    assert rung == [3_000, 7_000]
    assert clock.now_ms() == 10


def test_an_alarm_set_by_an_alarm_rings_in_the_same_advance() -> None:
    clock = VirtualClock(0)
    rung: list[int] = []

    def ring_and_set_another() -> None:
        rung.append(clock.now_ms())
        clock.set_alarm(clock.now_us() + 4_000, lambda: rung.append(clock.now_ms()))

    clock.set_alarm(3_000, ring_and_set_another)
    clock.advance_to_ms(10)
    assert rung == [3, 7]


def test_an_alarm_for_the_past_rings_at_the_next_advance() -> None:
    clock = VirtualClock(10)
    rung: list[int] = []
    clock.set_alarm(3_000, lambda: rung.append(clock.now_ms()))
    assert rung == []
    clock.advance_to_ms(10)
    assert rung == [10]


def test_an_alarm_that_advances_the_clock_itself_is_not_undone() -> None:
    clock = VirtualClock(0)
    clock.set_alarm(3_000, lambda: clock.advance_to_ms(20))
    clock.advance_to_ms(10)
    assert clock.now_ms() == 20


def test_a_dropped_alarm_does_not_ring_and_leaves_its_neighbours() -> None:
    clock = VirtualClock(0)
    rung: list[str] = []
    clock.set_alarm(3_000, lambda: rung.append("left"))
    dropped = clock.set_alarm(3_000, lambda: rung.append("dropped"))
    clock.set_alarm(3_000, lambda: rung.append("right"))
    clock.drop_alarm(dropped)
    clock.advance_to_ms(3)
    assert rung == ["left", "right"]


def test_dropping_an_alarm_that_has_rung_does_nothing() -> None:
    clock = VirtualClock(0)
    rung_one = clock.set_alarm(3_000, list)
    clock.advance_to_ms(3)
    clock.set_alarm(5_000, list)
    clock.drop_alarm(rung_one)
    assert clock.next_alarm_us() == 5_000


def test_what_was_set_for_the_past_can_be_rung_without_an_advance() -> None:
    clock = VirtualClock(5)
    rung: list[str] = []
    clock.ring_due()
    clock.set_alarm(3_000, lambda: rung.append("past"))
    clock.set_alarm(5_001, lambda: rung.append("future"))
    clock.ring_due()
    assert (rung, clock.now_us()) == (["past"], 5_000)


def test_the_next_alarms_instant_is_rung_whole_and_no_more() -> None:
    clock = VirtualClock(0)
    rung: list[int] = []
    for at_us in (7_000, 3_000, 3_000):
        clock.set_alarm(at_us, lambda: rung.append(clock.now_us()))
    moved = [clock.advance_to_next()]
    assert rung == [3_000, 3_000]
    moved += [clock.advance_to_next(), clock.advance_to_next()]
    assert (rung, moved) == ([3_000, 3_000, 7_000], [True, True, False])
