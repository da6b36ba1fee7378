"""One stream connection, kept alive: reconnected when lost, replaced before it is too old."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, auto
from random import Random

from noctule.adapters.binance.streams.connection import StreamConnection, StreamListener
from noctule.adapters.binance.streams.names import route_of
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.road import Transport
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["KeptStream", "StreamListener", "StreamUrl"]

StreamUrl = Callable[[], Awaitable[str]]

_DOUBLINGS_MAX = 16

_log = get_log(__name__)


class _Told(Enum):
    """What the listener was told last."""

    NOTHING = auto()
    RESTORED = auto()
    LOST = auto()


class KeptStream:
    """Hear some streams for as long as `run` runs.

    The listener is told in strict turns that the stream is restored (for the first time, too) and
    that it is lost (also when the first attempt fails). In a planned hand-over it is told nothing:
    the old connection talks until the new one does and a little longer, so that events come
    twice, and late ones after newer ones, but none is missing.
    """

    def __init__(  # noqa: PLR0913  # what it stands on, and what it is about
        self,
        *,
        transport: Transport,
        clock: Clock,
        jitter: Random,
        settings: StreamSettings,
        name: str,
        url: StreamUrl,
        names: Sequence[str],
        listener: StreamListener,
    ) -> None:
        assert len({route_of(each) for each in names}) <= 1, f"{name}: {names} are of two routes"
        self.name = name  # for people
        self.names = tuple(names)  # of the streams; empty where the URL says all
        self._transport = transport
        self._clock = clock
        self._jitter = jitter
        self._settings = settings
        self._url = url
        self._listener = listener
        self._up: list[StreamConnection] = []  # two during a hand-over
        self._attempt: StreamConnection | None = None  # what is being opened
        self._attempts = 0
        self._told = _Told.NOTHING
        self._heard_ms: int | None = None  # by connections that are gone

    @property
    def heard_ms(self) -> int | None:
        """Return the elapsed time of the last event; None before the first."""
        heard = [self._heard_ms, *(each.heard_ms for each in self._connections())]
        return max((ms for ms in heard if ms is not None), default=None)

    async def run(self) -> None:
        """Keep the stream until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                connection = await self._opened(group)
                if await self._took_over(connection):
                    await self._grow_old(connection)

    def renew(self, reason: str) -> None:
        """Connect anew, now: what is there is no good."""
        for connection in self._connections():
            connection.end(reason)

    async def _opened(self, group: asyncio.TaskGroup) -> StreamConnection:
        """Try until a connection is open; the listener goes on hearing the old one, if it lives."""
        retry_after_ms = 0
        while True:
            await self._clock.sleep_ms(max(retry_after_ms, self._backoff_ms()))
            connection = self._attempt = self._connection()
            group.create_task(connection.live(self._url))
            is_open = await connection.opened()
            self._attempt = None
            if is_open:
                return connection
            retry_after_ms = connection.retry_after_ms

    def _connections(self) -> tuple[StreamConnection, ...]:
        return (*self._up, self._attempt) if self._attempt else tuple(self._up)

    def _connection(self) -> StreamConnection:
        return StreamConnection(
            transport=self._transport,
            clock=self._clock,
            settings=self._settings,
            names=self.names,
            on_frame=self._listener.on_frame,
            on_over=self._note_end,
        )

    async def _took_over(self, connection: StreamConnection) -> bool:
        """Put a connection in the place of the one before it, once it has proved itself."""
        before = tuple(self._up)
        self._up.append(connection)
        self._tell_restored()
        if before and not await connection.lasts(self._settings.overlap_ms):
            return False
        for old in before:
            self._retire(old)
        _log.info("stream open", stream=self.name, handed_over=bool(before))
        return True

    async def _grow_old(self, connection: StreamConnection) -> None:
        """Return when a connection has ended, or is as old as it should get."""
        life_ms = self._settings.life_ms - self._jitter.randint(0, self._settings.life_jitter_ms)
        stable_ms = min(self._settings.stable_ms, life_ms)
        if await connection.lasts(stable_ms):
            self._attempts = 1
            await connection.lasts(life_ms - stable_ms)

    def _backoff_ms(self) -> int:
        """Draw how long to wait, anywhere below a bound that doubles with each attempt.

        Only the very first is made at once: a stable connection may have been lost together with
        everybody else's.
        """
        attempts, self._attempts = self._attempts, self._attempts + 1
        if attempts == 0:
            return 0
        doublings = min(attempts - 1, _DOUBLINGS_MAX)
        bound_ms = min(self._settings.backoff_ms << doublings, self._settings.backoff_ms_max)
        return self._jitter.randint(0, bound_ms)

    def _retire(self, old: StreamConnection) -> None:
        if old in self._up:  # else it has ended meanwhile
            self._up.remove(old)
            old.end("handed over")

    def _note_end(self, connection: StreamConnection) -> None:
        """Say what is lost; a connection that was replaced is no loss."""
        reason = connection.reason
        self._heard_ms = self.heard_ms
        if connection in self._up:
            self._up.remove(connection)
            _log.warning("stream lost", stream=self.name, reason=reason)
        elif connection is self._attempt:
            _log.warning("stream not opened", stream=self.name, reason=reason)
        else:
            return
        if not self._up:
            self._tell_lost(reason)

    def _tell_restored(self) -> None:
        if self._told is not _Told.RESTORED:
            self._told = _Told.RESTORED
            self._listener.on_restored()

    def _tell_lost(self, reason: str) -> None:
        if self._told is not _Told.LOST:
            self._told = _Told.LOST
            self._listener.on_lost(reason)
