"""The folder that files are put into: each appears whole and safe on the disk, or not at all."""

import fcntl
import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from noctule.domain.errors import ConfigError

__all__ = ["PART", "Shelf", "opened_shelf", "packed"]

PART: Final = ".part"  # how the name of an unfinished file ends: nobody takes it for data
_LEVEL: Final = 6  # of gzip: 9 takes three times as long for 1 %


class Shelf:
    """Takes one file at a time; nobody else may put files here meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[str] = []  # the names of the files, in the order they were done

    @contextmanager
    def draft(self, name: str) -> Iterator[BinaryIO]:
        """Give a file to write to; it has its name once the block has ended well."""
        part = self.folder / f".{name}{PART}"
        try:
            with part.open("w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.folder / name)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        self.written.append(name)
        _sync(self.folder)

    def sweep(self) -> None:
        """Take away what a fetch that was killed has left."""
        for part in self.folder.glob(f".*{PART}"):
            part.unlink(missing_ok=True)


@contextmanager
def opened_shelf(folder: Path) -> Iterator[Shelf]:
    """Make the folder, keep others from writing into it, and say in one line what is wrong."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as exc:
        raise ConfigError([f"--into {folder}: {exc.strerror}"]) from exc
    try:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigError([f"--into {folder}: nothing may be written there, name another"])
        _lock(folder, descriptor)
        shelf = Shelf(folder)
        shelf.sweep()
        yield shelf
    except OSError as exc:
        raise _unwritable(folder, exc) from exc
    finally:
        os.close(descriptor)


def packed(lines: Iterable[str], file: BinaryIO) -> None:
    """Write lines as gzip; the same lines are the same bytes, whenever they were packed."""
    with gzip.GzipFile(fileobj=file, mode="wb", filename="", compresslevel=_LEVEL, mtime=0) as out:
        out.write("".join(f"{line}\n" for line in lines).encode())


def _lock(folder: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        problem = f"--into {folder}: another fetch is writing there, wait for its end"
        raise ConfigError([problem]) from exc


def _unwritable(folder: Path, failure: OSError) -> ConfigError:
    return ConfigError(
        [
            f"--into {folder}: {failure.strerror or failure}; what is there is whole, "
            "run the same command again once this is mended"
        ]
    )


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
