"""BinanceAccountStream: what the exchange does with our orders and money, told once and whole."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import Random

from noctule.adapters.binance.account.audit import AccountAudit
from noctule.adapters.binance.account.feed import AccountFeed
from noctule.adapters.binance.account.listen_key import ListenKey
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.questions import AccountQuestions
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account.watch import AccountWatch
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.streams.kept_stream import KeptStream
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.transport.road import Transport
from noctule.domain.errors import VenueError, VenueRefused
from noctule.domain.events.base import OrderEvent
from noctule.domain.values import Symbol
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["BinanceAccountStream"]

_log = get_log(__name__)


class BinanceAccountStream:
    """An AccountStream over the private stream, and over REST wherever that may have failed.

    It connects first, then asks, and then merges what it heard meanwhile, so that nothing is
    between. The symbols are those that are traded here: their trades are asked for even if
    nothing was ever heard of them. All others of the account are told as they show.
    """

    def __init__(  # noqa: PLR0913  # what it stands on, and what it is about
        self,
        *,
        rest: BinanceRest,
        transport: Transport,
        clock: Clock,
        jitter: Random,
        stream_url: str,
        symbols: Sequence[Symbol],
        settings: AccountSettings | None = None,
        stream_settings: StreamSettings | None = None,
    ) -> None:
        self._rest = rest
        self._transport = transport
        self._clock = clock  # its market time is the exchange's
        self._jitter = jitter
        self._stream_url = stream_url
        self._symbols = symbols
        self._settings = settings or AccountSettings()
        self._stream_settings = stream_settings or StreamSettings()
        self._begun = asyncio.Event()
        self._feed: AccountFeed | None = None
        self._work: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, and take the snapshot; what refuses us for good is raised."""
        assert self._work is None, "started twice"
        self._begun.clear()
        key = ListenKey(
            self._rest,
            clock=self._clock,
            settings=self._settings,
            stream_url=self._stream_url,
        )
        feed, stream = self._connected_to(key)
        self._feed = feed
        self._rest.access.listener = feed
        # The root of a TaskGroup of its own: start and stop are two calls, no `with` spans both.
        work = self._work = asyncio.get_running_loop().create_task(
            self._run(feed, stream, key), name="account stream"
        )
        work.add_done_callback(lambda _work: self._end(feed))
        try:
            await self._begun.wait()
        except asyncio.CancelledError:
            await self.stop()
            raise
        if work.done() and self._work is work:  # else it was stopped meanwhile
            self._work = None
            await work

    async def events(self) -> AsyncIterator[OrderEvent]:
        """Yield the snapshot, then every change of it: each fill exactly once, whoever told it."""
        assert self._feed is not None, "events before start"
        while (event := await self._feed.get()) is not None:
            yield event
        if self._work is not None:
            await self._work  # it has ended by itself: say why

    async def stop(self) -> None:
        """Disconnect; `events` ends when everything that was heard has been yielded."""
        work, self._work = self._work, None
        if work is None:
            return
        work.cancel()
        await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # `events` has told it

    def _connected_to(self, key: ListenKey) -> tuple[AccountFeed, KeptStream]:
        """Make the stream and its listener, each of which knows the other."""

        def renew(reason: str) -> None:
            stream.renew(reason)

        feed = AccountFeed(
            AccountMerge(self._symbols, settings=self._settings),
            clock=self._rest.time,
            settings=self._settings,
            is_our_key=key.is_ours,
            renew=renew,
        )
        stream = KeptStream(
            transport=self._transport,
            clock=self._clock,
            jitter=self._jitter,
            settings=self._stream_settings,
            name="account",
            url=key.url,
            names=(),
            listener=feed,
        )
        return feed, stream

    async def _run(self, feed: AccountFeed, stream: KeptStream, key: ListenKey) -> None:
        await self._prove(key)
        time = self._rest.time  # the exchange's
        questions = AccountQuestions(self._rest)
        audit = AccountAudit(questions, now_ms=time.now_ms, settings=self._settings)
        watch = AccountWatch(feed, audit, clock=time, settings=self._settings)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(stream.run())
                group.create_task(key.keep_alive(feed.replace))
                await watch.begin()
                self._begun.set()
                await watch.run()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures  # the others are of its doing

    async def _prove(self, key: ListenKey) -> None:
        """Open the key once before the stream does, which would try for ever where it may not."""
        try:
            await key.url()
        except VenueRefused:
            raise
        except VenueError as exc:
            _log.warning("listen key not opened", cause=str(exc))

    def _end(self, feed: AccountFeed) -> None:
        self._begun.set()
        feed.close()
