"""What the desk saved is there after a restart, whatever became of the process."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.store.file_lock import LockHeld
from noctule.adapters.store.memory import SqliteMemory
from noctule.domain.errors import JournalCorrupt, JournalUnwritable
from noctule.domain.memory import BracketMemory, DeskMemory, HaltMemory
from noctule.domain.order import Leg, OrderKey
from noctule.domain.signals import Direction
from noctule.domain.values import Timeframe, price, quote
from noctule.telemetry.writer import OnFailure, Runner
from tests.builders import BTCUSDT, START_MS

TIMEOUT_MS = 10_000
FULL = DeskMemory(
    saved_ms=START_MS,
    day=20_724,
    day_equity=quote("10000.12345678"),
    equity_peak=quote("10500"),
    losses_in_a_row=2,
    halts=(
        HaltMemory(check="daily loss", cause="0.051 is above 0.05", actor="risk", ends_ms=START_MS),
        HaltMemory(check="paused", cause="a pause", actor="owner", ends_ms=None),
    ),
    brackets=(
        BracketMemory(
            symbol=BTCUSDT,
            strategy="sma_cross",
            trace="BTCUSDT:1m:7",
            key=OrderKey(close_ms=START_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0),
            direction=Direction.LONG,
            stop=price("59400.10"),
            target=None,
            signal_price=60_000.1,
        ),
    ),
)
SAVER = """
import sys
from pathlib import Path
from noctule.adapters.store.memory import SqliteMemory
from noctule.domain.memory import DeskMemory
memory = SqliteMemory(Path(sys.argv[1]))
memory.start()
memory.save(DeskMemory(saved_ms=1, losses_in_a_row=2))
assert memory.writer.flush(10_000)
print("saved", flush=True)
sys.stdin.read()
"""


def memory_at(
    path: Path, *, runner: Runner = Runner.INLINE, on_failure: OnFailure | None = None
) -> SqliteMemory:
    memory = SqliteMemory(path, runner=runner, on_failure=on_failure)
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


def test_a_new_store_remembers_nothing(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "state" / "sim.db")
    assert memory.recall() is None
    assert memory.close(TIMEOUT_MS)


@pytest.mark.parametrize("runner", Runner)
def test_a_restart_recalls_the_whole_of_what_was_saved(tmp_path: Path, runner: Runner) -> None:
    path = tmp_path / "sim.db"
    memory = memory_at(path, runner=runner)
    memory.save(losses(1))
    memory.save(FULL)
    assert memory.recall() is FULL
    assert memory.close(TIMEOUT_MS)

    again = memory_at(path)
    assert again.recall() == FULL
    assert not again.is_behind
    assert again.close(TIMEOUT_MS)


def test_a_deleted_store_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    memory = memory_at(path)
    memory.save(FULL)
    assert memory.close(TIMEOUT_MS)
    path.unlink()

    again = memory_at(path)
    assert again.recall() is None
    assert again.close(TIMEOUT_MS)


def test_a_killed_process_had_saved_what_it_saved(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    process = subprocess.Popen(
        [sys.executable, "-c", SAVER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"saved\n"
        process.kill()
        process.wait()

    memory = memory_at(path)
    assert memory.recall() == DeskMemory(saved_ms=1, losses_in_a_row=2)
    assert memory.close(TIMEOUT_MS)


def test_the_file_alone_is_a_backup_while_the_bot_runs(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "sim.db")
    memory.save(FULL)
    (tmp_path / "copy.db").write_bytes((tmp_path / "sim.db").read_bytes())
    assert memory.close(TIMEOUT_MS)

    copy = memory_at(tmp_path / "copy.db")
    assert copy.recall() == FULL
    assert copy.close(TIMEOUT_MS)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "sim.db")
    memory.save(FULL)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in tmp_path.iterdir()}
    assert set(modes) >= {"sim.db", "sim.db-wal", "sim.db.lock"}
    assert set(modes.values()) == {0}
    assert memory.close(TIMEOUT_MS)


def test_a_save_never_waits_for_the_disk_and_the_latest_wins(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    memory = memory_at(path, runner=Runner.THREAD)
    in_the_way = sqlite3.connect(path, isolation_level=None)
    in_the_way.execute("BEGIN IMMEDIATE")
    for number in range(1, 1001):
        memory.save(losses(number))
    assert memory.is_behind
    in_the_way.execute("ROLLBACK")
    in_the_way.close()

    assert memory.close(TIMEOUT_MS)
    again = memory_at(path)
    assert again.recall() == losses(1000)
    assert again.close(TIMEOUT_MS)


def test_saves_from_several_threads_end_with_one_that_was_saved_last(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "sim.db", runner=Runner.THREAD)

    def save_many() -> None:
        for number in range(200):
            memory.save(losses(number))

    threads = [threading.Thread(target=save_many) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.close(TIMEOUT_MS)

    again = memory_at(tmp_path / "sim.db")
    assert again.recall() == losses(199)
    assert again.close(TIMEOUT_MS)


def test_an_outage_is_told_once_counted_and_over_when_a_write_succeeds(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    path = tmp_path / "sim.db"
    memory = memory_at(path, on_failure=lambda name, error: told.append((name, str(error))))
    execute(path, "ALTER TABLE records RENAME TO gone")

    memory.save(losses(1))
    memory.save(losses(2))

    assert told == [("memory", "no such table: records")]
    assert (memory.failures, memory.is_behind) == (2, True)
    execute(path, "ALTER TABLE gone RENAME TO records")
    memory.save(losses(3))
    assert told[1:] == [("memory", "None")]
    assert not memory.is_behind
    assert memory.close(TIMEOUT_MS)


def test_what_could_not_be_written_is_tried_again_without_another_save(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    memory = memory_at(path)
    execute(path, "ALTER TABLE records RENAME TO gone")
    memory.save(losses(1))
    execute(path, "ALTER TABLE gone RENAME TO records")

    async def main(clock: VirtualClock) -> None:
        async with asyncio.timeout(5):
            await memory.keep_up(clock)

    with pytest.raises(TimeoutError):
        run_virtual(main, start_ms=START_MS)

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


def test_a_memory_that_was_never_opened_closes(tmp_path: Path) -> None:
    assert SqliteMemory(tmp_path / "sim.db").close(TIMEOUT_MS)
    assert list(tmp_path.iterdir()) == []


def test_a_second_process_on_the_store_is_refused_whatever_it_calls_it(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "other").symlink_to(tmp_path / "state")
    first = memory_at(tmp_path / "state/sim.db")
    second = SqliteMemory(tmp_path / "other/sim.db")

    with pytest.raises(LockHeld, match=f"process {os.getpid()} has it"):
        second.start()

    assert first.close(TIMEOUT_MS)
    second.start()
    assert second.close(TIMEOUT_MS)


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
    memory.save(FULL)
    assert memory.close(TIMEOUT_MS)
    spoil(path)
    before = path.read_bytes()

    for _ in range(2):
        with pytest.raises(JournalCorrupt, match=words):
            SqliteMemory(path).start()

    assert path.read_bytes() == before


def test_a_store_that_somebody_else_keeps_locked_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "sim.db"
    with sqlite3.connect(path, isolation_level=None) as in_the_way:
        in_the_way.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalUnwritable, match=r"cannot be used \(database is locked\)"):
            SqliteMemory(path).start()
    in_the_way.close()


def test_a_store_that_cannot_be_made_is_the_systems_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    with pytest.raises(FileExistsError):
        SqliteMemory(tmp_path / "state" / "sim.db").start()


def test_money_keeps_its_last_decimal(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "sim.db")
    memory.save(DeskMemory(day_equity=quote("0.00000001"), equity_peak=quote("1E+9")))
    assert memory.close(TIMEOUT_MS)
    again = memory_at(tmp_path / "sim.db")
    recalled = again.recall()
    assert recalled is not None
    assert (recalled.day_equity, recalled.equity_peak) == (Decimal("1E-8"), Decimal(10**9))
    assert again.close(TIMEOUT_MS)
