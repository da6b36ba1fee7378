"""Which file a run remembers in, and what is said when it cannot have it."""

import asyncio
import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.store.store import Store
from noctule.app.memory import close_memory, keep_memory, open_memory
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.domain.ids import account_tag
from noctule.domain.memory import DeskMemory
from noctule.engine.halts import Halts
from noctule.telemetry.writer import Runner
from tests.builders import START_MS
from tests.fakes.home import config_at

KEY = "k" * 8 + "9fQ2mP"
TIMEOUT_MS = 10_000


def configured(home: Path, *overrides: str) -> Configuration:
    url = f"store.url=sqlite:///{home}/state/{{environment}}-{{account}}.db"
    return config_at(home, url, *overrides).load()


def with_key(home: Path, *overrides: str) -> Configuration:
    dotenv = home / ".env"
    dotenv.write_text(f"BINANCE_API_KEY={KEY}\nBINANCE_API_SECRET={'s' * 20}\n")
    dotenv.chmod(0o600)
    return configured(home, *overrides)


def opened(configuration: Configuration, *, started_ms: int = START_MS) -> Store:
    return open_memory(configuration, started_ms=started_ms, runner=Runner.INLINE)


def stores(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "state").glob("*.db"))


def test_every_run_of_a_market_in_this_process_is_a_first(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    for started_ms in (START_MS, START_MS + 1):
        memory = opened(configuration, started_ms=started_ms)
        assert memory.recall() is None
        memory.save(DeskMemory(losses_in_a_row=1))
        assert memory.close(TIMEOUT_MS)
    assert stores(tmp_path) == [
        "sim-seed1-20260928T000000.000.db",
        "sim-seed1-20260928T000000.001.db",
    ]


def test_a_simulated_exchange_elsewhere_goes_on_while_we_restart(tmp_path: Path) -> None:
    configuration = configured(tmp_path, "api.rest_url=http://127.0.0.1:8780", "sim.seed=7")
    memory = opened(configuration)
    memory.save(DeskMemory(losses_in_a_row=1))
    assert memory.close(TIMEOUT_MS)

    again = opened(configuration, started_ms=START_MS + 60_000)
    assert again.recall() == DeskMemory(losses_in_a_row=1)
    assert again.close(TIMEOUT_MS)
    assert stores(tmp_path) == ["sim-seed7-127.0.0.1-8780.db"]


def test_a_real_account_is_named_by_the_tag_of_its_key(tmp_path: Path) -> None:
    assert opened(with_key(tmp_path, "api.environment=testnet")).close(TIMEOUT_MS)
    assert stores(tmp_path) == [f"testnet-{account_tag(KEY)}.db"]


def test_paper_has_an_account_of_its_own_whatever_the_key_is(tmp_path: Path) -> None:
    assert opened(with_key(tmp_path, "api.environment=paper")).close(TIMEOUT_MS)
    assert stores(tmp_path) == [f"paper-{account_tag('paper')}.db"]


def test_without_its_key_an_account_has_no_store(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="testnet needs credentials"):
        opened(configured(tmp_path, "api.environment=testnet"))


def test_an_outage_is_told_to_whoever_asked_for_it(tmp_path: Path) -> None:
    told: list[str] = []
    memory = open_memory(
        configured(tmp_path),
        started_ms=START_MS,
        runner=Runner.INLINE,
        on_failure=lambda name, _error: told.append(name),
    )
    (store,) = (tmp_path / "state").glob("*.db")
    with sqlite3.connect(store) as in_the_way:
        in_the_way.execute("DROP TABLE records")
    in_the_way.close()

    memory.save(DeskMemory())

    assert told == ["store"]
    assert not memory.close(TIMEOUT_MS)


def test_a_store_in_use_is_told_with_its_owner(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    first = opened(configuration)
    path = tmp_path / "state/sim-seed1-20260928T000000.000.db"

    with pytest.raises(ConfigError) as told:
        opened(configuration)

    assert told.value.problems == (
        f"--set [store] url: process {os.getpid()} uses {path}, stop it first, "
        "or give each bot a store of its own",
    )
    Path(f"{path}.lock").write_text("")
    with pytest.raises(ConfigError, match="another process uses"):
        opened(configuration)
    assert first.close(TIMEOUT_MS)


def test_a_damaged_store_is_moved_aside_and_entries_wait_for_a_person(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").mkdir()
    path = tmp_path / "state/sim-seed1-20260928T000000.000.db"
    path.write_text("what is this? " * 100)

    memory = opened(configured(tmp_path))

    recalled = memory.recall()
    assert recalled is not None
    assert [(each.check, each.ends_ms) for each in recalled.halts] == [("memory", None)]
    assert memory.close(TIMEOUT_MS)
    aside = Path(f"{path}.damaged-{START_MS}")
    assert aside.read_text() == "what is this? " * 100
    (line,) = caplog.records
    assert (line.levelname, line.getMessage()) == ("ERROR", "store damaged")


def test_a_store_of_a_newer_version_is_left_where_it_is(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    assert opened(configuration).close(TIMEOUT_MS)
    path = tmp_path / "state/sim-seed1-20260928T000000.000.db"
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE schema SET version = 99")

    with pytest.raises(ConfigError) as told:
        opened(configuration)

    assert told.value.problems == (
        f"--set [store] url: {path} was written by a newer noctule (version 99), "
        "name another file, or start the program that it belongs to",
    )
    assert stores(tmp_path) == [path.name]


def test_a_store_that_cannot_be_made_is_told_with_the_systems_reason(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    with pytest.raises(ConfigError) as told:
        opened(configured(tmp_path))
    assert told.value.problems == (
        f"--set [store] url: {tmp_path}/state/sim-seed1-20260928T000000.000.db cannot be opened "
        "(File exists), name a file below a directory",
    )


def test_a_store_that_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "state/sim-seed1-20260928T000000.000.db").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"\(unable to open database file\), name another file"):
        opened(configured(tmp_path))


def test_while_the_store_cannot_be_written_nothing_is_entered(tmp_path: Path) -> None:
    path, halts = tmp_path / "store.db", Halts()
    memory = Store(path, runner=Runner.INLINE)
    memory.start()
    seen: list[list[str]] = []

    def note() -> None:
        seen.append([each.text for each in halts.reasons(START_MS)])

    async def main(clock: VirtualClock) -> None:
        keeping = asyncio.get_running_loop().create_task(
            keep_memory(memory, clock=clock, halts=halts)
        )
        rename(path, "records", "gone")
        memory.save(DeskMemory(saved_ms=1))
        await clock.sleep_ms(1_500)
        note()
        rename(path, "gone", "records")
        await clock.sleep_ms(1_000)
        note()
        keeping.cancel()
        await asyncio.wait([keeping])

    run_virtual(main, start_ms=START_MS)
    assert memory.close(1_000)
    assert seen == [["the store cannot be written: see the log"], []]


def rename(path: Path, before: str, after: str) -> None:
    """Do something to the store behind our back."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"ALTER TABLE {before} RENAME TO {after}")
    connection.close()


def test_a_store_that_cannot_be_written_just_now_keeps_nobody_from_guarding_what_is_held(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    configuration = configured(tmp_path)
    before = opened(configuration)
    before.save(DeskMemory(saved_ms=5))
    assert before.close(TIMEOUT_MS)
    with closing(sqlite3.connect(before.path, isolation_level=None)) as in_the_way:
        in_the_way.execute("PRAGMA locking_mode = EXCLUSIVE")
        in_the_way.execute("BEGIN EXCLUSIVE")
        memory = opened(configuration)
        assert (memory.is_failing, memory.is_behind) == (True, True)
        assert memory.recall() == DeskMemory(saved_ms=5)
    memory.try_again()
    assert not memory.is_failing
    assert memory.close(TIMEOUT_MS)
    lines = [(line.levelname, line.getMessage()) for line in caplog.records]
    assert lines == [
        ("ERROR", "store cannot be written"),
        ("WARNING", "store is written again"),
    ]


def test_a_damaged_store_that_cannot_be_moved_keeps_entries_off_until_somebody_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, _target: object) -> Path:
        raise OSError(errno.EROFS, "Read-only file system")

    (tmp_path / "state").mkdir()
    path = tmp_path / "state/sim-seed1-20260928T000000.000.db"
    path.write_text("what is this? " * 100)
    monkeypatch.setattr(Path, "rename", refuse)

    memory = opened(configured(tmp_path))

    recalled = memory.recall()
    assert recalled is not None
    assert [each.check for each in recalled.halts] == ["memory"]
    assert memory.is_failing
    assert not memory.close(TIMEOUT_MS)


def test_what_is_lost_at_the_end_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    memory = opened(configured(tmp_path))
    close_memory(memory, timeout_ms=TIMEOUT_MS)
    assert not caplog.records

    memory = opened(configured(tmp_path), started_ms=START_MS + 1)
    rename(memory.path, "records", "gone")
    memory.save(DeskMemory())
    close_memory(memory, timeout_ms=TIMEOUT_MS)
    assert [line.getMessage() for line in caplog.records][-1] == "store closed with losses"
