"""One WebSocket connection to the streams, from its handshake to the reason of its end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from noctule.adapters.binance.streams.names import always_talks
from noctule.adapters.binance.streams.settings import StreamSettings
from noctule.adapters.binance.streams.subscription import Subscription, SubscriptionRefused
from noctule.adapters.binance.transport.road import Frame, FrameStream, Transport
from noctule.domain.errors import BudgetExhausted, FeedError, FeedMalformed, VenueError
from noctule.ports.clock import Clock

__all__ = ["StreamConnection", "StreamListener"]

_MS_PER_SECOND = 1_000
# After a stall of ours the loop may look at its timers before its sockets: what has come meanwhile
# is read within this time, and only then is it silence.
_BREATH_MS = 50
_EVENTS = (b'{"stream":', b'{"e":')  # how an event begins, in an envelope or without one


class StreamListener(Protocol):
    """Whom a kept stream tells; all three are called on the event loop and must return soon.

    A FeedError raised by `on_frame` ends the connection, with its text as the reason.
    """

    def on_frame(self, frame: Frame) -> None:
        """Take one event, in its envelope if the stream has names."""
        ...

    def on_lost(self, reason: str) -> None:
        """Note that from now on events may be missed."""
        ...

    def on_restored(self) -> None:
        """Note that from now on every event is heard; what was missed before is not repeated."""
        ...


class StreamConnection:
    """Connect, subscribe, stay until something is wrong, hang up; `reason` says what it was."""

    def __init__(
        self,
        *,
        transport: Transport,
        clock: Clock,
        settings: StreamSettings,
        names: Sequence[str],
        on_frame: Callable[[Frame], None],
        on_over: Callable[["StreamConnection"], None],
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._settings = settings
        self._subscription = Subscription(names, names_per_message=settings.names_per_message)
        self._talks = any(map(always_talks, names))
        self._on_frame = on_frame
        self._on_over = on_over
        self._is_heard = asyncio.Event()
        self._is_up_or_over = asyncio.Event()
        self._is_over = asyncio.Event()
        self._born_ms = clock.elapsed_ms()
        self.reason = ""
        self.retry_after_ms = 0  # for how long the exchange has told us to stay away
        self.heard_ms: int | None = None  # elapsed time of the last event

    async def live(self, url: Callable[[], Awaitable[str]]) -> None:
        """Be a connection, from beginning to end; raises what the listener raised by mistake."""
        connect_timeout_ms = self._settings.connect_timeout_ms
        try:
            async with asyncio.timeout(connect_timeout_ms / _MS_PER_SECOND):
                stream = await self._transport.open_stream(await url(), self._hear)
        except VenueError as exc:
            self.retry_after_ms = exc.retry_after_ms if isinstance(exc, BudgetExhausted) else 0
            self.end(str(exc))
        except TimeoutError:
            self.end(f"not connected within {connect_timeout_ms} ms")
        else:
            await self._stay(stream)

    def end(self, reason: str) -> None:
        """Hang up; nothing more is heard. Of several reasons the first counts."""
        if not self._is_over.is_set():
            self.reason = reason
            self._is_over.set()
            self._is_up_or_over.set()
            self._on_over(self)

    async def opened(self) -> bool:
        """Return True once every stream is subscribed and one is heard; False if it ends before."""
        await self._is_up_or_over.wait()
        return not self._is_over.is_set()

    async def lasts(self, real_ms: int) -> bool:
        """Return True after this long, or False as soon as it has ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(real_ms / _MS_PER_SECOND):
                await self._is_over.wait()
        return not self._is_over.is_set()

    async def _stay(self, stream: FrameStream) -> None:
        """Run all that a connection consists of, until it is over."""
        try:
            async with asyncio.TaskGroup() as group:
                parts = (self._await_close(stream), self._listen(stream), self._beat(stream))
                tasks = [group.create_task(part) for part in parts]
                await self._is_over.wait()
                for task in tasks:
                    task.cancel()
        finally:
            self._is_over.set()  # also when we are cancelled: nobody is told, nothing more is heard
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.close_timeout_ms / _MS_PER_SECOND):
                    await stream.close()

    async def _await_close(self, stream: FrameStream) -> None:
        self.end(await stream.closed())

    async def _listen(self, stream: FrameStream) -> None:
        """Subscribe, and notice when streams that always talk have nothing to say."""
        settings = self._settings
        for message in self._subscription.messages():
            stream.send(message)
            await self._clock.sleep_ms(settings.message_gap_ms)
        acknowledged = self._subscription.acknowledged()
        await self._in_time(acknowledged, settings.acknowledge_timeout_ms, "not acknowledged")
        if self._talks:
            await self._in_time(self._is_heard.wait(), settings.silence_ms, "silent from the start")
        self._is_up_or_over.set()
        if self._talks:
            await self._await_silence(settings.silence_ms)

    async def _await_silence(self, silence_ms: int) -> None:
        while True:
            await self._clock.sleep_ms(max(0, silence_ms - self._quiet_ms()))
            is_quiet = self._quiet_ms() >= silence_ms
            if is_quiet and await self._breathe() and self._quiet_ms() >= silence_ms:
                self.end(f"silent for {silence_ms} ms")
                return

    async def _beat(self, stream: FrameStream) -> None:
        """Ask for signs of life; an event is one too."""
        timeout_ms = self._settings.pong_timeout_ms
        while True:
            pongs = stream.pongs
            stream.ping()
            await self._clock.sleep_ms(timeout_ms)
            if (
                self._is_dumb(stream, pongs)
                and await self._breathe()
                and self._is_dumb(stream, pongs)
            ):
                self.end(f"no pong within {timeout_ms} ms")
                return
            await self._clock.sleep_ms(max(0, self._settings.ping_ms - timeout_ms))

    def _is_dumb(self, stream: FrameStream, pongs: int) -> bool:
        """Tell whether there was no pong since these, and nothing else in its time."""
        return stream.pongs == pongs and self._quiet_ms() >= self._settings.pong_timeout_ms

    async def _breathe(self) -> bool:
        """Let what has come be read, and tell whether we were awake meanwhile.

        After a stall of our own nobody can tell who was silent.
        """
        began_ms = self._clock.elapsed_ms()
        await self._clock.sleep_ms(_BREATH_MS)
        return self._clock.elapsed_ms() - began_ms < 2 * _BREATH_MS

    async def _in_time(self, coming: Awaitable[object], limit_ms: int, complaint: str) -> None:
        try:
            async with asyncio.timeout(limit_ms / _MS_PER_SECOND):
                await coming
        except TimeoutError:
            self.end(f"{complaint} within {limit_ms} ms")

    def _quiet_ms(self) -> int:
        heard_ms = self._born_ms if self.heard_ms is None else self.heard_ms
        return self._clock.elapsed_ms() - heard_ms

    def _hear(self, frame: Frame) -> None:
        if self._is_over.is_set():
            return
        if not frame.startswith(_EVENTS) and self._is_answer(frame):
            return
        if self.heard_ms is None:
            self._is_heard.set()
        self.heard_ms = self._clock.elapsed_ms()
        try:
            self._on_frame(frame)
        except FeedError as exc:
            self.end(str(exc))

    def _is_answer(self, frame: Frame) -> bool:
        """Tell whether a frame is no event: an answer to us, or nothing that can be read."""
        try:
            return self._subscription.take(frame)
        except SubscriptionRefused as exc:
            self.end(f"subscription refused: {exc}")
        except FeedMalformed as exc:
            self.end(str(exc))
        return True
