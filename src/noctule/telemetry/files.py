"""Files of lines that only grow, and stay whole when the process is killed or the disk is full."""

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

__all__ = ["FileInUse", "LineFile", "RotatingFile", "Tail"]

_BLOCK_BYTES = 65_536
_TORN_BYTES_MAX = 4_096
_MODE = 0o640
_RETRY_SHARE = 10  # a rotation that failed is tried again after a tenth of a file more


class FileInUse(OSError):
    """Somebody else writes this file; two writers would mix their lines."""

    def __init__(self, path: Path) -> None:
        text = "another program, or another log of this one, is writing it"
        super().__init__(errno.EWOULDBLOCK, text, str(path))


class Tail(msgspec.Struct, frozen=True, kw_only=True):
    """How a file ended when it was opened."""

    last_line: bytes  # without its newline; empty when there is none
    torn: str  # what stood behind the last newline, and was cut off; of much, how it began


class LineFile:
    """Append whole lines: each write is one system call that happens fully or not at all.

    An open file is locked: it has one writer. The kernel lets go of a killed process's lock.
    """

    def __init__(self, path: Path, *, mode: int = _MODE) -> None:
        self.path = path
        self._mode = mode
        self._descriptor: int | None = None

    def open(self) -> Tail:
        """Open or make the file, cut off a torn last line, and tell how the file ended."""
        assert self._descriptor is None, f"{self.path} is open already"
        if self.path.exists() and not self.path.is_file():
            raise OSError(errno.EINVAL, "not a regular file", str(self.path))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, self._mode)
        try:
            _lock(descriptor, self.path)
            tail = self._mend(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return tail

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

    def rename(self, path: Path) -> None:
        """Move the file, open or not, in place of whatever stands there."""
        self.path = self.path.rename(path)

    def close(self) -> None:
        """Close the file; do nothing if it is not open."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None

    def _opened(self) -> int:
        assert self._descriptor is not None, f"{self.path} is not open"
        return self._descriptor

    def _mend(self, descriptor: int) -> Tail:
        """Cut off what follows the last newline; what is too long for half a line is kept."""
        size = os.fstat(descriptor).st_size
        end = _line_start(descriptor, size)
        torn = os.pread(descriptor, _TORN_BYTES_MAX, end).decode(errors="replace")
        if size - end > _TORN_BYTES_MAX:
            kept = self.path.with_name(f"{self.path.name}.torn")
            _copy(descriptor, range(end, size), kept, mode=self._mode)
            torn = f"{torn}... ({size - end} bytes, all of them in {kept.name})"
        if torn:
            os.ftruncate(descriptor, end)
        last = _line_start(descriptor, end - 1)
        return Tail(last_line=os.pread(descriptor, max(0, end - 1 - last), last), torn=torn)


class RotatingFile:
    """A line file that starts anew when full, and keeps a number of older ones (.1 is newest).

    While it cannot start anew it grows on: `on_failure` hears of every attempt that failed.
    """

    def __init__(
        self,
        path: Path,
        *,
        size_max: int,
        keep_files: int,
        on_failure: Callable[[OSError], object] | None = None,
    ) -> None:
        assert size_max > 0, f"size_max is {size_max}"
        assert keep_files > 0, f"keep_files is {keep_files}"
        self._path = path
        self._file = LineFile(path)
        self._size_max = size_max
        self._rotate_at = size_max
        self._keep_files = keep_files
        self._on_failure = on_failure

    def open(self) -> Tail:
        """Open the newest file."""
        return self._file.open()

    def append(self, lines: bytes) -> None:
        """Write lines, into a new file if they would make this one too long."""
        size = self._file.size()
        if size and size + len(lines) > self._rotate_at:
            self._try_to_rotate(size + len(lines))
        self._file.append(lines)

    def close(self) -> None:
        """Close the newest file."""
        self._file.close()

    def _try_to_rotate(self, size: int) -> None:
        try:
            self._rotate()
        except OSError as exc:
            self._rotate_at = size + self._size_max // _RETRY_SHARE
            if self._on_failure is not None:
                self._on_failure(exc)
        else:
            self._rotate_at = self._size_max

    def _rotate(self) -> None:
        """Change files; if a step fails, the open one is written on and nothing is gone."""
        fresh = LineFile(self._path.with_name(f"{self._path.name}.new"))
        fresh.open()
        try:
            self._shift()
            fresh.rename(self._path)
        except OSError:
            fresh.close()
            raise
        self._file.close()
        self._file = fresh

    def _shift(self) -> None:
        """Move the files up by one as far as a gap, so that a second attempt moves none again."""
        paths = [self._path, *(self._numbered(n + 1) for n in range(self._keep_files))]
        gap = next((n for n, path in enumerate(paths) if not path.exists()), self._keep_files)
        for number in reversed(range(gap)):
            paths[number].rename(paths[number + 1])

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


def _lock(descriptor: int, path: Path) -> None:
    """Take the file for this open descriptor alone, or raise."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise FileInUse(path) from exc
    if not os.path.samestat(os.fstat(descriptor), path.stat()):
        raise FileInUse(path)  # Its writer has moved it aside since we opened it.


def _line_start(descriptor: int, end: int) -> int:
    """Return where the line begins that holds the byte before `end`, or would."""
    while end > 0:
        start = max(0, end - _BLOCK_BYTES)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _copy(descriptor: int, positions: range, path: Path, *, mode: int) -> None:
    """Add these bytes to the end of another file, and wait until they are on the disk."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    other = os.open(path, flags, mode)
    try:
        for start in positions[::_BLOCK_BYTES]:
            count = min(_BLOCK_BYTES, positions.stop - start)
            _write_all(other, os.pread(descriptor, count, start))
        os.fsync(other)
    finally:
        os.close(other)


def _write_all(descriptor: int, lines: bytes) -> None:
    written = os.write(descriptor, lines)
    if written < len(lines):
        raise OSError(errno.ENOSPC, f"only {written} of {len(lines)} bytes were written")
