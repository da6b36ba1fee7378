"""A small bus, its three processors, what became of them; and a stand-in for all of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from noctule.domain.events.base import Event, QueueName
from noctule.engine.bus import EventBus

__all__ = ["Published", "death_of", "live", "new_bus"]


class Published:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)


def new_bus(
    *, capacity: int = 8, history: int = 1000, stopwatch_ns: Callable[[], int] = lambda: 0
) -> EventBus:
    """Make a bus whose three queues have the same capacity."""
    capacities = dict.fromkeys(QueueName, capacity)
    return EventBus(stopwatch_ns=stopwatch_ns, capacities=capacities, history=history)


@asynccontextmanager
async def live(bus: EventBus) -> AsyncIterator[Mapping[QueueName, "asyncio.Task[None]"]]:
    """Run the three processors for the length of the block."""
    async with asyncio.TaskGroup() as group:
        processors = {name: group.create_task(bus.process(name)) for name in QueueName}
        await asyncio.sleep(0)  # now all three have begun
        yield processors
        for processor in processors.values():
            processor.cancel()


async def death_of(bus: EventBus, event: Event) -> BaseException:
    """Publish an event and return what ended a processor because of it."""
    try:
        async with live(bus):
            await bus.publish(event)
            await bus.settle()
    except ExceptionGroup as group:
        (failure,) = group.exceptions
        return failure
    raise AssertionError(f"{event} ended no processor")
