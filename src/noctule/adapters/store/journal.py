"""A tap of the bus: what happened, in its order, so that it can be run again.

Quotes come by the hundred and only the latest counts: each is written down ahead of an event that
looks at it, or never.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from sqlalchemy import insert

from noctule.adapters.store.bookings import bookings_of
from noctule.adapters.store.journal_records import (
    DeedDone,
    Recorded,
    RecordsLost,
    RunBegan,
    checksum_of,
    encoded,
)
from noctule.adapters.store.store import Store
from noctule.adapters.store.tables import journal
from noctule.adapters.store.transaction import Change
from noctule.domain.events.base import Event, QueueName
from noctule.domain.events.data import (
    BookTickerUpdated,
    CandleClosed,
    CandleUpdated,
    DepthUpdated,
    MarkPriceUpdated,
    TradePrinted,
)
from noctule.domain.events.order import OrderTimerFired

__all__ = ["Journal"]

_OWN: Final = "journal"  # no queue carries it
_WRITE: Final = insert(journal)
_LABELS: Final = tuple(each.label for each in QueueName)  # an enum is slow to ask
_DATA: Final = QueueName.DATA
# Nobody here looks at what these say; that they came is told by the mark prices beside them.
_UNUSED: Final = frozenset({CandleUpdated, DepthUpdated, TradePrinted})


class _Heard(NamedTuple):
    """A record, and when it was heard: in market time, and in real time."""

    record: Recorded
    now_ms: int
    elapsed_ms: int


class Journal:
    """Appends references and nothing else: rows are made on the store's thread."""

    def __init__(
        self, store: Store, *, now_ms: Callable[[], int], elapsed_ms: Callable[[], int]
    ) -> None:
        self.lost = 0  # records that found no room
        self._told = 0  # of these, how many the journal knows of
        self._store, self._note = store, store.note
        self._now_ms, self._elapsed_ms = now_ms, elapsed_ms
        self._marks: dict[str, _Heard] = {}  # the latest that is not written yet, by symbol
        self._books: dict[str, _Heard] = {}  # likewise

    def begin(self, run: RunBegan) -> None:
        """Write down who writes from here on."""
        self._append(_Heard(run, self._now_ms(), self._elapsed_ms()))

    def note(self, deed: bytes) -> None:
        """Write down what is done beside the events, and ahead of it what it may look at."""
        now_ms = self._now_ms()
        self._write_all(self._marks)
        self._write_all(self._books)
        self._append(_Heard(DeedDone(at_ms=now_ms, deed=deed), now_ms, self._elapsed_ms()))

    def see(self, event: Event) -> None:
        """Keep an event, and ahead of it what it may look at."""
        kind, heard = type(event), _Heard(event, self._now_ms(), self._elapsed_ms())
        if kind is MarkPriceUpdated:
            self._marks[event.mark.symbol] = heard  # type: ignore[attr-defined]  # told by its kind
        elif kind is BookTickerUpdated:
            self._books[event.book.symbol] = heard  # type: ignore[attr-defined]  # likewise
        elif kind not in _UNUSED:
            if self._marks or self._books:
                self._write_quotes(event)
            self._append(heard)

    def _write_quotes(self, event: Event) -> None:
        """Write what this event may look at: a strategy its symbol's, a timer marks, others all."""
        if isinstance(event, CandleClosed):
            for quotes in (self._marks, self._books):
                quote = quotes.pop(event.candle.symbol, None)
                if quote is not None:
                    self._append(quote)
            return
        if event.queue is _DATA:
            return
        self._write_all(self._marks)
        if not isinstance(event, OrderTimerFired):
            self._write_all(self._books)

    def _write_all(self, quotes: dict[str, _Heard]) -> None:
        for quote in quotes.values():
            self._append(quote)
        quotes.clear()

    def _append(self, heard: _Heard) -> None:
        if self.lost > self._told and self._store.has_room:
            self._tell_loss(heard)
        if not self._note(_changes_of, heard):
            self.lost += 1

    def _tell_loss(self, heard: _Heard) -> None:
        loss = RecordsLost(at_ms=heard.record.at_ms, lost=self.lost - self._told)
        if self._note(_changes_of, _Heard(loss, heard.now_ms, heard.elapsed_ms)):
            self._told = self.lost


def _changes_of(heard: _Heard) -> Iterable[Change]:
    """Return the rows of a record; on the store's thread."""
    record = heard.record
    yield Change(_WRITE, _row(heard))
    if isinstance(record, Event):
        yield from bookings_of(record)


def _row(heard: _Heard) -> dict[str, object]:
    record = heard.record
    content = encoded(record)
    queue, trace = _OWN, ""
    if isinstance(record, Event):
        queue, trace = _LABELS[record.queue], record.trace
    return {
        "at_ms": heard.now_ms,
        "elapsed_ms": heard.elapsed_ms,
        "queue": queue,
        "kind": type(record).__name__,
        "trace": trace,
        "record": content,
        "checksum": checksum_of(content),
    }
