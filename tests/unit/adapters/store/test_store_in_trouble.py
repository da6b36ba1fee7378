"""A store that cannot be written is told and tried again; a damaged one is refused."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from noctule.adapters.store.store import Store
from noctule.domain.errors import JournalCorrupt, JournalUnwritable
from noctule.domain.memory import DeskMemory
from noctule.telemetry.writer import OnFailure, Runner

TIMEOUT_MS = 10_000


def memory_at(path: Path, *, on_failure: OnFailure | None = None) -> Store:
    memory = Store(path, runner=Runner.INLINE, on_failure=on_failure)
    memory.start()
    return memory


def losses(number: int) -> DeskMemory:
    return DeskMemory(saved_ms=number, losses_in_a_row=number)


def execute(path: Path, *statements: str) -> None:
    """Do something to the file behind the store's back."""
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_an_outage_is_told_once_counted_and_over_when_a_write_succeeds(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    path = tmp_path / "sim.db"
    memory = memory_at(path, on_failure=lambda name, error: told.append((name, str(error))))
    execute(path, "ALTER TABLE records RENAME TO gone")

    memory.save(losses(1))
    memory.save(losses(2))

    assert told == [("store", "no such table: records")]
    assert (memory.failures, memory.is_behind) == (2, True)
    execute(path, "ALTER TABLE gone RENAME TO records")
    memory.save(losses(3))
    assert told[1:] == [("store", "None")]
    assert not memory.is_behind
    assert memory.close(TIMEOUT_MS)


def test_what_could_not_be_written_is_tried_again_without_another_save(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    memory = memory_at(path)
    execute(path, "ALTER TABLE records RENAME TO gone")
    memory.save(losses(1))
    execute(path, "ALTER TABLE gone RENAME TO records")

    memory.try_again()

    assert not memory.is_behind
    assert memory.failures == 1
    assert memory.close(TIMEOUT_MS)


def test_closing_tries_once_more_and_says_so_if_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    memory = memory_at(path)
    execute(path, "ALTER TABLE records RENAME TO gone")
    memory.save(losses(1))

    assert not memory.close(TIMEOUT_MS)
    assert memory.failures == 2
    assert not memory.close(TIMEOUT_MS)


def no_database(path: Path) -> None:
    path.write_bytes(b"what is this" * 100)


def torn_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:2000] = b"\xff" * 1900
    path.write_bytes(content)


def no_json(path: Path) -> None:
    execute(path, "UPDATE records SET json = '{\"saved_ms\":'")


def no_memory(path: Path) -> None:
    execute(path, 'UPDATE records SET json = \'{"day_equity":"much"}\'')


def no_text(path: Path) -> None:
    execute(path, "UPDATE records SET json = 5")


def newer(path: Path) -> None:
    execute(path, "UPDATE schema SET version = 99")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (no_database, "is damaged, or no store .*not a database"),
        (torn_page, "is damaged, or no store"),
        (no_json, "holds a record 'desk' that makes no sense"),
        (no_memory, "holds a record 'desk' that makes no sense"),
        (no_text, "holds a record 'desk' that makes no sense"),
        (newer, "newer noctule"),
    ],
)
def test_a_damaged_store_is_refused_left_as_it_is_and_let_go(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "sim.db"
    memory = memory_at(path)
    memory.save(losses(1))
    assert memory.close(TIMEOUT_MS)
    spoil(path)
    before = path.read_bytes()

    for _ in range(2):
        with pytest.raises(JournalCorrupt, match=words):
            Store(path).start()

    assert path.read_bytes() == before


def test_a_store_that_somebody_else_keeps_locked_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    with sqlite3.connect(path, isolation_level=None) as in_the_way:
        in_the_way.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalUnwritable, match=r"cannot be used \(database is locked\)"):
            Store(path).start()
    in_the_way.close()


def test_a_store_that_cannot_be_made_is_the_systems_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    with pytest.raises(FileExistsError):
        Store(tmp_path / "state" / "sim.db").start()
