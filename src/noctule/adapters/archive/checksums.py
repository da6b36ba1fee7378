"""A file is taken only if its SHA-256 is the one that the archive tells beside it."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Final, Protocol

from noctule.adapters.archive.failures import ArchiveFlawed, NotInArchive

__all__ = ["Archive", "copy_checked"]

_SUFFIX: Final = ".CHECKSUM"
_DIGEST: Final = re.compile(r"([0-9a-fA-F]{64})(\s.*)?", re.DOTALL)
_CHECKSUM_BYTES_MAX: Final = 4_096
_CHUNK_BYTES: Final = 64 * 1_024
_FILE_BYTES_MAX: Final = 512 * 1_024 * 1_024  # a month of 1m candles is 2 MB

Chunks = Iterator[bytes]


class Archive(Protocol):
    """Has files by their paths."""

    def opened(self, path: str) -> AbstractContextManager[Callable[[int], bytes]]:
        """Open a file to be read piece by piece; raises NotInArchive, ArchiveUnreachable."""
        ...


def copy_checked(archive: Archive, path: str, file: BinaryIO) -> None:
    """Copy a file of the archive, and raise ArchiveFlawed unless it is what it should be."""
    digest = hashlib.sha256()
    with archive.opened(path) as read:
        for chunk in _chunks(path, read):
            digest.update(chunk)
            file.write(chunk)
    told = _told(archive, path)
    if digest.hexdigest() != told:
        raise ArchiveFlawed(
            f"{path}: its SHA-256 is {digest.hexdigest()[:16]}…, its {_SUFFIX} says {told[:16]}…: "
            "it is not kept, fetch again, and if it stays so do without --archive"
        )


def _told(archive: Archive, path: str) -> str:
    """Return the digest beside a file."""
    try:
        with archive.opened(f"{path}{_SUFFIX}") as read:
            text = read(_CHECKSUM_BYTES_MAX).decode(errors="replace")
    except NotInArchive as exc:
        raise ArchiveFlawed(
            f"{path}: no {_SUFFIX} lies beside it, so nobody knows whether it is whole: "
            "it is not kept, put one there"
        ) from exc
    found = _DIGEST.fullmatch(text.strip())
    if found is None:
        raise ArchiveFlawed(f"{path}{_SUFFIX}: no SHA-256, but {text[:40]!r}")
    return found[1].lower()


def _chunks(path: str, read: Callable[[int], bytes]) -> Chunks:
    left = _FILE_BYTES_MAX
    while chunk := read(_CHUNK_BYTES):
        left -= len(chunk)
        if left < 0:
            raise ArchiveFlawed(f"{path}: more than {_FILE_BYTES_MAX} bytes, that is no such file")
        yield chunk
