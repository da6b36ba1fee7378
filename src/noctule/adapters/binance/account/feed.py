"""Between the private stream and whoever reads the account's events: heard, merged, in line."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from noctule.adapters.binance.account.audit import Audit, Scope
from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.account.traces import account_trace
from noctule.adapters.binance.transport.road import Frame
from noctule.adapters.binance.wire.user import ListenKeyExpired, UserEvent, read_user_event
from noctule.domain.errors import FeedMalformed
from noctule.domain.events.base import OrderEvent
from noctule.domain.events.order import (
    AccessRefused,
    AccessRestored,
    AccountFeedLost,
    AccountFeedRestored,
    AccountSnapshotTaken,
)
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log

__all__ = ["AccountFeed"]

_log = get_log(__name__)


class AccountFeed:
    """Hears kept streams, one after the other. Until the first snapshot it only listens."""

    def __init__(
        self,
        merge: AccountMerge,
        *,
        clock: Clock,
        settings: AccountSettings,
        is_our_key: Callable[[str], bool],
        renew: Callable[[str], None],
    ) -> None:
        self.merge = merge
        self._clock = clock
        self._settings = settings
        self._is_our_key = is_our_key
        self._renew = renew
        self._early: list[UserEvent] | None = []  # heard before the first snapshot; None after it
        self._line: deque[OrderEvent] = deque()
        self._arrived = asyncio.Event()
        self._is_closed = False
        self._connections = 0
        self._audited_connection = 0  # of the audit under way
        self.connected = asyncio.Event()  # set while the stream is up
        self.stirred = asyncio.Event()  # set by whatever comes of the stream, cleared by who waits
        self.is_lost = False  # and that was told
        self.has_gap = False  # something may have been missed, and has to be asked for
        self.malformed = 0
        self.unknown = 0

    def __len__(self) -> int:
        return len(self._line)

    @property
    def is_full(self) -> bool:
        """Tell whether the reader is too slow to be told more."""
        return len(self._line) >= self._settings.events_max

    @property
    def has_begun(self) -> bool:
        """Tell whether the first snapshot was told, by whichever stream."""
        return self._early is None

    # What the stream says.

    def on_frame(self, frame: Frame) -> None:
        """Merge one event; what cannot be read may have been a fill, so somebody must ask."""
        self.stirred.set()
        if self.is_full:
            self.has_gap = True
            return
        try:
            event = read_user_event(frame)
        except FeedMalformed as exc:
            self._note_malformed(str(exc))
            return
        match event:
            case None:
                self.unknown += 1
            case ListenKeyExpired(listen_key=listen_key):
                if self._is_our_key(listen_key):
                    self.replace("the listen key expired")
            case _:
                self._hear(event)

    def on_lost(self, reason: str) -> None:
        """Tell that we are blind."""
        self.stirred.set()
        self.connected.clear()
        self.lose(reason)

    def on_restored(self) -> None:
        """Have everything asked that was missed."""
        self.stirred.set()
        self._connections += 1
        self.connected.set()
        self.merge.doubts.forgive()
        self.has_gap = self.has_gap or self.has_begun

    # What others do.

    def replace(self, reason: str) -> None:
        """Give the stream up, whether or not it knows itself that it is dead."""
        self.lose(reason)
        self._renew(reason)

    def lose(self, reason: str) -> None:
        """Tell once that the stream cannot be trusted."""
        self.merge.doubts.forgive()
        if self.is_lost or not self.has_begun:
            return
        self.is_lost = True
        now_ms = self._clock.now_ms()
        self._tell([AccountFeedLost(at_ms=now_ms, trace=account_trace(now_ms), reason=reason)])

    def on_access_refused(self, code: int, message: str) -> None:
        """Tell that the exchange takes our key no longer."""
        now_ms = self._clock.now_ms()
        trace = account_trace(now_ms)
        self._tell([AccessRefused(at_ms=now_ms, trace=trace, code=code, message=message)])

    def on_access_restored(self) -> None:
        """Tell that it takes it again."""
        now_ms = self._clock.now_ms()
        self._tell([AccessRestored(at_ms=now_ms, trace=account_trace(now_ms))])

    def open(self) -> None:
        """Hear another stream; what was told stays told, and what was missed has to be asked."""
        self._is_closed = False
        self.connected.clear()
        if self._early is not None:
            self._early.clear()
            return
        self.has_gap = True
        self.lose("the account stream was stopped")

    def begin(self, audit: Audit) -> None:
        """Tell the first snapshot, and then what was heard since the stream was opened."""
        early, self._early = self._early or [], None
        self._tell(self.merge.begin(audit))
        for event in early:
            self._hear(event)
        is_same = self._audited_connection == self._connections
        self.has_gap = self.has_gap or not self.merge.is_certain or not is_same
        if not self.connected.is_set():
            self.lose("lost while the snapshot was taken")

    def begin_audit(self) -> None:
        """Note that an audit begins now."""
        self._audited_connection = self._connections
        self.merge.begin_audit()

    def end_audit(self, audit: Audit) -> None:
        """Tell what an audit found; after a gap also that it is closed."""
        events = self.merge.end_audit(audit, elapsed_ms=self._clock.elapsed_ms())
        self._tell(events)
        is_same = self.connected.is_set() and self._audited_connection == self._connections
        if audit.scope is Scope.GAP or not is_same:
            self.merge.doubts.forgive()  # the stream of now cannot have known it
        if audit.scope is not Scope.GAP or not is_same:
            return
        self.has_gap = not self.merge.is_certain
        if self.is_lost:
            self.is_lost = False
            trace = account_trace(audit.at_ms)
            missed = sum(not isinstance(each, AccountSnapshotTaken) for each in events)
            self._tell([AccountFeedRestored(at_ms=audit.at_ms, trace=trace, missed=missed)])

    def close(self) -> None:
        """Say that nothing more will come, until it is opened again."""
        self._is_closed = True
        self._arrived.set()

    async def get(self) -> OrderEvent | None:
        """Return the next event, waiting for it; None once closed and empty."""
        while not self._line:
            if self._is_closed:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        return self._line.popleft()

    def _hear(self, event: UserEvent) -> None:
        if self._early is None:
            self._tell(self.merge.hear(event, elapsed_ms=self._clock.elapsed_ms()))
        elif len(self._early) < self._settings.frames_max:
            self._early.append(event)
        else:
            self._doubt("early")

    def _tell(self, events: Iterable[OrderEvent]) -> None:
        self._line.extend(events)
        self._arrived.set()

    def _doubt(self, what: str) -> None:
        self.merge.doubts.raise_(what, elapsed_ms=self._clock.elapsed_ms())

    def _note_malformed(self, reason: str) -> None:
        self.malformed += 1
        self._doubt("malformed")
        if self.malformed & (self.malformed - 1) == 0:  # 1, 2, 4, 8, …
            _log.warning("user event malformed", reason=reason[:200], times=self.malformed)
