"""Anybody may read a store beside its owner; nobody but the owner writes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from noctule.adapters.store.database import reading
from noctule.adapters.store.tables import halts
from noctule.domain.errors import JournalUnwritable
from noctule.telemetry.writer import Runner
from tests.fakes.open_store import TIMEOUT_MS, open_store, rows_of

HALT = {"at_ms": 1, "trace": "t", "event": "halted", "cause": "c", "actor": "me", "ends_ms": None}


def test_what_is_written_is_seen_beside_the_owner_who_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path, runner=Runner.THREAD) as store:
        store.put(halts, HALT)
        assert store.flush(TIMEOUT_MS)
        with reading(path) as connection:
            assert len(connection.execute(select(halts)).all()) == 1
            store.put(halts, HALT)
            assert store.flush(TIMEOUT_MS)
            assert len(connection.execute(select(halts)).all()) == 1  # one moment of it
        assert len(rows_of(path, halts)) == 2


def test_who_reads_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path):
        pass
    with (
        pytest.raises(JournalUnwritable, match="readonly"),
        reading(path) as connection,
        connection.begin(),
    ):
        connection.execute(insert(halts), HALT)


@pytest.mark.parametrize("content", [None, b"no database, but longer than nothing" * 9])
def test_what_cannot_be_read_is_told_and_not_made(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.db"
    if content is not None:
        path.write_bytes(content)
    with (
        pytest.raises(JournalUnwritable, match=r"a\.db cannot be read"),
        reading(path) as connection,
    ):
        connection.execute(select(halts))
    assert path.exists() == (content is not None)


def test_a_store_of_an_earlier_version_lacks_what_it_lacks(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as old:
        old.execute("CREATE TABLE schema (version INTEGER)")
    with pytest.raises(JournalUnwritable, match="no such table") as told:
        rows_of(tmp_path / "a.db", halts)
    assert isinstance(told.value.__cause__, OperationalError)
