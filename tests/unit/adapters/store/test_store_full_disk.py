"""A full disk passes: what there is room for waits, and is written in its order."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from noctule.adapters.store import store as store_module
from noctule.adapters.store.glance import glance
from noctule.adapters.store.store import Store
from noctule.adapters.store.tables import halts
from noctule.domain.errors import JournalUnwritable
from noctule.domain.memory import DeskMemory
from noctule.telemetry.writer import Runner
from tests.fakes.open_store import TIMEOUT_MS, open_store, rows_of

LONG = "x" * 3_000
QUOTA_BYTES = 200_000
# A disk of its own for one process: no file may grow beyond this.
UNDER_QUOTA = f"""
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({QUOTA_BYTES}, resource.RLIM_INFINITY))
from noctule.adapters.store.store import Store
from noctule.adapters.store.tables import halts
from noctule.domain.memory import DeskMemory
told = []
store = Store(Path(sys.argv[1]), on_failure=lambda _name, error: told.append(str(error)))
store.start()
row = dict(at_ms=1, trace="", event="halted", cause="x" * 3_000, actor="me", ends_ms=None)
for _ in range(100):
    store.put(halts, row)
store.save(DeskMemory(saved_ms=7))
print(store.flush(10_000), store.is_failing, store.lost)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.try_again()
print(store.flush(10_000), store.is_failing, store.lost)
print(len(told), told[-1])
assert store.close(10_000)
"""


def row(number: int) -> dict[str, Any]:
    told = {"trace": "", "event": "halted", "cause": LONG, "actor": "me", "ends_ms": None}
    return {"at_ms": number, **told}


def pages(store: Store, maximum: int) -> None:
    """Let the disk end there."""
    connection = store._connection
    assert connection is not None
    connection.exec_driver_sql(f"PRAGMA max_page_count = {maximum}")
    connection.rollback()


def test_all_that_was_put_waits_until_there_is_room_again(tmp_path: Path) -> None:
    told: list[str] = []
    with open_store(
        tmp_path / "a.db", on_failure=lambda _name, error: told.append(str(error))
    ) as store:
        pages(store, 1)
        for number in range(20):
            store.put(halts, row(number))
        store.save(DeskMemory(saved_ms=7))
        assert (store.is_failing, store.is_behind, store.lost) == (True, True, 0)
        assert str(store.last_error) == "database or disk is full"
        assert not store.flush(TIMEOUT_MS)
        pages(store, 1_000_000)
        store.try_again()
        assert (store.is_failing, store.is_behind, store.lost) == (False, False, 0)
    assert told == ["database or disk is full", "None"]
    assert [each.at_ms for each in rows_of(tmp_path / "a.db", halts)] == list(range(20))
    assert glance(tmp_path / "a.db") == DeskMemory(saved_ms=7)


def test_what_is_put_while_it_is_away_for_too_long_is_dropped_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_WAITING_MAX", 5)
    with open_store(tmp_path / "a.db") as store:
        pages(store, 1)
        taken = [store.put(halts, row(number)) for number in range(10)]
        assert store.lost == taken.count(False) > 0
        pages(store, 1_000_000)
        store.try_again()
    numbers = [each.at_ms for each in rows_of(tmp_path / "a.db", halts)]
    assert numbers == list(range(taken.count(True)))


def test_a_process_whose_disk_is_full_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    done = subprocess.run(
        [sys.executable, "-c", UNDER_QUOTA, str(path)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["False True 0", "True False 0", "2 None"]
    assert len(rows_of(path, halts)) == 100
    assert glance(path) == DeskMemory(saved_ms=7)


def test_a_store_is_taken_up_later_if_it_could_not_be_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as before:
        before.save(DeskMemory(saved_ms=1, losses_in_a_row=2))
    path.rename(tmp_path / "away.db")
    path.mkdir()  # something in the way
    told: list[str] = []
    store = Store(
        path, runner=Runner.INLINE, on_failure=lambda _name, error: told.append(str(error))
    )
    store.start_without(JournalUnwritable("cannot be used"), DeskMemory(losses_in_a_row=2))
    store.put(halts, row(1))
    assert (store.is_failing, store.is_behind) == (True, True)
    store.try_again()
    assert store.failures == 2

    path.rmdir()
    (tmp_path / "away.db").rename(path)
    store.try_again()

    assert (store.is_failing, store.lost, told) == (False, 0, ["cannot be used", "None"])
    store.save(DeskMemory(saved_ms=2))
    assert store.close(TIMEOUT_MS)
    assert len(rows_of(path, halts)) == 1
    assert glance(path) == DeskMemory(saved_ms=2)


def test_what_was_remembered_without_the_file_takes_the_place_of_what_stood_there(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as before:
        before.save(DeskMemory(saved_ms=1))
    store = Store(path, runner=Runner.INLINE)
    store.start_without(JournalUnwritable("cannot be used"), None)
    store.save(DeskMemory(saved_ms=2))
    assert store.close(TIMEOUT_MS)
    assert glance(path) == DeskMemory(saved_ms=2)
