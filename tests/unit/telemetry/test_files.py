"""Line files: whole lines or none, torn ends cut, and rotation."""

import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from noctule.telemetry.files import FileInUse, LineFile, RotatingFile, Tail


def test_a_new_file_is_made_with_its_folders_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "lines.jsonl"
    file = LineFile(path, mode=0o600)
    assert file.open() == Tail(last_line=b"", torn="")
    file.append(b"one\ntwo\n")
    file.close()
    assert path.read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "tail", "left"),
    [
        (b"one\ntwo\n", Tail(last_line=b"two", torn=""), b"one\ntwo\n"),
        (b"one\ntwo\nthr", Tail(last_line=b"two", torn="thr"), b"one\ntwo\n"),
        (b"on", Tail(last_line=b"", torn="on"), b""),
        (b"one\ntw", Tail(last_line=b"one", torn="tw"), b"one\n"),
    ],
)
def test_a_torn_last_line_is_cut_off_and_told(
    tmp_path: Path, content: bytes, tail: Tail, left: bytes
) -> None:
    path = tmp_path / "lines"
    path.write_bytes(content)
    file = LineFile(path)
    assert file.open() == tail
    file.close()
    assert path.read_bytes() == left


def test_lines_longer_than_a_block_are_found_whole(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    long = b"x" * 200_000
    path.write_bytes(b"first\n" + long + b"\n" + b"y" * 1000)
    file = LineFile(path)
    assert file.open() == Tail(last_line=long, torn="y" * 1000)
    file.append(b"next\n")
    file.close()
    assert path.read_bytes() == b"first\n" + long + b"\nnext\n"


def test_what_is_too_long_to_be_half_a_line_is_kept_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    for torn in (b"a" * 3_000_000, b"b" * 5_000):
        path.write_bytes(b"first\n" + torn)
        file = LineFile(path, mode=0o600)
        tail = file.open()
        file.close()
        start = torn[:4096].decode()
        assert tail.last_line == b"first"
        assert tail.torn == f"{start}... ({len(torn)} bytes, all of them in lines.torn)"
        assert path.read_bytes() == b"first\n"
    kept = tmp_path / "lines.torn"
    assert kept.read_bytes() == b"a" * 3_000_000 + b"b" * 5_000
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_cannot_be_kept_is_not_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"x" * 5_000)
    (tmp_path / "lines.torn").mkdir()
    with pytest.raises(IsADirectoryError):
        LineFile(path).open()
    assert path.read_bytes() == b"x" * 5_000


def test_a_file_has_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    first, second = LineFile(path), LineFile(path)
    first.open()
    with pytest.raises(FileInUse) as refused:
        second.open()
    assert refused.value.filename == str(path)
    first.close()
    second.open()
    second.close()


def test_a_file_that_its_writer_moves_aside_meanwhile_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"

    def rotate(*_arguments: object) -> None:
        path.rename(tmp_path / "log.1")
        path.touch()

    monkeypatch.setattr(fcntl, "flock", rotate)
    with pytest.raises(FileInUse):
        LineFile(path).open()


