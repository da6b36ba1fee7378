"""One bot per control socket: of two, the owner would command the one that he does not mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from noctule.adapters.store.file_lock import FileLock, LockHeld
from noctule.config.reading import remedy_of
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError

__all__ = ["control_lock"]

_REMEDY: Final = "stop it, or give each bot a socket of its own"


@contextmanager
def control_lock(configuration: Configuration) -> Iterator[None]:
    """Hold the socket's path for this process as long as the context lasts.

    Raises ConfigError if another bot has it, or there can be no socket. Whoever holds the lock
    may replace the socket: it is a dead process's, for the kernel lets go of its locks.
    """
    path = configuration.settings.control.socket
    if path is None:
        yield
        return
    place = f"{configuration.origins['control.socket']} [control] socket"
    lock = FileLock(path.with_name(f"{path.name}.lock"))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except LockHeld as exc:
        who = "another bot" if exc.holder is None else f"another bot (process {exc.holder})"
        raise ConfigError([f"{place}: {who} listens at {path}, {_REMEDY}"]) from exc
    except OSError as exc:
        told = f"{path} cannot be made ({exc.strerror}), {remedy_of(exc)}"
        raise ConfigError([f"{place}: {told}"]) from exc
    try:
        yield
    finally:
        lock.release()
