"""A file counts only if it is what the checksum beside it says."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from noctule.adapters.archive import checksums
from noctule.adapters.archive.checksums import copy_checked
from noctule.adapters.archive.failures import ArchiveFlawed, NotInArchive

CONTENT = b"candles" * 20_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Held:
    """Files by their paths."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    @contextmanager
    def opened(self, path: str) -> Iterator[Callable[[int], bytes]]:
        if path not in self._files:
            raise NotInArchive(path)
        yield io.BytesIO(self._files[path]).read


def copied(told: bytes | None, content: bytes = CONTENT) -> bytes:
    files = {"a.zip": content} | ({} if told is None else {"a.zip.CHECKSUM": told})
    file = io.BytesIO()
    copy_checked(Held(files), "a.zip", file)
    return file.getvalue()


@pytest.mark.parametrize("told", [f"{DIGEST}  a.zip\n", DIGEST.upper(), f"{DIGEST} *b.zip"])
def test_it_is_copied_where_the_checksum_is_right(told: str) -> None:
    assert copied(told.encode()) == CONTENT


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (f"{'0' * 64}  a.zip".encode(), "its .CHECKSUM says 0000000000000000…: it is not kept"),
        (None, "no .CHECKSUM lies beside it"),
        (b"", "a.zip.CHECKSUM: no SHA-256, but ''"),
        (b"<html>oops</html>", "no SHA-256, but '<html>oops</html>'"),
        (DIGEST[:-1].encode(), "no SHA-256"),
        (b"\xff" * 64, "no SHA-256"),
    ],
)
def test_otherwise_it_says_what_is_wrong_and_what_to_do(told: bytes | None, problem: str) -> None:
    with pytest.raises(ArchiveFlawed, match=problem):
        copied(told)


def test_a_single_changed_byte_is_noticed() -> None:
    with pytest.raises(ArchiveFlawed, match="its SHA-256 is"):
        copied(DIGEST.encode(), CONTENT[:-1] + b"!")


def test_a_file_without_an_end_is_not_copied_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksums, "_FILE_BYTES_MAX", 100_000)

    with pytest.raises(ArchiveFlawed, match="more than 100000 bytes"):
        copied(DIGEST.encode())


def test_a_file_that_is_not_there_is_not_flawed() -> None:
    with pytest.raises(NotInArchive):
        copy_checked(Held({}), "a.zip", io.BytesIO())
