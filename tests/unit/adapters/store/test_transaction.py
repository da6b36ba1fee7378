"""All rows or none; but one that no file would take costs only itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from noctule.adapters.store.database import connected
from noctule.adapters.store.schema import prepare
from noctule.adapters.store.tables import halts, records
from noctule.adapters.store.transaction import Change, commit

HALT = insert(halts)
RECORD = insert(records)
RENAME = update(records).values(name="renamed")


@pytest.fixture
def connection() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as raw:
        prepare(raw)
        with connected(raw) as made:
            yield made


def halt(number: object) -> Change:
    row = {"at_ms": number, "trace": "", "event": "", "cause": None, "actor": "", "ends_ms": None}
    return Change(HALT, row)


def record(name: str) -> Change:
    return Change(RECORD, {"name": name, "saved_ms": 1, "json": b"{}"})


def never(failure: Exception) -> None:
    raise failure


def times(connection: Connection) -> list[int]:
    found = list(connection.execute(select(halts.c.at_ms).order_by(halts.c.number)).scalars())
    connection.rollback()
    return found


def test_rows_are_written_in_their_order_however_many(connection: Connection) -> None:
    commit(connection, [halt(each) for each in range(200)], on_odd=never)
    assert times(connection) == list(range(200))


def test_statements_on_one_table_keep_their_order(connection: Connection) -> None:
    changes = [record("a"), halt(1), Change(RENAME, {}), record("a"), halt(2)]
    commit(connection, changes, on_odd=never)
    assert set(connection.execute(select(records.c.name)).scalars()) == {"a", "renamed"}


@pytest.mark.parametrize("odd", [None, 2**64, object()])
def test_an_odd_row_is_told_and_left_out(connection: Connection, odd: object) -> None:
    told: list[Exception] = []
    commit(connection, [halt(1), halt(odd), halt(3)], on_odd=told.append)
    assert times(connection) == [1, 3]
    assert len(told) == 1


def test_what_the_file_has_against_it_is_raised_in_its_own_words_and_nothing_is_written(
    connection: Connection,
) -> None:
    connection.exec_driver_sql("DROP TABLE records")
    connection.commit()
    with pytest.raises(sqlite3.OperationalError, match=r"^no such table: records$"):
        commit(connection, [halt(1), record("a")], on_odd=never)
    assert times(connection) == []


def test_an_outage_among_odd_rows_is_one(connection: Connection) -> None:
    told: list[Exception] = []
    connection.exec_driver_sql("DROP TABLE records")
    connection.commit()
    with pytest.raises(sqlite3.OperationalError):
        commit(connection, [halt(None), record("a")], on_odd=told.append)
    assert times(connection) == []
