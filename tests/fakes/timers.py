"""What listens to timers, and a loop that runs them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from noctule.domain.events.base import Event, QueueName
from noctule.domain.events.data import DataTimerFired
from noctule.domain.events.order import OrderTimerFired
from noctule.engine.timers import Axis, Timers
from noctule.ports.clock import Clock

__all__ = ["Listener", "running", "timer_of"]


class Listener:
    """Notes each timer that fires, and when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.heard: list[str] = []
        self.heard_on: dict[QueueName, list[str]] = {QueueName.DATA: [], QueueName.ORDER: []}

    async def publish(self, event: Event) -> None:
        """Write it down."""
        note = f"{self._clock.elapsed_ms()} {timer_of(event)}"
        self.heard.append(note)
        self.heard_on[event.queue].append(note)


def timer_of(event: Event) -> str:
    """Return the name of the timer that fired."""
    assert isinstance(event, DataTimerFired | OrderTimerFired)
    return event.timer


@asynccontextmanager
async def running(timers: Timers) -> AsyncIterator[None]:
    """Let both axes run for the length of the block."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(timers.run(axis)) for axis in Axis]
        await asyncio.sleep(0)
        yield
        for task in tasks:
            task.cancel()
