"""A lock file keeps others out for as long as its holder lives, and names him."""

import fcntl
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from noctule.adapters.store.file_lock import FileLock, LockHeld

HOLDER = """
import sys
from pathlib import Path
from noctule.adapters.store.file_lock import FileLock
FileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")
    first.acquire()

    with pytest.raises(LockHeld, match=f"process {os.getpid()} has it") as told:
        second.acquire()

    assert told.value.holder == os.getpid()
    first.release()
    second.acquire()
    second.release()


def test_letting_go_twice_is_harmless(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a.lock")
    lock.release()
    lock.acquire()
    lock.release()
    lock.release()


def test_a_holder_that_has_not_said_its_number_is_another_process(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    first, second = FileLock(path), FileLock(path)
    first.acquire()
    path.write_text("")

    with pytest.raises(LockHeld, match="another process has it") as told:
        second.acquire()

    assert told.value.holder is None
    first.release()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = FileLock(path)
        with pytest.raises(LockHeld, match=f"process {holder.pid} has it"):
            lock.acquire()
        holder.kill()
        holder.wait()

    lock.acquire()
    assert path.read_text() == f"{os.getpid()}\n"
    lock.release()


def test_the_file_is_the_owners_and_marked_against_those_who_tidy_up(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a.lock")
    lock.acquire()
    assert stat.S_IMODE(lock.path.stat().st_mode) == 0o1600
    lock.release()


def test_a_link_laid_out_by_somebody_else_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        FileLock(tmp_path / "a.lock").acquire()
    assert not (tmp_path / "elsewhere").exists()


def test_where_there_can_be_no_file_there_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "no folder" / "a.lock").acquire()

    def fail(_descriptor: int, _operation: int) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr(fcntl, "flock", fail)
    lock = FileLock(tmp_path / "a.lock")
    with pytest.raises(OSError, match="no locks here"):
        lock.acquire()
    lock.release()
    monkeypatch.undo()
    lock.acquire()
    lock.release()


def test_a_file_system_without_the_mark_locks_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int, _mode: int) -> None:
        raise OSError("no such mode here")

    monkeypatch.setattr(os, "fchmod", fail)
    first = FileLock(tmp_path / "a.lock")
    first.acquire()
    with pytest.raises(LockHeld):
        FileLock(tmp_path / "a.lock").acquire()
    first.release()


def test_a_full_disk_keeps_nobody_from_the_lock_only_from_saying_who_has_it(tmp_path: Path) -> None:
    """Else a bot could not start on it, and what it holds would stand unguarded."""
    first, second = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        first.acquire()
        with pytest.raises(LockHeld, match="another process has it"):
            second.acquire()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        first.release()
