"""Line files: whole lines or none, torn ends cut, and rotation."""

import os
import stat
from pathlib import Path

import pytest

from noctule.telemetry.files import LineFile, RotatingFile, Tail


def test_a_new_file_is_made_with_its_folders_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "lines.jsonl"
    file = LineFile(path, mode=0o600)
    assert file.open() == Tail(last_line=b"", torn=b"")
    file.append(b"one\ntwo\n")
    file.close()
    assert path.read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "tail", "left"),
    [
        (b"one\ntwo\n", Tail(last_line=b"two", torn=b""), b"one\ntwo\n"),
        (b"one\ntwo\nthr", Tail(last_line=b"two", torn=b"thr"), b"one\ntwo\n"),
        (b"on", Tail(last_line=b"", torn=b"on"), b""),
        (b"one\ntw", Tail(last_line=b"one", torn=b"tw"), b"one\n"),
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
    path.write_bytes(b"first\n" + long + b"\n" + b"y" * 100_000)
    file = LineFile(path)
    assert file.open() == Tail(last_line=long, torn=b"y" * 100_000)
    file.append(b"next\n")
    file.close()
    assert path.read_bytes() == b"first\n" + long + b"\nnext\n"


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
