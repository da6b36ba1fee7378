"""The journal forgets what is too old, bit by bit, and the file gives its room back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from noctule.adapters.store import pruning
from noctule.adapters.store.journal import Journal
from noctule.adapters.store.store import Store
from noctule.adapters.store.tables import journal
from noctule.domain.events.order import AlertRaised
from noctule.telemetry.writer import Runner
from tests.fakes.open_store import TIMEOUT_MS, rows_of


def store_at(path: Path, *, keep_ms: int) -> Store:
    store = Store(path, keep_ms=keep_ms, runner=Runner.INLINE)
    store.start()
    return store


def fill_journal(store: Store, count: int) -> None:
    times = iter(range(count))
    tap = Journal(store, now_ms=lambda: next(times), elapsed_ms=lambda: 0)
    for at_ms in range(count):
        tap.see(AlertRaised(at_ms=at_ms, trace="t", text="x" * 2_000, is_urgent=False))


def test_only_what_is_too_old_goes_a_little_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    store = store_at(path, keep_ms=10**9)
    fill_journal(store, 50)
    assert store.close(TIMEOUT_MS)
    before = path.stat().st_size
    monkeypatch.setattr(pruning, "_ROWS_MAX", 20)

    store, left = store_at(path, keep_ms=9), []
    for _ in range(5):
        store.try_again()
        assert store.flush(TIMEOUT_MS)
        left.append(len(rows_of(path, journal)))
    assert store.close(TIMEOUT_MS)

    assert left == [30, 10, 10, 10, 10]
    assert path.stat().st_size < before / 2
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_an_empty_journal_has_nothing_to_forget(tmp_path: Path) -> None:
    store = store_at(tmp_path / "a.db", keep_ms=9)
    assert store.flush(TIMEOUT_MS)
    assert store.close(TIMEOUT_MS)
    assert rows_of(tmp_path / "a.db", journal) == []
