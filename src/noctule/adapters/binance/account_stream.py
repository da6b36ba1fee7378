"""BinanceAccountStream: what the exchange does with our orders and money, told once and whole."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
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

    Stopped and started again it goes on where it was: what nobody has read yet is told, and what
    was missed is told as after a lost stream. It begins with a snapshot but once.
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
        settings, time = settings or AccountSettings(), rest.time  # the exchange's
        self._rest = rest
        self._transport = transport
        self._clock = clock  # its market time is the exchange's
        self._jitter = jitter
        self._stream_settings = stream_settings or StreamSettings()
        self._key = ListenKey(rest, clock=clock, settings=settings, stream_url=stream_url)
        self._merge = AccountMerge(symbols, settings=settings)
        self._feed = AccountFeed(
            self._merge,
            clock=time,
            settings=settings,
            is_our_key=self._key.is_ours,
            renew=self._renew,
        )
        audit = AccountAudit(AccountQuestions(rest), now_ms=time.now_ms, settings=settings)
        self._watch = AccountWatch(self._feed, audit, clock=time, settings=settings)
        self._stream: KeptStream | None = None  # of this start
        self._begun = asyncio.Event()  # in this start
        self._work: asyncio.Task[None] | None = None

    @property
    def silence_ms(self) -> int:
        """Return how long nobody has told us of the account: neither the stream nor REST."""
        heard_ms = None if self._stream is None else self._stream.heard_ms
        return self._clock.elapsed_ms() - max(heard_ms or 0, self._watch.answered_ms)

    def leave_out(self, symbols: Iterable[Symbol]) -> None:
        """Ask for no trades of these: nobody lists them; before the first start."""
        self._merge.leave_out(symbols)

    async def start(self) -> None:
        """Connect, and take the snapshot, or ask what was missed; a refusal is raised."""
        assert self._work is None, "started twice"
        self._begun.clear()
        self._feed.open()
        self._rest.access.listener = self._feed
        stream = self._stream = self._new_stream()
        # The root of a TaskGroup of its own: start and stop are two calls, no `with` spans both.
        work = self._work = asyncio.get_running_loop().create_task(
            self._run(stream), name="account stream"
        )
        work.add_done_callback(self._end)
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

    def _new_stream(self) -> KeptStream:
        return KeptStream(
            transport=self._transport,
            clock=self._clock,
            jitter=self._jitter,
            settings=self._stream_settings,
            name="account",
            url=self._key.url,
            names=(),
            listener=self._feed,
        )

    def _renew(self, reason: str) -> None:
        assert self._stream is not None, f"renewed before the start: {reason}"
        self._stream.renew(reason)

    async def _run(self, stream: KeptStream) -> None:
        await self._prove()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(stream.run())
                group.create_task(self._key.keep_alive(self._feed.replace))
                await self._watch.begin()
                self._begun.set()
                await self._watch.run()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures  # the others are of its doing

    async def _prove(self) -> None:
        """Open the key once before the stream does, which would try for ever where it may not."""
        try:
            await self._key.url()
        except VenueRefused:
            raise
        except VenueError as exc:
            _log.warning("listen key not opened", cause=str(exc))

    def _end(self, work: "asyncio.Task[None]") -> None:
        """Tell that we are blind from here on, if nobody wanted the end."""
        failure = None if work.cancelled() else work.exception()
        if failure is not None:
            self._feed.lose(f"it failed: {failure}")
        self._begun.set()
        self._feed.close()
