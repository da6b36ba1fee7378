"""A store's file is made, taken up, or left alone; never guessed at."""

import sqlite3
from collections.abc import Iterator

import pytest

from noctule.adapters.store.schema import SCHEMA_VERSION, prepare
from noctule.domain.errors import JournalCorrupt


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    yield made
    made.close()


def test_a_new_file_gets_the_tables_of_this_version(connection: sqlite3.Connection) -> None:
    prepare(connection)

    assert connection.execute("SELECT version FROM schema").fetchall() == [(SCHEMA_VERSION,)]
    assert connection.execute("SELECT * FROM records").fetchall() == []


def test_a_file_of_this_version_is_taken_up_as_it_is(connection: sqlite3.Connection) -> None:
    prepare(connection)
    connection.execute("INSERT INTO records VALUES ('desk', 1, 'x')")

    prepare(connection)

    assert connection.execute("SELECT * FROM records").fetchall() == [("desk", 1, "x")]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("UPDATE schema SET version = 99", r"written by a newer noctule \(version 99\)"),
        ("UPDATE schema SET version = 0", "its version is 0"),
        ("UPDATE schema SET version = 'one'", "its version is 'one'"),
        ("DELETE FROM schema", "its version is None"),
        ("ALTER TABLE schema RENAME TO theirs", "another program's tables"),
    ],
)
def test_what_is_not_a_store_of_ours_is_named_and_left_alone(
    connection: sqlite3.Connection, spoil: str, words: str
) -> None:
    prepare(connection)
    connection.execute(spoil)
    before = list(connection.iterdump())

    with pytest.raises(JournalCorrupt, match=words):
        prepare(connection)

    assert list(connection.iterdump()) == before


def test_a_start_that_is_killed_halfway_leaves_an_empty_file(
    connection: sqlite3.Connection,
) -> None:
    def refuse_the_last_table(action: int, name: str | None, *_rest: object) -> int:
        wanted = action == sqlite3.SQLITE_CREATE_TABLE and name == "records"
        return sqlite3.SQLITE_DENY if wanted else sqlite3.SQLITE_OK

    connection.set_authorizer(refuse_the_last_table)
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        prepare(connection)
    connection.set_authorizer(None)
    connection.rollback()

    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    prepare(connection)
