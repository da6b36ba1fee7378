"""What the journal need not remember any longer, taken out a little at a time."""

from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from noctule.adapters.store.tables import journal

__all__ = ["Pruning"]

_LOOKS: Final = 600  # a minute of the writer's, while there is nothing to take out
_ROWS_MAX: Final = 500  # of one transaction: whoever waits for the file waits for so many
_PAGES_MAX: Final = 256  # given back to the disk at once


class Pruning:
    """Called when the writer has nothing else to do; age is measured from the newest record."""

    def __init__(self, keep_ms: int) -> None:
        self._keep_ms = keep_ms
        self._looks_left = 0

    def look(self, connection: Connection) -> None:
        """Take out some of the records that are too old; go on at the next look if there are more.

        A year that was too long at the last start is taken out by and by, as a day is.
        """
        if self._looks_left > 0:
            self._looks_left -= 1
            return
        pruned = self._prune(connection)
        if pruned:
            _give_back(connection)
        self._looks_left = 0 if pruned == _ROWS_MAX else _LOOKS

    def _prune(self, connection: Connection) -> int:
        number, at_ms = journal.c.number, journal.c.at_ms
        with connection.begin():
            newest = select(at_ms).order_by(number.desc()).limit(1)
            newest_ms = connection.execute(newest).scalar()
            if newest_ms is None:
                return 0
            oldest = select(number, at_ms).order_by(number).limit(_ROWS_MAX).subquery()
            is_old = oldest.c.at_ms < newest_ms - self._keep_ms
            last = connection.execute(select(func.max(oldest.c.number)).where(is_old)).scalar()
            if last is None:
                return 0
            return connection.execute(delete(journal).where(number <= last)).rowcount


def _give_back(connection: Connection) -> None:
    """Let the file shrink; SQLite frees a page each time it is asked for the next row."""
    raw = connection.connection.driver_connection
    assert raw is not None, "a connection that writes is open"
    raw.executescript(f"PRAGMA incremental_vacuum({_PAGES_MAX})")  # `execute` would ask once
