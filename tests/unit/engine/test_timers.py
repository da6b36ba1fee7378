"""A deadline fires once, on its own axis, in order; and setting its name again moves it."""

import asyncio

import pytest
from typing_extensions import override

from noctule.adapters.clock import ScaledClock, VirtualClock
from noctule.domain.events.base import Event, QueueName
from noctule.domain.events.data import DataTimerFired
from noctule.domain.events.order import OrderTimerFired
from noctule.engine.timers import TIMERS_MAX, Axis, Timers
from noctule.ports.clock import Clock
from tests.fakes.timers import Listener, running, timer_of

DATA, ORDER = QueueName.DATA, QueueName.ORDER


def timers_and_listener(clock: Clock) -> tuple[Timers, Listener]:
    listener = Listener(clock)
    return Timers(clock=clock, bus=listener), listener


def names(events: list[Event]) -> list[str]:
    return [timer_of(event) for event in events]


def test_what_is_due_comes_once_and_earliest_first() -> None:
    clock = VirtualClock(0)
    timers, _ = timers_and_listener(clock)
    for name, at_ms in (("c", 300), ("a", 100), ("b", 200), ("later", 301)):
        timers.at(name, at_ms, DATA)
    clock.advance_to_ms(300)

    assert names(timers.due(Axis.MARKET)) == ["a", "b", "c"]
    assert timers.due(Axis.MARKET) == []
    assert timers.next_ms(Axis.MARKET) == 301


def test_equal_deadlines_come_in_the_order_they_were_set() -> None:
    clock = VirtualClock(0)
    timers, _ = timers_and_listener(clock)
    for name in ("z", "a", "m"):
        timers.at(name, 100, DATA)
    timers.at("z", 100, DATA)
    clock.advance_to_ms(100)

    assert names(timers.due(Axis.MARKET)) == ["a", "m", "z"]


def test_a_timer_says_when_it_fired_to_the_queue_it_was_set_for() -> None:
    clock = VirtualClock(1_000)
    timers, _ = timers_and_listener(clock)
    timers.at("day", 1_500, DATA)
    timers.at("naked", 1_600, ORDER)
    clock.advance_to_ms(2_000)

    assert timers.due(Axis.MARKET) == [
        DataTimerFired(at_ms=2_000, trace="timer:day:2000", timer="day"),
        OrderTimerFired(at_ms=2_000, trace="timer:naked:2000", timer="naked"),
    ]


def test_a_timer_may_not_speak_on_the_signal_queue() -> None:
    timers, _ = timers_and_listener(VirtualClock(0))
    with pytest.raises(AssertionError, match="only the data processor speaks on signal"):
        timers.at("day", 100, QueueName.SIGNAL)


def test_each_axis_has_its_own_time() -> None:
    real = VirtualClock(0)
    clock = ScaledClock(real, start_ms=1_000_000, speed=60)
    timers, _ = timers_and_listener(clock)
    timers.at("market", 1_060_000, DATA)
    timers.after("real", 1_500, DATA)
    real.advance_to_ms(1_000)  # a minute of market time

    assert names(timers.due(Axis.MARKET)) == ["market"]
    assert names(timers.due(Axis.REAL)) == []
    real.advance_to_ms(1_500)
    assert names(timers.due(Axis.REAL)) == ["real"]


def test_setting_a_name_again_moves_it_also_to_the_other_axis_and_queue() -> None:
    clock = VirtualClock(0)
    timers, _ = timers_and_listener(clock)
    timers.at("stale", 100, DATA)
    timers.at("stale", 300, DATA)
    timers.after("stale", 200, ORDER)
    clock.advance_to_ms(1_000)

    assert timers.next_ms(Axis.MARKET) is None
    assert timers.due(Axis.MARKET) == []
    assert timers.due(Axis.REAL) == [
        OrderTimerFired(at_ms=1_000, trace="timer:stale:1000", timer="stale")
    ]


def test_a_cancelled_timer_does_not_fire_and_an_unknown_one_is_cancelled_already() -> None:
    clock = VirtualClock(0)
    timers, _ = timers_and_listener(clock)
    timers.at("a", 100, DATA)
    timers.at("b", 100, DATA)
    timers.cancel("a")
    timers.cancel("never set")
    clock.advance_to_ms(100)

    assert names(timers.due(Axis.MARKET)) == ["b"]


