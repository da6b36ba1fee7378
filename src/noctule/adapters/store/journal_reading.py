"""Reading a journal, from the oldest record to the newest, however long it is."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.engine import Connection

from noctule.adapters.store.journal_records import Recorded, read_back
from noctule.adapters.store.tables import journal

__all__ = ["JournalEntry", "JournalReader"]

_PAGE: Final = 1_000  # rows in memory


class JournalEntry(Struct, frozen=True, kw_only=True):
    """One record, and when it was heard in real time since its process's beginning."""

    number: int
    heard_ms: int  # likewise, in market time
    elapsed_ms: int
    record: Recorded


class JournalReader:
    """Yields what this version understands, and counts what it does not."""

    def __init__(self, connection: Connection) -> None:
        self.skipped: dict[str, int] = {}  # by kind: a newer version wrote them
        self._connection = connection

    def entries(self, *, after: int = 0) -> Iterator[JournalEntry]:
        """Yield the records after this number; JournalCorrupt names one that was changed."""
        page = select(journal).order_by(journal.c.number).limit(_PAGE)
        rows = self._connection.execute(page.where(journal.c.number > after)).all()
        while rows:
            for row in rows:
                record = read_back(row.number, row.kind, row.record, row.checksum)
                if record is None:
                    self.skipped[row.kind] = self.skipped.get(row.kind, 0) + 1
                else:
                    yield JournalEntry(
                        number=row.number,
                        heard_ms=row.at_ms,
                        elapsed_ms=row.elapsed_ms,
                        record=record,
                    )
            rows = self._connection.execute(page.where(journal.c.number > rows[-1].number)).all()
