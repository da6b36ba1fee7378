"""The store of one run: which file it is, opened, or a problem line with its remedy."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from noctule.adapters.store.file_lock import LockHeld
from noctule.adapters.store.glance import glance
from noctule.adapters.store.store import Store
from noctule.app.paper_account import paper_account_name
from noctule.config.reading import remedy_of
from noctule.config.settings import Configuration, Settings
from noctule.domain.beat import until_beat_ms
from noctule.domain.errors import (
    ConfigError,
    JournalCorrupt,
    JournalForeign,
    JournalUnwritable,
    StoreError,
)
from noctule.domain.ids import account_tag
from noctule.domain.memory import DeskMemory, HaltMemory
from noctule.domain.signals import Reason
from noctule.engine.halts import Halts
from noctule.ports.clock import Clock
from noctule.telemetry.logs import get_log
from noctule.telemetry.writer import OnFailure, Runner

__all__ = ["close_memory", "keep_memory", "open_memory", "store_path"]

_log = get_log(__name__)

_KEEP_MS: Final = 1_000
_STORE: Final = "store"  # the check that says no
_SIDE_FILES: Final = ("", "-wal", "-shm")  # one database, as SQLite names its parts
_FORGOTTEN: Final = HaltMemory(
    check="memory",
    cause="the store was damaged: what was decided, and what losses count from, is not known",
    actor="store",
    ends_ms=None,
)


def open_memory(
    configuration: Configuration,
    *,
    started_ms: int,
    runner: Runner = Runner.THREAD,
    on_failure: OnFailure | None = None,
) -> Store:
    """Open the store for this process alone, or raise ConfigError; `started_ms` is the wall's.

    What guards positions is read from the exchange, and must not wait for a person: a damaged store
    is moved aside, and one that was written before and cannot be written now (a full disk, one that
    only reads) is taken up as soon as it can be. Entries wait: for that, or until somebody resumes.
    """
    path = store_path(configuration, started_ms=started_ms)
    keep_ms = configuration.settings.store.keep_ms
    told = _tell_outage if on_failure is None else on_failure
    memory = Store(path, keep_ms=keep_ms, runner=runner, on_failure=told)
    with _refusals(configuration, path):
        try:
            _start(memory, started_ms=started_ms)
        except (LockHeld, JournalForeign):
            raise
        except (OSError, StoreError) as exc:
            if not os.path.isfile(path):  # noqa: PTH113  # pathlib's may raise where it may not look
                raise
            _start_without(memory, exc)
    return memory


def _start(memory: Store, *, started_ms: int) -> None:
    try:
        memory.start()
    except JournalForeign:
        raise
    except JournalCorrupt as exc:
        aside = _move_aside(memory.path, started_ms=started_ms)
        _log.error("store damaged", file=str(memory.path), cause=str(exc), moved_to=str(aside))
        memory.start()
        memory.save(DeskMemory(halts=(_FORGOTTEN,)))


def _start_without(memory: Store, failure: Exception) -> None:
    """Begin with what can be read of the store; where that is nothing, somebody has to resume."""
    try:
        known = glance(memory.path)
    except StoreError:
        known = DeskMemory(halts=(_FORGOTTEN,))
    memory.start_without(failure, known)


def _tell_outage(_name: str, failure: Exception | None) -> None:
    """Tell the owner, on the writer's thread: once when it begins, and once when it is over."""
    if failure is None:
        _log.warning("store is written again")
    else:
        what = "nothing is entered, what is held stays guarded"
        _log.error("store cannot be written", cause=str(failure), meanwhile=what)


def close_memory(memory: Store, *, timeout_ms: int) -> None:
    """Write what waits and let go of the store; say so where some of it is lost."""
    if not memory.close(timeout_ms) or memory.lost:
        cause = memory.last_error or f"{timeout_ms} ms were too few"
        _log.error("store closed with losses", lost=memory.lost, cause=str(cause))


def _move_aside(path: Path, *, started_ms: int) -> Path:
    """Let a damaged store be found by whoever wants to look into it, and by no start of ours."""
    aside = path.with_name(f"{path.name}.damaged-{started_ms}")
    for side in _SIDE_FILES:
        part = Path(f"{path}{side}")
        if part.exists():
            part.rename(f"{aside}{side}")
    return aside


@contextmanager
def _refusals(configuration: Configuration, path: Path) -> Iterator[None]:
    """Turn what keeps us from a store into a problem line with its remedy."""
    try:
        yield
    except LockHeld as exc:
        who = "another process" if exc.holder is None else f"process {exc.holder}"
        what = f"{who} uses {path}, stop it first, or give each bot a store of its own"
    except OSError as exc:
        what = f"{path} cannot be opened ({exc.strerror}), {remedy_of(exc)}"
    except JournalUnwritable as exc:
        what = f"{path} {exc}, name another file or see what keeps it"
    except JournalCorrupt as exc:
        what = f"{path} {exc}, name another file, or start the program that it belongs to"
    else:
        return
    raise ConfigError([f"{configuration.origins['store.url']} [store] url: {what}"])


def store_path(configuration: Configuration, *, started_ms: int) -> Path:
    """Return the file of this configuration's store; `started_ms` is the wall's."""
    settings = configuration.settings
    return settings.store.path(
        environment=settings.api.environment, account=_account(configuration, started_ms)
    )


async def keep_memory(memory: Store, *, clock: Clock, halts: Halts) -> None:
    """Write what could not be written, again and again; open nothing while it cannot be."""
    while True:
        if memory.is_failing:
            halts.observe(Reason(check=_STORE, text="the store cannot be written: see the log"))
        else:
            halts.lift(_STORE)
        await clock.sleep_ms(until_beat_ms(clock.elapsed_ms(), _KEEP_MS))
        memory.try_again()


def _account(configuration: Configuration, started_ms: int) -> str:
    """Return the account's part of the file's name: the tag of its key, as in our order ids."""
    settings, credentials = configuration.settings, configuration.credentials
    match settings.api.environment:
        case "sim":
            return f"seed{settings.sim.seed}-{_market(settings, started_ms)}"
        case "paper":
            return paper_account_name(settings)
        case _ if credentials is None:
            raise ConfigError([configuration.credentials_problem or "credentials are missing"])
        case _:
            return account_tag(credentials.api_key.get_secret_value())


def _market(settings: Settings, started_ms: int) -> str:
    """Name a simulated market: one in this process begins and ends with us, another has a host."""
    if settings.api.rest_url is None:
        return f"{datetime.fromtimestamp(started_ms / 1000, tz=UTC):%Y%m%dT%H%M%S.%f}"[:-3]
    return urlsplit(settings.api.rest_url).netloc.replace(":", "-")
