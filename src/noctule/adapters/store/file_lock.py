"""One process at a time: a file whose lock the kernel lets go of when its holder dies."""

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["FileLock", "LockHeld"]

_MODE: Final = 0o1600  # the sticky bit keeps those away who clean up what nobody has touched
_PID_BYTES_MAX: Final = 20


class LockHeld(OSError):
    """Another process has the lock."""

    def __init__(self, path: Path, holder: int | None) -> None:
        self.holder = holder  # None where it has not said yet
        who = "another process" if holder is None else f"process {holder}"
        super().__init__(errno.EWOULDBLOCK, f"{who} has it", str(path))


class FileLock:
    """A lock for as long as the process lives; the file stays, and says who had it last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, or raise LockHeld; OSError where there can be no such file."""
        assert self._descriptor is None, f"{self.path} is ours already"
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise LockHeld(self.path, holder) from exc
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        with suppress(OSError):  # a full disk keeps us from saying who we are, not from the lock
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        with suppress(OSError):  # not every file system knows that bit
            os.fchmod(descriptor, _MODE)

    def release(self) -> None:
        """Let go; doing it twice is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _holder(descriptor: int) -> int | None:
    text = os.pread(descriptor, _PID_BYTES_MAX, 0).strip()
    return int(text) if text.isdigit() else None
