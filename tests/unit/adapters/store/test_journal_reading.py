"""A journal is read from its beginning to its end, and says what it does not understand."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from noctule.adapters.store import journal_reading
from noctule.adapters.store.database import reading
from noctule.adapters.store.journal import Journal
from noctule.adapters.store.journal_reading import JournalReader
from noctule.domain.errors import JournalCorrupt
from noctule.domain.events.order import OrderTimerFired
from tests.fakes.open_store import open_store


def timer(at_ms: int) -> OrderTimerFired:
    return OrderTimerFired(at_ms=at_ms, trace="t", timer="equity")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with open_store(tmp_path / "a.db") as store:
        journal = Journal(store, now_ms=lambda: 9, elapsed_ms=lambda: 4)
        for at_ms in range(5):
            journal.see(timer(at_ms))
    return tmp_path / "a.db"


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_every_record_comes_back_in_its_order_page_by_page(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_reading, "_PAGE", 2)
    with reading(path) as connection:
        entries = list(JournalReader(connection).entries(after=1))
    heard = [(each.number, each.heard_ms, each.elapsed_ms) for each in entries]
    assert heard == [(n, 9, 4) for n in range(2, 6)]
    assert [each.record for each in entries] == [timer(at_ms) for at_ms in range(1, 5)]


def test_what_a_newer_version_wrote_is_counted_and_passed_over(path: Path) -> None:
    execute(path, "UPDATE journal SET kind = 'MoonRose' WHERE number IN (2, 3)")
    with reading(path) as connection:
        reader = JournalReader(connection)
        assert len(list(reader.entries())) == 3
    assert reader.skipped == {"MoonRose": 2}


def test_a_changed_record_is_named(path: Path) -> None:
    execute(path, "UPDATE journal SET record = x'00' WHERE number = 4")
    with reading(path) as connection, pytest.raises(JournalCorrupt, match="record 4"):
        list(JournalReader(connection).entries())
