"""The only loops that touch ports: between the world's pace and the bus."""

from collections.abc import Awaitable, Callable

from noctule.domain.events.base import DataEvent
from noctule.ports.collector import Collector

__all__ = ["CollectorPump"]


class CollectorPump:
    """Publishes what a collector sees; a component in the supervisor's care."""

    def __init__(
        self,
        *,
        collector: Collector,
        publish: Callable[[DataEvent], Awaitable[None]],
        name: str = "collector",
    ) -> None:
        self._collector = collector
        self._publish = publish
        self._name = name

    @property
    def name(self) -> str:
        """Return the name that logs, health and commands use."""
        return self._name

    async def start(self) -> None:
        """Connect the collector."""
        await self._collector.start()

    async def sync_state(self) -> None:
        """Do nothing: a collector's stream begins with what is true now."""

    async def run(self) -> None:
        """Publish every event, waiting when the data queue is full."""
        async for event in self._collector.events():
            await self._publish(event)

    async def stop(self) -> None:
        """Disconnect the collector."""
        await self._collector.stop()
