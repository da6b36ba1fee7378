"""How the store's file is opened: by its one owner to write, by anybody else to read."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from noctule.domain.errors import JournalUnwritable

__all__ = ["connected", "reading"]

_BUSY_S: Final = 1.0  # somebody may be reading a copy off


def connected(raw: sqlite3.Connection) -> Connection:
    """Return SQLAlchemy's view of an open file; its transactions take the file at their begin."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    begin = "BEGIN" if _is_read_only(raw) else "BEGIN IMMEDIATE"

    def take(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", take)
    return engine.connect()


def _is_read_only(raw: sqlite3.Connection) -> bool:
    (is_so,) = raw.execute("PRAGMA query_only").fetchone()
    return bool(is_so)


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """Open a store that another process may own, to read only: nothing is locked or made.

    What it sees is one moment of the store, however long it looks. JournalUnwritable says why it
    cannot be read.
    """
    try:
        raw = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S, isolation_level=None
        )
        raw.execute("PRAGMA query_only = ON")
        with connected(raw) as connection:
            yield connection
    except (sqlite3.Error, DBAPIError) as exc:
        raise JournalUnwritable(f"{path} cannot be read ({exc})") from exc
