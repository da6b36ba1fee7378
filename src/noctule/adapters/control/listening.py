"""The socket's file: ours alone from the moment it exists, and gone when we are."""

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["Listening"]

_MODE: Final = 0o600
_WAITING_MAX: Final = 128  # connections that nobody has taken yet


class Listening:
    """A socket that listens at a path; whoever opens it holds the path's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.socket = _bound(path)
        self._identity = _identity(path)

    @property
    def is_there(self) -> bool:
        """Tell whether our file still lies where clients look for it."""
        return _identity(self._path) == self._identity

    def close(self) -> None:
        """Listen no more, and take the file away if it is still ours."""
        is_there = self.is_there
        self.socket.close()
        if is_there:
            with suppress(OSError):
                self._path.unlink()


def _bound(path: Path) -> socket.socket:
    """Bind without a moment in which others could connect.

    The kernel gives the file the mode of the socket, less the umask (`unix_bind`), so no umask
    has to be changed, which would be every thread's.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        os.fchmod(listener.fileno(), _MODE)
        with suppress(FileNotFoundError):  # else a dead process left it: its lock is ours
            path.unlink()
        listener.bind(str(path))
        listener.listen(_WAITING_MAX)
    except OSError:
        listener.close()
        raise
    return listener


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
