"""Runs a recorded run again, and finds the first event that it would not have had.

The record says in which order the three queues worked. What came from outside is heard again as
it was told; what the engine publishes waits here, until the record comes to it.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from noctule.adapters.store.journal_reading import JournalEntry
from noctule.adapters.store.journal_records import DeedDone, Recorded, RecordsLost
from noctule.app.replay.clock import RecordedClock
from noctule.app.replay.comparing import FieldDifference, differences
from noctule.app.replay.deeds import deed_of, do_again
from noctule.app.replay.sorting import comes_from_outside, is_quote, may_come_from_outside
from noctule.app.replay.stage import Stage
from noctule.domain.events.base import Event, QueueName
from noctule.domain.events.signal import StrategyDisabled

__all__ = ["Divergence", "Replay"]

_SLACK_MS: Final = 60_000  # in market time: how long a handler took is not written down
_PATIENCE_MS: Final = 5_000  # of real time: what was published has been heard by then
_PATIENCE_RECORDS: Final = 500  # likewise
_LAST_MS, _LAST_RECORDS = 1_000, 20  # likewise, before the last record


class Divergence(Struct, frozen=True, kw_only=True):
    """The first event that is not as it was."""

    number: int  # of the record
    heard_ms: int
    trace: str
    expected: str | None  # the kind of event in the journal; None: there is none
    got: str | None  # the kind that was published; None: nothing was
    fields: tuple[FieldDifference, ...] = ()


class _Published(Struct, frozen=True, kw_only=True):
    """An event that waits for the record to come to it."""

    event: Event
    after: JournalEntry  # what it was published by
    position: int  # how many records there were until then


class Replay:
    """One run; `hear` its records in their order until it tells a divergence."""

    def __init__(self, stage: Stage, clock: RecordedClock) -> None:
        self.heard = 0  # events
        self.compared = 0  # of these, that the engine had published
        self.unknown = 0  # deeds that this version does not know
        self._stage, self._clock = stage, clock
        self._slack_ms = _SLACK_MS
        self._position = 0
        self._last: JournalEntry | None = None
        self._aside: dict[QueueName, deque[_Published]] = {each: deque() for each in QueueName}
        self._queued: dict[QueueName, deque[_Published]] = {each: deque() for each in QueueName}

    def hear(self, entry: JournalEntry) -> Divergence | None:
        """Take the next record."""
        self._last, self._position = entry, self._position + 1
        self._clock.show(now_ms=entry.heard_ms, elapsed_ms=entry.elapsed_ms)
        record: Recorded = entry.record
        if isinstance(record, Event):
            return self._hear_event(entry, record)
        if isinstance(record, DeedDone):
            self._do(entry, record)
            return None
        if isinstance(record, RecordsLost):
            return _told(entry, expected=None, got=None, what=f"{record.lost} records were lost")
        return None

    def end(self) -> Divergence | None:
        """Say what was published and is nowhere in the journal, once it is over."""
        entry = self._last
        return None if entry is None else self._overdue(entry, _LAST_MS, _LAST_RECORDS)

    def _hear_event(self, entry: JournalEntry, event: Event) -> Divergence | None:
        self.heard += 1
        if is_quote(event):  # it is written ahead of whoever looks at it, not when it came
            self._deliver(entry, event, aside=self._aside[event.queue])
            return None
        overdue = self._overdue(entry, _PATIENCE_MS, _PATIENCE_RECORDS)
        if overdue is not None:
            return overdue
        aside = self._aside[event.queue]
        if aside:
            return self._meet(entry, event, aside)
        queued = self._queued[event.queue]
        if queued and type(queued[0].event) is type(event):
            return self._meet(entry, event, queued)
        if not self._is_input(event):
            got = queued[0].event if queued else None
            return _told(entry, expected=event, got=got, what=None)
        self._deliver(entry, event, aside=aside)
        return None

    def _is_input(self, event: Event) -> bool:
        return comes_from_outside(event, base=self._stage.settings.trading.timeframe)

    def _meet(
        self, entry: JournalEntry, event: Event, published: deque[_Published]
    ) -> Divergence | None:
        """Compare the record with what was published, and let that be heard."""
        first = published[0]
        self._slack_ms = max(self._slack_ms, entry.heard_ms - first.after.heard_ms + 1)
        found = differences(event, first.event, slack_ms=self._slack_ms)
        if not found:
            published.popleft()
            self.compared += 1
            self._deliver(entry, first.event, aside=self._aside[event.queue])
            return None
        if published is self._queued[event.queue] and may_come_from_outside(event):
            self._deliver(entry, event, aside=self._aside[event.queue])
            return None
        return Divergence(
            number=entry.number,
            heard_ms=entry.heard_ms,
            trace=event.trace,
            expected=type(event).__name__,
            got=type(first.event).__name__,
            fields=found,
        )

    def _deliver(self, entry: JournalEntry, event: Event, *, aside: deque[_Published]) -> None:
        if isinstance(event, StrategyDisabled):  # also by the watchdog, whose time is not recorded
            for symbol in event.symbols:
                self._stage.desks[symbol].disabled = event.reason
        for each in self._stage.hear(event):
            waiting = aside if each.queue is event.queue else self._queued[each.queue]
            waiting.append(_Published(event=each, after=entry, position=self._position))

    def _do(self, entry: JournalEntry, record: DeedDone) -> None:
        deed = deed_of(record)
        if deed is None:
            self.unknown += 1
            return
        for each in do_again(self._stage, deed):
            published = _Published(event=each, after=entry, position=self._position)
            self._queued[each.queue].append(published)

    def _overdue(
        self, entry: JournalEntry, patience_ms: int, patience_records: int
    ) -> Divergence | None:
        """Tell what was published so long ago that the run cannot have had it."""
        for waiting in self._waiting():
            waited_ms = entry.elapsed_ms - waiting.after.elapsed_ms
            if waited_ms > patience_ms or self._position - waiting.position > patience_records:
                return _told(waiting.after, expected=None, got=waiting.event, what=None)
        return None

    def _waiting(self) -> Iterable[_Published]:
        for queues in (self._aside, self._queued):
            yield from (queue[0] for queue in queues.values() if queue)


def _told(
    entry: JournalEntry, *, expected: Event | None, got: Event | None, what: str | None
) -> Divergence:
    event = expected or got
    lack = () if what is None else (_lack(what),)
    return Divergence(
        number=entry.number,
        heard_ms=entry.heard_ms,
        trace=event.trace if event is not None else "",
        expected=None if expected is None else type(expected).__name__,
        got=None if got is None else type(got).__name__,
        fields=lack,
    )


def _lack(what: str) -> FieldDifference:
    return FieldDifference(field="journal", expected="every record", got=what)