def test_a_timer_that_is_moved_on_every_frame_costs_no_memory() -> None:
    timers, _ = timers_and_listener(VirtualClock(0))
    timers.at("day", 60_000, DATA)
    most = 0
    for frame in range(10_000):
        timers.at("stale", 90_000 + frame, DATA)
        most = max(most, len(timers._heaps[Axis.MARKET]))

    assert most < 80
    assert timers.next_ms(Axis.MARKET) == 60_000


def test_there_is_a_bound_to_timers_and_moving_one_does_not_count() -> None:
    timers, _ = timers_and_listener(VirtualClock(0))
    for number in range(TIMERS_MAX):
        timers.at(f"timer {number}", 100, DATA)
    timers.at("timer 0", 200, DATA)
    with pytest.raises(AssertionError, match="10001 timers are set"):
        timers.at("one too many", 100, DATA)


async def test_live_each_timer_is_published_at_its_time(clock: VirtualClock) -> None:
    timers, listener = timers_and_listener(clock)
    async with running(timers):
        timers.at("b", 200, DATA)
        timers.after("a", 100, ORDER)
        timers.after("c", 300, DATA)
        await asyncio.sleep(10)

    assert listener.heard == ["100 a", "200 b", "300 c"]


async def test_what_was_due_before_the_run_began_is_published_at_once(clock: VirtualClock) -> None:
    timers, listener = timers_and_listener(clock)
    timers.at("overdue", -1, DATA)
    async with running(timers):
        pass

    assert listener.heard == ["0 overdue"]


async def test_an_earlier_deadline_is_not_missed_while_waiting_for_a_later_one(
    clock: VirtualClock,
) -> None:
    timers, listener = timers_and_listener(clock)
    async with running(timers):
        timers.after("late", 1_000, DATA)
        await asyncio.sleep(0.1)
        timers.after("soon", 100, DATA)
        await asyncio.sleep(0)
        timers.after("sooner", 50, DATA)
        timers.after("soonest", 20, DATA)
        await asyncio.sleep(10)

    assert listener.heard == ["120 soonest", "150 sooner", "200 soon", "1000 late"]


@pytest.mark.parametrize("axis", Axis)
async def test_a_deadline_is_not_missed_while_waiting_for_one_that_was_cancelled(
    clock: VirtualClock, axis: Axis
) -> None:
    timers, listener = timers_and_listener(clock)
    set_timer = timers.at if axis is Axis.MARKET else timers.after
    async with running(timers):
        set_timer("late", 1_000, DATA)
        await asyncio.sleep(0)
        timers.cancel("late")
        set_timer("soon", 100, DATA)
        await asyncio.sleep(10)

    assert listener.heard == ["100 soon"]


async def test_a_timer_that_is_moved_while_waited_for_fires_at_its_new_time(
    clock: VirtualClock,
) -> None:
    timers, listener = timers_and_listener(clock)
    async with running(timers):
        for _ in range(5):
            timers.after("stale", 100, DATA)
            await asyncio.sleep(0.09)
        await asyncio.sleep(10)

    assert listener.heard == ["460 stale"]


async def test_a_timer_may_be_set_anew_by_whoever_hears_it(clock: VirtualClock) -> None:
    class Heart(Listener):
        @override
        async def publish(self, event: Event) -> None:
            await super().publish(event)
            if len(self.heard) < 3:
                timers.after("beat", 1_000, DATA)

    heart = Heart(clock)
    timers = Timers(clock=clock, bus=heart)
    async with running(timers):
        timers.after("beat", 1_000, DATA)
        await asyncio.sleep(10)

    assert heart.heard == ["1000 beat", "2000 beat", "3000 beat"]


async def test_a_run_that_is_cancelled_can_be_taken_up_again(clock: VirtualClock) -> None:
    timers, listener = timers_and_listener(clock)
    async with running(timers):
        timers.after("a", 100, DATA)
        await asyncio.sleep(0.05)
    async with running(timers):
        timers.after("b", 10, DATA)
        await asyncio.sleep(1)

    assert listener.heard == ["60 b", "100 a"]
