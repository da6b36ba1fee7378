"""A file that an earlier version wrote becomes one of this, whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from noctule.adapters.store.memory import recalled
from noctule.adapters.store.schema import SCHEMA_VERSION, prepare
from noctule.adapters.store.schema_steps import STEPS
from tests.fakes.open_store import open_store

# Word for word what the first version did to a new file, and to save.
FIRST_VERSION = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 1",
    "BEGIN IMMEDIATE",
    "CREATE TABLE schema (version INTEGER NOT NULL)",
    "INSERT INTO schema (version) VALUES (0)",
    "CREATE TABLE records (name TEXT PRIMARY KEY, saved_ms INTEGER, json BLOB NOT NULL)",
    "UPDATE schema SET version = 1",
    "COMMIT",
    "INSERT OR REPLACE INTO records (name, saved_ms, json) VALUES "
    """('desk', 7, CAST('{"saved_ms":7,"losses_in_a_row":2,"day_equity":"10.5"}' AS BLOB))""",
)


def first_version(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in FIRST_VERSION:
            connection.execute(statement)


def test_a_file_of_the_first_version_keeps_its_memory_and_gets_the_new_tables(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.db"
    first_version(path)
    with open_store(path) as store:
        recalled_now = store.recall()
        assert recalled_now is not None
        assert (recalled_now.saved_ms, recalled_now.losses_in_a_row) == (7, 2)
        assert str(recalled_now.day_equity) == "10.5"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version FROM schema").fetchall() == [(SCHEMA_VERSION,)]
        assert connection.execute("SELECT count(*) FROM trades").fetchall() == [(0,)]
        assert connection.execute("PRAGMA auto_vacuum").fetchall() == [(2,)]


@pytest.mark.parametrize("table", ["journal", "halts"])
def test_one_that_is_killed_halfway_is_of_the_first_version_still(
    tmp_path: Path, table: str
) -> None:
    path = tmp_path / "a.db"
    first_version(path)

    def refuse(action: int, name: str | None, *_rest: object) -> int:
        wanted = action == sqlite3.SQLITE_CREATE_TABLE and name == table
        return sqlite3.SQLITE_DENY if wanted else sqlite3.SQLITE_OK

    with closing(sqlite3.connect(path, isolation_level=None)) as dying:
        dying.set_authorizer(refuse)
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            prepare(dying)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert tables == {"schema", "records", "sqlite_autoindex_records_1"}
        prepare(connection)
        assert recalled(connection) is not None


def test_each_version_is_one_step() -> None:
    assert len(STEPS) == SCHEMA_VERSION