def test_a_killed_writer_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    program = """
import pathlib, sys, time
from noctule.telemetry.files import LineFile
LineFile(pathlib.Path(sys.argv[1])).open()
print("open", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(FileInUse):
            LineFile(path).open()
        other.kill()
    file = LineFile(path)
    file.open()
    file.close()


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", Path(os.devnull)):
        with pytest.raises(OSError, match="not a regular file") as refused:
            LineFile(path).open()
        assert refused.value.filename == str(path)


def test_half_a_write_is_taken_back_so_that_the_next_line_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = LineFile(tmp_path / "lines")
    file.open()
    file.append(b"one\n")
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, lines: write(descriptor, lines[:2]))
        with pytest.raises(OSError, match="only 2 of 4 bytes"):
            file.append(b"two\n")
    file.append(b"three\n")
    file.close()
    assert (tmp_path / "lines").read_bytes() == b"one\nthree\n"


def test_only_whole_lines_may_be_appended(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "lines")
    file.open()
    with pytest.raises(AssertionError, match="not whole lines"):
        file.append(b"one\ntw")
    file.close()


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    file = LineFile(tmp_path / "lines")
    file.open()
    file.close()
    file.close()


def test_a_full_file_moves_aside_and_the_oldest_is_let_go(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", size_max=10, keep_files=2)
    file.open()
    for line in (b"first\n", b"second\n", b"third\n", b"4th\n", b"fifth\n"):
        file.append(line)
    file.close()
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {"log": b"fifth\n", "log.1": b"third\n4th\n", "log.2": b"second\n"}


def test_lines_longer_than_a_file_get_one_of_their_own(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", size_max=4, keep_files=1)
    file.open()
    file.append(b"longer\n")
    file.append(b"also longer\n")
    file.close()
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {"log": b"also longer\n", "log.1": b"longer\n"}


def test_a_file_deleted_meanwhile_does_not_stop_the_rotation(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", size_max=10, keep_files=2)
    file.open()
    file.append(b"deleted\n")
    (tmp_path / "log").unlink()
    file.append(b"next\n")
    file.close()
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {"log": b"next\n"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def refuse(*_arguments: object, **_named: object) -> int:
    raise OSError(errno.EMFILE, "too many open files")


def test_a_rotation_that_cannot_begin_loses_nothing_and_is_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[OSError] = []
    file = RotatingFile(tmp_path / "log", size_max=100, keep_files=2, on_failure=told.append)
    file.open()
    for number in range(4):
        file.append(b"%049d\n" % number)
    before = contents(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        for _ in range(12):
            file.append(b"x\n")
    assert [error.errno for error in told] == [
        errno.EMFILE
    ] * 2  # once in ten bytes, not with every line
    assert contents(tmp_path) == before | {"log": before["log"] + b"x\n" * 12}
    file.append(b"y" * 9 + b"\n")
    file.close()
    assert contents(tmp_path) == {
        "log": b"y" * 9 + b"\n",
        "log.1": before["log"] + b"x\n" * 12,
        "log.2": before["log.1"],
    }


def test_a_rotation_that_fails_midway_shifts_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = RotatingFile(tmp_path / "log", size_max=10, keep_files=3)
    file.open()
    for line in (b"oldest line\n", b"older line\n", b"old line..\n"):
        file.append(line)
    rename = os.rename

    def only_numbered(source: Path, target: Path) -> None:
        if source.name == "log":
            raise PermissionError(errno.EPERM, "not yours")
        rename(source, target)

    monkeypatch.setattr(os, "rename", only_numbered)
    for number in range(5):
        file.append(b"newest line %d\n" % number)
    file.close()
    assert contents(tmp_path) == {
        "log": b"old line..\n" + b"".join(b"newest line %d\n" % number for number in range(5)),
        "log.2": b"older line\n",
        "log.3": b"oldest line\n",
        "log.new": b"",
    }


def test_a_rotation_that_cannot_end_goes_on_writing_and_ends_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = RotatingFile(tmp_path / "log", size_max=10, keep_files=3)
    file.open()
    file.append(b"first line\n")
    rename = os.rename

    def no_fresh_one(source: Path, target: Path) -> None:
        if source.name == "log.new":
            raise PermissionError(errno.EPERM, "not yours")
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", no_fresh_one)
        file.append(b"second line\n")
    file.append(b"third line\n")
    file.close()
    assert contents(tmp_path) == {
        "log": b"third line\n",
        "log.1": b"first line\nsecond line\n",
    }


def test_the_lock_survives_the_rotation(tmp_path: Path) -> None:
    path = tmp_path / "log"
    file = RotatingFile(path, size_max=10, keep_files=1)
    file.open()
    file.append(b"first line\n")
    file.append(b"second line\n")
    with pytest.raises(FileInUse):
        LineFile(path).open()
    file.close()
