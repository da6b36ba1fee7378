"""The desk's memory as one record of the store: small, written whole, the latest wins."""

import sqlite3
from typing import Final

import msgspec
from sqlalchemy.dialects.sqlite import insert

from noctule.adapters.store.tables import records
from noctule.adapters.store.transaction import Change
from noctule.domain.errors import JournalCorrupt
from noctule.domain.memory import DeskMemory

__all__ = ["recalled", "remembering"]

_NAME: Final = "desk"
_READ: Final = "SELECT json FROM records WHERE name = ?"
_inserted: Final = insert(records)
_WRITE: Final = _inserted.on_conflict_do_update(
    index_elements=[records.c.name],
    set_={"saved_ms": _inserted.excluded.saved_ms, "json": _inserted.excluded.json},
)


def remembering(memory: DeskMemory) -> Change:
    """Return the change that writes it in the place of the one before."""
    json = msgspec.json.encode(memory)
    return Change(_WRITE, {"name": _NAME, "saved_ms": memory.saved_ms, "json": json})


def recalled(connection: sqlite3.Connection) -> DeskMemory | None:
    """Return what a store holds; None when it holds nothing."""
    row = connection.execute(_READ, (_NAME,)).fetchone()
    if row is None:
        return None
    try:
        return msgspec.json.decode(row[0], type=DeskMemory)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as exc:
        raise JournalCorrupt(f"holds a record {_NAME!r} that makes no sense ({exc})") from exc
