"""Simulations that are over: each left a store of its own, and nobody wants to keep them all."""

import re
from collections.abc import Iterator
from glob import escape
from pathlib import Path
from typing import Final

from noctule.adapters.store.file_lock import FileLock
from noctule.config.settings import Configuration
from noctule.telemetry.logs import get_log

__all__ = ["forget_old_simulations"]

_log = get_log(__name__)

_KEPT: Final = 10  # the latest, for who wants to look back
_SIDE_FILES: Final = ("-wal", "-shm", "", ".lock")  # the lock last: it says that this is going on
_STARTED: Final = "seed*-*T*.*"
_NAME: Final = re.compile(r"seed\d+-\d{8}T\d{6}\.\d{3}")


def forget_old_simulations(configuration: Configuration, *, ours: Path) -> None:
    """Delete the stores of all but the latest simulations that began and ended with their process.

    One that is in use is left alone, and so is whatever has another name.
    """
    api = configuration.settings.api
    if api.environment != "sim" or api.rest_url is not None:
        return
    found = sorted(_stores(configuration), key=lambda each: each.name.rpartition("-")[2])
    for path in found[:-_KEPT]:
        if path != ours:
            _delete(path)


def _stores(configuration: Configuration) -> Iterator[Path]:
    """Yield every store of a simulation that was part of its process."""
    pattern = configuration.settings.store.path(environment="sim", account=_STARTED)
    before, _, after = pattern.name.partition(_STARTED)
    for path in pattern.parent.glob(f"{escape(before)}{_STARTED}{escape(after)}"):
        account = path.name.removeprefix(before).removesuffix(after)
        if _NAME.fullmatch(account):
            yield path


def _delete(path: Path) -> None:
    lock = FileLock(Path(f"{path}.lock"))
    try:
        lock.acquire()
        for side in _SIDE_FILES:
            Path(f"{path}{side}").unlink(missing_ok=True)
    except OSError as exc:  # in use, or not ours to delete
        _log.debug("old store kept", file=str(path), cause=str(exc))
    finally:
        lock.release()
