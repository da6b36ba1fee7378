"""A look into a store that another process may own: nothing is locked, made or written."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from noctule.adapters.store.memory import recalled
from noctule.domain.errors import JournalUnwritable
from noctule.domain.memory import DeskMemory

__all__ = ["glance"]

_BUSY_S: Final = 1.0


def glance(path: Path) -> DeskMemory | None:
    """Return what was saved last; None without a store, a StoreError if it cannot be read."""
    if not path.is_file():
        return None
    try:
        return _read(path, "mode=ro")
    except sqlite3.Error as exc:
        # A disk that is full or only reads has no place for what readers tell each other.
        try:
            return _read(path, "immutable=1")
        except sqlite3.Error:
            raise JournalUnwritable(f"{path} cannot be read ({exc})") from exc


def _read(path: Path, manner: str) -> DeskMemory | None:
    address = f"{path.resolve().as_uri()}?{manner}"
    with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_S)) as connection:
        return recalled(connection)
