"""The text of a file, whatever it is packed in: plain, .gz or .zip."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import GzipFile
from pathlib import Path
from typing import IO, Final

from noctule.domain.errors import ConfigError

__all__ = ["UNREADABLE", "Opened", "opened"]

UNREADABLE: Final = (OSError, EOFError, UnicodeError, zipfile.BadZipFile, zlib.error)


class Opened:
    """A file's unpacked bytes, and how far into the packed ones we are."""

    def __init__(self, unpacked: IO[bytes] | GzipFile, packed: IO[bytes]) -> None:
        self.unpacked = unpacked
        self._packed = packed

    @property
    def bytes_read(self) -> int:
        """Return how many bytes of the file itself were read."""
        return self._packed.tell()


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a file to read what is packed in it; of an archive its only .csv file."""
    with path.open("rb") as packed:
        if path.suffix == ".zip":
            archive = zipfile.ZipFile(packed)
            with archive, archive.open(_only_member(path, archive)) as unpacked:
                yield Opened(unpacked, packed)
        elif path.suffix == ".gz":
            with GzipFile(fileobj=packed) as unpacked:
                yield Opened(unpacked, packed)
        else:
            yield Opened(packed, packed)


def _only_member(path: Path, archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if name.endswith(".csv")]
    if len(names) != 1:
        raise ConfigError([f"{path}: holds {len(names)} .csv files, should hold one"])
    return names[0]
