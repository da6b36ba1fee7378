"""What lies at a path is text of a bearable size, or a sentence that says why not."""

import errno
import os
from pathlib import Path

import pytest

from noctule.config.reading import Content, Unreadable, is_there, read_text, remedy_of
from tests.unit.config.house import write


def test_a_file_is_its_text_and_who_may_open_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffä\r\nb\rc".encode())
    (tmp_path / "a").chmod(0o640)
    assert read_text(tmp_path / "a") == Content(text="ä\nb\nc", mode=0o640)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("gone", "cannot be read (No such file or directory), name a file that exists"),
        ("folder", "is a directory, name a file"),
        ("plain/x", "cannot be read (Not a directory), name a file below a directory"),
        ("pipe", "is not a plain file, name a file"),
        ("nul\0", "cannot be read (not a file name), name a file that exists"),
        ("bytes", "is not UTF-8 text, save it as UTF-8"),
        ("large", "is larger than 1 MB, name the file that was meant"),
    ],
)
def test_what_is_no_text_is_told_with_its_remedy(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "folder").mkdir()
    write(tmp_path / "plain", "")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bytes").write_bytes(b"\xff")
    write(tmp_path / "large", "x" * 1_000_001)
    content = read_text(tmp_path / name)
    assert isinstance(content, Unreadable)
    assert str(content) == what


def test_a_device_without_an_end_is_not_read() -> None:
    assert read_text(Path("/dev/zero")) == Unreadable("is not a plain file", "name a file")


def test_what_cannot_be_there_is_not_there(tmp_path: Path) -> None:
    write(tmp_path / "plain", "")
    assert is_there(tmp_path / "plain")
    assert not is_there(tmp_path / "gone")
    assert not is_there(tmp_path / "plain/x")
    assert not is_there(tmp_path / "nul\0")


def test_what_nobody_may_look_at_counts_as_there_so_that_reading_it_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "lstat", refuse)
    assert is_there(tmp_path / "a")


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EISDIR, "name a file, not a directory"),
        (errno.ENOSPC, "free some space or name a file on another disk"),
        (errno.EACCES, "give this user the right to it or name another file"),
        (errno.EIO, "name another file"),
    ],
)
def test_each_refusal_of_the_system_has_its_own_remedy(number: int, remedy: str) -> None:
    assert remedy_of(OSError(number, os.strerror(number))) == remedy
