"""A component that does as its test says and keeps a diary."""

import asyncio
from collections.abc import Awaitable, Callable

from noctule.domain.errors import FeedSilent
from noctule.ports.clock import Clock

__all__ = ["FakeComponent", "break_off", "for_ever", "nothing", "stops", "take_two_seconds"]

Act = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """Do nothing."""


async def for_ever() -> None:
    """Wait until cancelled."""
    await asyncio.Event().wait()


async def break_off() -> None:
    """Work for a second, then fail."""
    await asyncio.sleep(1)
    raise FeedSilent("for 90 s")


async def take_two_seconds() -> None:
    """Take two seconds, as a clean-up may."""
    await asyncio.sleep(2)


class FakeComponent:
    """Writes down each call and its time, then does what it was given to do."""

    def __init__(
        self,
        name: str,
        *,
        clock: Clock,
        diary: list[str] | None = None,
        start: Act = nothing,
        sync_state: Act = nothing,
        run: Act = for_ever,
        stop: Act = nothing,
    ) -> None:
        self._name = name
        self._clock = clock
        self.diary = [] if diary is None else diary
        self.acts = {"start": start, "sync_state": sync_state, "run": run, "stop": stop}

    @property
    def name(self) -> str:
        """Return the name it was given."""
        return self._name

    async def start(self) -> None:
        """Note it, and do as told."""
        await self._do("start")

    async def sync_state(self) -> None:
        """Note it, and do as told."""
        await self._do("sync_state")

    async def run(self) -> None:
        """Note it, and do as told."""
        await self._do("run")

    async def stop(self) -> None:
        """Note it, and do as told."""
        await self._do("stop")

    async def _do(self, act: str) -> None:
        self.diary.append(f"{self._clock.now_ms()} {self._name} {act}")
        await self.acts[act]()


def stops(part: FakeComponent) -> list[str]:
    """Return when a component was told to let go of the world."""
    return [entry for entry in part.diary if entry.endswith("stop")]
