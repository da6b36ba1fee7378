"""Many streams over several connections: each name on the route that carries it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from random import Random

from noctule.adapters.binance.streams.kept_stream import KeptStream, StreamListener, StreamUrl
from noctule.adapters.binance.streams.names import Route, route_of
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.road import Transport
from noctule.ports.clock import Clock

__all__ = ["Feeds", "split"]


class Feeds:
    """The kept streams of any number of names; each has a listener of its own.

    A listener is made for the names of its connection, so that it knows what is lost with it.
    The streams of one symbol are on one connection, as far as they are of one route.
    """

    def __init__(  # noqa: PLR0913  # what they stand on, and what they are about
        self,
        *,
        transport: Transport,
        clock: Clock,
        jitter: Random,
        settings: StreamSettings,
        base_url: str,
        names: Iterable[str],
        listener: Callable[[Sequence[str]], StreamListener],
    ) -> None:
        self.streams = tuple(
            KeptStream(
                transport=transport,
                clock=clock,
                jitter=jitter,
                settings=settings,
                name=f"{route}-{number}",
                url=_fixed(f"{base_url}/{route}/stream"),
                names=part,
                listener=listener(part),
            )
            for number, (route, part) in enumerate(
                split(names, names_max=settings.names_per_connection), start=1
            )
        )

    async def run(self) -> None:
        """Keep all streams until cancelled."""
        async with asyncio.TaskGroup() as group:
            for stream in self.streams:
                group.create_task(stream.run())

    def renew(self, reason: str, *, name: str | None = None) -> None:
        """Connect anew, now: the connection of one stream, or all of them without a name."""
        for stream in self.streams:
            if name is None or name in stream.names:
                stream.renew(reason)


def split(names: Iterable[str], *, names_max: int) -> list[tuple[Route, tuple[str, ...]]]:
    """Spread names over connections of one route each, a symbol's together where they fit.

    So a symbol's candles share their connection with its mark price, which never falls silent.
    """
    groups: dict[tuple[Route, str], dict[str, None]] = {}
    for name in names:
        symbol = name.partition("@")[0]
        groups.setdefault((route_of(name), symbol), {})[name] = None  # each once, in order
    parts: dict[Route, list[list[str]]] = {}
    for (route, _), group in groups.items():
        _add(parts.setdefault(route, [[]]), list(group), names_max)
    return [(route, tuple(part)) for route, filled in parts.items() for part in filled]


def _add(parts: list[list[str]], group: Sequence[str], names_max: int) -> None:
    if parts[-1] and len(parts[-1]) + len(group) > names_max:
        parts.append([])
    for name in group:
        if len(parts[-1]) == names_max:
            parts.append([])
        parts[-1].append(name)


def _fixed(url: str) -> StreamUrl:
    """Return the way to an address that never changes; a listen key does."""

    async def fetch() -> str:
        return url

    return fetch
