"""How a file, new or of an earlier version, becomes a store of this version."""

import sqlite3
from typing import Final

from noctule.adapters.store.schema_steps import STEPS
from noctule.domain.errors import JournalCorrupt, JournalForeign

__all__ = ["SCHEMA_VERSION", "prepare", "refuse_foreign"]

SCHEMA_VERSION: Final = len(STEPS)

_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a power cut takes nothing that was written
    "PRAGMA wal_autocheckpoint = 1",  # so that the file alone is a backup
)
_PIECEMEAL: Final = 2  # auto_vacuum = INCREMENTAL: what is pruned is given back bit by bit


def prepare(connection: sqlite3.Connection) -> None:
    """Bring a file, new or old, to this version; sqlite3.Error or JournalCorrupt if it is none."""
    version = _version(connection)
    if version < SCHEMA_VERSION:
        _give_back_piecemeal(connection)
    for setting in _SETTINGS:
        connection.execute(setting)
    if version == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")  # a process killed within leaves the file as it was
    for statement in (each for step in STEPS[version:] for each in step):
        connection.execute(statement)
    connection.execute("UPDATE schema SET version = ?", (SCHEMA_VERSION,))
    connection.execute("COMMIT")


def refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raise JournalCorrupt for a file that this version, which only reads it, cannot read."""
    version = _version(connection)
    if version == 0:
        raise JournalForeign("is empty: no run has written it")
    if version != SCHEMA_VERSION:
        raise JournalForeign(f"was written by an older noctule (version {version}): start it once")


def _give_back_piecemeal(connection: sqlite3.Connection) -> None:
    """Let the file shrink in small steps later on; only a whole rewriting can turn that on.

    What is rewritten is empty or holds one record: earlier versions held no more.
    """
    (mode,) = connection.execute("PRAGMA auto_vacuum").fetchone()
    if mode != _PIECEMEAL:
        connection.execute(f"PRAGMA auto_vacuum = {_PIECEMEAL}")
        connection.execute("VACUUM")


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
