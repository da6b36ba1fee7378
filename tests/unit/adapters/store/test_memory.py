"""The desk's memory is one record, and the latest takes the place of the one before."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from noctule.adapters.store.database import connected
from noctule.adapters.store.memory import recalled, remembering
from noctule.adapters.store.schema import prepare
from noctule.adapters.store.transaction import commit
from noctule.domain.errors import JournalCorrupt
from noctule.domain.memory import DeskMemory


@pytest.fixture
def raw() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        prepare(made)
        yield made


def never(failure: Exception) -> None:
    raise failure


def save(raw: sqlite3.Connection, *memories: DeskMemory) -> None:
    with connected(raw) as connection:
        commit(connection, [remembering(each) for each in memories], on_odd=never)


def test_nothing_was_saved_at_first(raw: sqlite3.Connection) -> None:
    assert recalled(raw) is None


def test_the_latest_is_recalled_and_nothing_else_is_kept(raw: sqlite3.Connection) -> None:
    save(raw, DeskMemory(saved_ms=1), DeskMemory(saved_ms=2, losses_in_a_row=3))
    assert recalled(raw) == DeskMemory(saved_ms=2, losses_in_a_row=3)
    assert raw.execute("SELECT name, saved_ms FROM records").fetchall() == [("desk", 2)]


def test_what_makes_no_sense_is_named(raw: sqlite3.Connection) -> None:
    save(raw, DeskMemory())
    raw.execute("UPDATE records SET json = '['")
    with pytest.raises(JournalCorrupt, match="record 'desk' that makes no sense"):
        recalled(raw)
