"""Files of lines that only grow, and stay whole when the process is killed or the disk is full."""

import errno
import os
from pathlib import Path

import msgspec

__all__ = ["LineFile", "RotatingFile", "Tail"]

_BLOCK_BYTES = 65_536
_MODE = 0o640


class Tail(msgspec.Struct, frozen=True, kw_only=True):
    """How a file ended when it was opened."""

    last_line: bytes  # without its newline; empty when there is none
    torn: bytes  # what stood behind the last newline, and was cut off


class LineFile:
    """Append whole lines: each write is one system call that happens fully or not at all."""

    def __init__(self, path: Path, *, mode: int = _MODE) -> None:
        self.path = path
        self._mode = mode
        self._descriptor: int | None = None

    def open(self) -> Tail:
        """Open or make the file, cut off a torn last line, and tell how the file ended."""
        assert self._descriptor is None, f"{self.path} is open already"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(self.path, flags, self._mode)
        return _mend(self._descriptor)

    def append(self, lines: bytes) -> None:
        """Write lines that end in a newline; raise OSError if they did not all fit."""
        assert lines.endswith(b"\n"), f"not whole lines: {lines[-40:]!r}"
        descriptor = self._opened()
        size = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, lines)
        except OSError:
            os.ftruncate(descriptor, size)  # Half a line would spoil the next one.
            raise

    def size(self) -> int:
        """Return the length in bytes."""
        return os.fstat(self._opened()).st_size

    def close(self) -> None:
        """Close the file; do nothing if it is not open."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None

    def _opened(self) -> int:
        assert self._descriptor is not None, f"{self.path} is not open"
        return self._descriptor


class RotatingFile:
    """A line file that starts anew when full, and keeps a number of older ones (.1 is newest)."""

    def __init__(self, path: Path, *, size_max: int, keep_files: int) -> None:
        assert size_max > 0, f"size_max is {size_max}"
        assert keep_files > 0, f"keep_files is {keep_files}"
        self._file = LineFile(path)
        self._size_max = size_max
        self._keep_files = keep_files

    def open(self) -> Tail:
        """Open the newest file."""
        return self._file.open()

    def append(self, lines: bytes) -> None:
        """Write lines, into a new file if they would make this one too long."""
        size = self._file.size()
        if size and size + len(lines) > self._size_max:
            self._rotate()
        self._file.append(lines)

    def close(self) -> None:
        """Close the newest file."""
        self._file.close()

    def _rotate(self) -> None:
        path = self._file.path
        for number in reversed(range(self._keep_files)):
            if _numbered(path, number).exists():  # Somebody may have tidied up.
                _numbered(path, number).replace(_numbered(path, number + 1))
        fresh = LineFile(path)
        fresh.open()
        self._file.close()
        self._file = fresh


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}") if number else path


def _write_all(descriptor: int, lines: bytes) -> None:
    written = os.write(descriptor, lines)
    if written < len(lines):
        raise OSError(errno.ENOSPC, f"only {written} of {len(lines)} bytes were written")


def _mend(descriptor: int) -> Tail:
    """Find the last whole line from the end, and cut off what follows it."""
    position = os.fstat(descriptor).st_size
    end = b""
    while position > 0 and end.count(b"\n") < 2:
        block = min(_BLOCK_BYTES, position)
        position -= block
        end = os.pread(descriptor, block, position) + end
    whole, newline, torn = end.rpartition(b"\n")
    if torn:
        os.ftruncate(descriptor, position + len(whole) + len(newline))
    return Tail(last_line=whole.rpartition(b"\n")[2], torn=torn)
