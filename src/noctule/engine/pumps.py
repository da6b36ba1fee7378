"""The only loops that touch ports: between the world's pace and the bus."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from noctule.domain.events.base import Event

__all__ = ["Feed", "FeedPump"]

E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


class Feed(Protocol[E_co]):
    """What collectors and account streams have in common: they tell events until stopped."""

    async def start(self) -> None:
        """Connect."""
        ...

    def events(self) -> AsyncIterator[E_co]:
        """Yield what happens from now on."""
        ...

    async def stop(self) -> None:
        """Disconnect; `events` ends."""
        ...


class FeedPump(Generic[E]):
    """Publishes what a feed tells; a component in the supervisor's care."""

    def __init__(
        self, *, name: str, feed: Feed[E], publish: Callable[[E], Awaitable[None]]
    ) -> None:
        self._name = name
        self._feed = feed
        self._publish = publish
        self._in_hand: E | None = None  # told by the feed, and not published yet

    @property
    def name(self) -> str:
        """Return the name that logs, health and commands use."""
        return self._name

    async def start(self) -> None:
        """Connect the feed."""
        await self._feed.start()

    async def sync_state(self) -> None:
        """Do nothing: what a feed tells begins with what is true now."""

    async def run(self) -> None:
        """Publish every event, waiting when its queue is full; what waits then outlives a stop."""
        if self._in_hand is not None:
            await self._publish(self._in_hand)
            self._in_hand = None
        async for event in self._feed.events():
            self._in_hand = event
            await self._publish(event)
            self._in_hand = None

    async def stop(self) -> None:
        """Disconnect the feed."""
        await self._feed.stop()
