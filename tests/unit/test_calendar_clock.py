"""Candles by the clock: who waits for a close wakes at it, once, even when the wall is set."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from freezegun import freeze_time

from noctule.adapters.clock import SystemClock, VirtualClock, run_virtual
from noctule.domain.events.base import Event, QueueName
from noctule.domain.values import Timeframe
from noctule.engine.timers import Timers
from noctule.ports.clock import Clock
from tests.fakes.timers import running

MINUTE_MS = 60_000


def ms(text: str) -> int:
    """Read an instant of UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


def day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M")


class Machine:
    """A machine whose owner may set its wall clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = SystemClock(
            wall_ns=lambda: clock.now_us() * 1_000 + self._set_by_ms * 1_000_000,
            monotonic_ns=lambda: clock.now_us() * 1_000,
        )
        self._virtual = clock
        self._set_by_ms = 0

    def set_wall(self, by_ms: int, *, after_ms: int) -> None:
        """Set the wall clock by so much, once so many real milliseconds have passed."""
        at_us = (self._virtual.now_ms() + after_ms) * 1_000
        self._virtual.set_alarm(at_us, lambda: self._change(by_ms))

    def _change(self, by_ms: int) -> None:
        self._set_by_ms += by_ms


class Closes:
    """Keeps one deadline, the next close of a timeframe, and notes each that fires."""

    def __init__(self, clock: Clock, timeframe: Timeframe) -> None:
        self.fired: list[str] = []
        self.at_real_ms: list[int] = []
        self.timers = Timers(clock=clock, bus=self)
        self._clock = clock
        self._timeframe = timeframe
        self._began_ms = clock.elapsed_ms()
        self._due_ms = timeframe.next_open(clock.now_ms())
        self._set()

    async def publish(self, event: Event) -> None:
        """Note the close, and wait for the one after it."""
        self.fired.append(day(self._due_ms))
        self.at_real_ms.append(self._clock.elapsed_ms() - self._began_ms)
        self._due_ms = self._timeframe.next_open(self._due_ms)
        self._set()

    def _set(self) -> None:
        self.timers.at(f"close of {self._timeframe}", self._due_ms, QueueName.DATA)


@pytest.mark.parametrize(
    ("timeframe", "start", "closes"),
    [
        ("1d", "2028-02-27T22:00", ["2028-02-28", "2028-02-29", "2028-03-01"]),
        ("1d", "2100-02-26T22:00", ["2100-02-27", "2100-02-28", "2100-03-01"]),
        ("1d", "2026-12-30T00:00", ["2026-12-31", "2027-01-01", "2027-01-02"]),
        ("1w", "2026-12-24T12:00", ["2026-12-28", "2027-01-04", "2027-01-11"]),
        ("1M", "2027-11-30T23:59", ["2027-12-01", "2028-01-01", "2028-02-01", "2028-03-01"]),
        ("1M", "2100-01-31T12:00", ["2100-02-01", "2100-03-01", "2100-04-01"]),
    ],
)
def test_who_sleeps_until_each_close_wakes_at_every_one(
    timeframe: str, start: str, closes: list[str]
) -> None:
    async def main(clock: VirtualClock) -> list[str]:
        woken = []
        for _ in closes:
            await clock.sleep_until_ms(Timeframe(timeframe).next_open(clock.now_ms()))
            woken.append(day(clock.now_ms()))
        return woken

    assert run_virtual(main, start_ms=ms(start)) == [f"{close} 00:00" for close in closes]


@pytest.mark.parametrize(
    ("moment", "closed"),
    [
        ("2028-02-28 23:59:59.999", ["1d"]),
        ("2028-02-29 23:59:59.999", ["1d", "1M"]),
        ("2100-02-28 23:59:59.999", ["1d", "1w", "1M"]),
        ("2027-12-31 23:59:59.999", ["1d", "1M"]),
        ("2028-01-02 23:59:59.999", ["1d", "1w"]),
        ("2026-11-01 23:59:59.999", ["1d", "1w"]),
    ],
)
@pytest.mark.parametrize("tz_offset", [0, -5, 14])
def test_the_last_millisecond_of_a_candle_is_the_walls_too(
    moment: str, closed: list[str], tz_offset: int
) -> None:
    long = (Timeframe.D1, Timeframe.W1, Timeframe.MO1)
    with freeze_time(moment, tz_offset=tz_offset) as frozen:
        clock = SystemClock(wall_ns=time.time_ns)  # noqa: TID251 - the frozen wall
        ending = [each for each in long if each.close_of(clock.now_ms()) == clock.now_ms()]
        frozen.tick(0.001)
        opening = [each for each in long if each.open_of(clock.now_ms()) == clock.now_ms()]
    assert ending == opening == closed


def rung(
    *,
    set_by_ms: int,
    after_ms: int,
    run_ms: int,
    timeframe: Timeframe = Timeframe.M1,
    start: str = "2028-02-29T00:00:30",
) -> Closes:
    """Wait for closes for a while, in which somebody sets the wall."""

    async def main(clock: VirtualClock) -> Closes:
        machine = Machine(clock)
        closes = Closes(machine.clock, timeframe)
        machine.set_wall(set_by_ms, after_ms=after_ms)
        async with running(closes.timers):
            await asyncio.sleep(run_ms / 1_000)
        return closes

    return run_virtual(main, start_ms=ms(start))


def test_each_close_fires_once_while_nobody_touches_the_wall() -> None:
    closes = rung(set_by_ms=0, after_ms=0, run_ms=3 * MINUTE_MS)
    assert closes.fired == [f"2028-02-29 00:0{minute}" for minute in (1, 2, 3)]
    assert closes.at_real_ms == [30_000, 90_000, 150_000]


def test_no_close_fires_twice_when_the_wall_is_set_back() -> None:
    closes = rung(set_by_ms=-10 * MINUTE_MS, after_ms=100_000, run_ms=14 * MINUTE_MS)
    assert closes.fired == [f"2028-02-29 00:0{minute}" for minute in (1, 2, 3, 4)]
    assert closes.at_real_ms == [30_000, 90_000, 750_000, 810_000]


def test_every_close_fires_once_and_in_order_when_the_wall_is_set_forward() -> None:
    closes = rung(set_by_ms=5 * MINUTE_MS, after_ms=100_000, run_ms=3 * MINUTE_MS)
    assert closes.fired == [f"2028-02-29 00:0{minute}" for minute in range(1, 9)]
    assert closes.at_real_ms[:2] == [30_000, 90_000]
    assert set(closes.at_real_ms[2:7]) == {100_000}  # within a nap of being set
    assert closes.at_real_ms[7] == 150_000


@pytest.mark.parametrize("timeframe", [Timeframe.D1, Timeframe.MO1])
def test_a_wall_set_back_over_a_months_end_does_not_close_the_month_again(
    timeframe: Timeframe,
) -> None:
    closes = rung(
        set_by_ms=-30 * MINUTE_MS,
        after_ms=11 * MINUTE_MS,
        run_ms=60 * MINUTE_MS,
        timeframe=timeframe,
        start="2028-02-29T23:50",
    )
    assert closes.fired == ["2028-03-01 00:00"]
    assert closes.at_real_ms == [10 * MINUTE_MS]


@pytest.mark.parametrize("timeframe", [Timeframe.D1, Timeframe.MO1])
def test_a_wall_set_forward_over_a_months_end_closes_the_month_once(timeframe: Timeframe) -> None:
    closes = rung(
        set_by_ms=30 * MINUTE_MS,
        after_ms=5 * MINUTE_MS,
        run_ms=60 * MINUTE_MS,
        timeframe=timeframe,
        start="2028-02-29T23:50",
    )
    assert closes.fired == ["2028-03-01 00:00"]
    assert closes.at_real_ms == [5 * MINUTE_MS]


@pytest.mark.parametrize("by_ms", [-3_600_000, 3_600_000])
def test_what_must_take_so_long_takes_so_long_whatever_the_wall_says(by_ms: int) -> None:
    async def main(clock: VirtualClock) -> tuple[int, int]:
        machine = Machine(clock)
        machine.set_wall(by_ms, after_ms=2_000)
        began_ms, real_ms = machine.clock.now_ms(), machine.clock.elapsed_ms()
        await machine.clock.sleep_ms(10_000)
        return machine.clock.elapsed_ms() - real_ms, machine.clock.now_ms() - began_ms

    assert run_virtual(main, start_ms=ms("2028-02-29")) == (10_000, 10_000 + by_ms)
