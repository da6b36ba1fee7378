"""Files told apart by what they hold, and how to notice that one has changed."""

import hashlib
from pathlib import Path

from msgspec import Struct

__all__ = ["Stamp", "sha256_of", "stamp_of"]


class Stamp(Struct, frozen=True, kw_only=True):
    """What a file system changes when a file changes; a copied time of writing keeps none of it."""

    size: int
    written_ns: int
    changed_ns: int  # also when the time of writing is set by hand; nobody can set this one
    node: int


def stamp_of(path: Path) -> Stamp:
    """Look at a file without reading it."""
    found = path.stat()
    return Stamp(
        size=found.st_size,
        written_ns=found.st_mtime_ns,
        changed_ns=found.st_ctime_ns,
        node=found.st_ino,
    )


def sha256_of(path: Path) -> str:
    """Return the hash of a file as it is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
