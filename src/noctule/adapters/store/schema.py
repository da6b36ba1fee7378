"""What stands in the store's file, and how a file of an earlier version becomes one of this."""

import sqlite3
from typing import Final

from noctule.domain.errors import JournalCorrupt, JournalForeign

__all__ = ["SCHEMA_VERSION", "prepare"]

# The step at place n makes version n + 1 of version n; a new file takes all of them.
_STEPS: Final = (
    (
        "CREATE TABLE schema (version INTEGER NOT NULL)",
        "INSERT INTO schema (version) VALUES (0)",
        "CREATE TABLE records (name TEXT PRIMARY KEY, saved_ms INTEGER, json BLOB NOT NULL)",
    ),
)
SCHEMA_VERSION: Final = len(_STEPS)

_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a power cut takes nothing that was written
    "PRAGMA wal_autocheckpoint = 1",  # so that the file alone is a backup
)


def prepare(connection: sqlite3.Connection) -> None:
    """Bring a file, new or old, to this version; sqlite3.Error or JournalCorrupt if it is none."""
    version = _version(connection)
    for setting in _SETTINGS:
        connection.execute(setting)
    if version == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")  # a process killed within leaves the file as it was
    for statement in (each for step in _STEPS[version:] for each in step):
        connection.execute(statement)
    connection.execute("UPDATE schema SET version = ?", (SCHEMA_VERSION,))
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    """Return the version of a file of ours, 0 of an empty one; anything else is left alone."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return 0
    if "schema" not in tables:
        raise JournalForeign("holds another program's tables")
    row = connection.execute("SELECT version FROM schema").fetchone()
    version = row[0] if row else None
    if not isinstance(version, int) or version < 1:
        raise JournalCorrupt(f"says that its version is {version!r}")
    if version > SCHEMA_VERSION:
        raise JournalForeign(f"was written by a newer noctule (version {version})")
    return version
