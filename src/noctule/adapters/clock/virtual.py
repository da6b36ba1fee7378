"""A clock that moves only when told, for backtests, storms and tests."""

import asyncio
from bisect import bisect_left, insort
from collections.abc import Callable, Coroutine
from functools import partial
from itertools import count
from typing import TypeAlias

__all__ = ["Alarm", "VirtualClock"]

_US_PER_MS = 1_000


# An instant in microseconds, the alarm's number, and what to do then: of two at the same instant
# the earlier set rings first.
Alarm: TypeAlias = tuple[int, int, Callable[[], object]]


class VirtualClock:
    """Market time and real time in one, standing still until advanced.

    Inside, time is whole microseconds: fine enough to keep a loop's sub-millisecond timers
    apart, and coarse enough that the float seconds in which asyncio does its sums name every
    one of them exactly, for decades.
    """

    def __init__(self, start_ms: int) -> None:
        self._now_us = start_ms * _US_PER_MS
        self._alarms: list[Alarm] = []  # sorted; as many as there are sleepers
        self._orders = count()

    def now_ms(self) -> int:
        """Return the time it has been told."""
        return self._now_us // _US_PER_MS

    def elapsed_ms(self) -> int:
        """Return the same: here no time passes but the market's."""
        return self._now_us // _US_PER_MS

    def sleep_until_ms(self, market_ms: int) -> Coroutine[object, object, None]:
        """Sleep until somebody has advanced the clock that far."""
        return self._sleep_until_us(market_ms * _US_PER_MS)

    def sleep_ms(self, real_ms: int) -> Coroutine[object, object, None]:
        """Sleep until somebody has advanced the clock by that much from now on."""
        return self._sleep_until_us(self._now_us + real_ms * _US_PER_MS)

    def advance_to_ms(self, market_ms: int) -> None:
        """Move to this instant, waking every sleeper on the way in the order of the deadlines."""
        assert market_ms >= self.now_ms(), f"cannot go back from {self.now_ms()} to {market_ms}"
        self.advance_to_us(max(market_ms * _US_PER_MS, self._now_us))

    def now_us(self) -> int:
        """Return the time in microseconds."""
        return self._now_us

    def advance_to_us(self, at_us: int) -> None:
        """Move to this instant; each alarm on the way rings at its own time."""
        assert at_us >= self._now_us, f"cannot go back from {self._now_us} to {at_us} us"
        alarms = self._alarms
        while alarms and alarms[0][0] <= at_us:
            self._now_us, _, ring = alarms.pop(0)
            ring()
        self._now_us = max(self._now_us, at_us)  # a ring may have advanced further

    def ring_due(self) -> None:
        """Ring what was set for an instant that has come already."""
        if self._alarms and self._alarms[0][0] <= self._now_us:
            self.advance_to_us(self._now_us)

    def advance_to_next(self) -> bool:
        """Move to the next alarm and ring all of its instant; return False if none is set."""
        if not self._alarms:
            return False
        self.advance_to_us(max(self._alarms[0][0], self._now_us))
        return True

    def next_alarm_us(self) -> int | None:
        """Return when the next alarm rings, or None if none is set."""
        return self._alarms[0][0] if self._alarms else None

    def set_alarm(self, at_us: int, ring: Callable[[], object]) -> Alarm:
        """Have something called at this instant, or at the next advance if that is past."""
        alarm = (max(at_us, self._now_us), next(self._orders), ring)
        insort(self._alarms, alarm)
        return alarm

    def drop_alarm(self, alarm: Alarm) -> None:
        """Take an alarm back; nothing happens if it has rung."""
        place = bisect_left(self._alarms, alarm)
        if self._alarms[place : place + 1] == [alarm]:
            del self._alarms[place]

    async def _sleep_until_us(self, at_us: int) -> None:
        if at_us <= self._now_us:
            return
        loop = asyncio.get_running_loop()
        awake = loop.create_future()
        alarm = self.set_alarm(at_us, partial(loop.call_soon, _wake, awake))  # as a timer would
        try:
            await awake
        except (asyncio.CancelledError, GeneratorExit):
            self.drop_alarm(alarm)
            raise


def _wake(awake: asyncio.Future[None]) -> None:
    if not awake.done():  # cancelled at its very deadline
        awake.set_result(None)
