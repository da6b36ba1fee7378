"""What the desk saved is there after a restart, whatever became of the process."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.adapters.store.file_lock import LockHeld
from noctule.adapters.store.glance import glance
from noctule.adapters.store.store import Change, Store
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
from noctule.adapters.store.glance import glance
from noctule.adapters.store.store import Change, Store
from noctule.domain.memory import DeskMemory
memory = Store(Path(sys.argv[1]))
memory.start()
memory.save(DeskMemory(saved_ms=1, losses_in_a_row=2))
assert memory.flush(10_000)
print("saved", flush=True)
sys.stdin.read()
"""


def memory_at(
    path: Path, *, runner: Runner = Runner.INLINE, on_failure: OnFailure | None = None
) -> Store:
    memory = Store(path, runner=runner, on_failure=on_failure)
    memory.start()
    return memory


def losses(number: int) -> DeskMemory:
    return DeskMemory(saved_ms=number, losses_in_a_row=number)


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


def test_a_memory_that_was_never_opened_closes(tmp_path: Path) -> None:
    assert Store(tmp_path / "sim.db").close(TIMEOUT_MS)
    assert list(tmp_path.iterdir()) == []


def test_a_second_process_on_the_store_is_refused_whatever_it_calls_it(tmp_path: Path) -> None:
    (tmp_path / "other.db").symlink_to(tmp_path / "sim.db")
    first = memory_at(tmp_path / "sim.db")
    second = Store(tmp_path / "other.db")

    with pytest.raises(LockHeld, match=f"process {os.getpid()} has it"):
        second.start()

    assert first.close(TIMEOUT_MS)
    second.start()
    assert second.close(TIMEOUT_MS)


def test_money_keeps_its_last_decimal(tmp_path: Path) -> None:
    memory = memory_at(tmp_path / "sim.db")
    memory.save(DeskMemory(day_equity=quote("0.00000001"), equity_peak=quote("1E+9")))
    assert memory.close(TIMEOUT_MS)
    again = memory_at(tmp_path / "sim.db")
    recalled = again.recall()
    assert recalled is not None
    assert (recalled.day_equity, recalled.equity_peak) == (Decimal("1E-8"), Decimal(10**9))
    assert again.close(TIMEOUT_MS)


def test_a_value_that_no_row_can_be_made_of_is_counted_and_keeps_nobody_back(
    tmp_path: Path,
) -> None:
    store = memory_at(tmp_path / "sim.db")

    def refuse(value: str) -> list[Change]:
        raise ValueError(value)

    assert store.note(refuse, "odd")
    store.save(losses(1))
    assert (store.lost, store.is_failing, str(store.last_error)) == (1, False, "odd")
    assert store.close(TIMEOUT_MS)
    assert glance(tmp_path / "sim.db") == losses(1)
