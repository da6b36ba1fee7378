"""Old simulations are forgotten, the latest are kept, and nothing else is touched."""

from pathlib import Path

from noctule.adapters.store.file_lock import FileLock
from noctule.app.old_simulations import forget_old_simulations
from tests.fakes.home import config_at

OTHERS = (
    "sim-seed1-127.0.0.1-8780.db",  # of an exchange that lives on
    "paper-none.db",
    "live-qpai6s.db",
    "sim-seed1-20261129T062305.652.db.damaged-1",
)


def left(home: Path) -> set[str]:
    return {path.name for path in (home / "logs/state").iterdir()}


def store(home: Path, second: int, seed: int = 1) -> Path:
    path = home / f"logs/state/sim-seed{seed}-20261129T0623{second:02}.652.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    for side in ("", "-wal", "-shm", ".lock"):
        Path(f"{path}{side}").touch()
    return path


def forget(home: Path, ours: Path, *overrides: str) -> None:
    forget_old_simulations(config_at(home, *overrides).load(), ours=ours)


def test_the_latest_ten_of_any_seed_are_kept_with_all_their_parts(tmp_path: Path) -> None:
    paths = [store(tmp_path, second, seed=30 - second) for second in range(14)]
    for other in OTHERS:
        (tmp_path / "logs/state" / other).touch()

    forget(tmp_path, paths[-1])

    kept = {f"{path.name}{side}" for path in paths[4:] for side in ("", "-wal", "-shm", ".lock")}
    assert left(tmp_path) == {*kept, *OTHERS}


def test_one_that_another_process_uses_is_left_alone(tmp_path: Path) -> None:
    paths = [store(tmp_path, second) for second in range(12)]
    lock = FileLock(Path(f"{paths[0]}.lock"))
    lock.acquire()

    forget(tmp_path, paths[1])

    lock.release()
    assert {path.name for path in paths} <= left(tmp_path)


def test_where_there_is_more_to_lose_nothing_is_forgotten(tmp_path: Path) -> None:
    paths = [store(tmp_path, second) for second in range(12)]
    forget(tmp_path, paths[-1], "api.environment=paper")
    hosts = ("api.rest_url=http://127.0.0.1:1", "api.stream_url=ws://127.0.0.1:1")
    forget(tmp_path, paths[-1], *hosts)
    assert {path.name for path in paths} <= left(tmp_path)
