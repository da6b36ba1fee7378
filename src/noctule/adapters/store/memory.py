"""The desk's memory in an SQLite file: small, written whole, and behind everybody's back."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from noctule.adapters.store.file_lock import FileLock
from noctule.adapters.store.schema import prepare
from noctule.domain.errors import JournalCorrupt, JournalUnwritable, StoreError
from noctule.domain.memory import DeskMemory
from noctule.telemetry.writer import OnFailure, Runner, Writer

__all__ = ["SqliteMemory", "recalled"]

_NAME: Final = "desk"
_READ: Final = "SELECT json FROM records WHERE name = ?"
_WRITE: Final = "INSERT OR REPLACE INTO records (name, saved_ms, json) VALUES (?, ?, ?)"
_BUSY_S: Final = 1.0  # somebody may be reading a copy off
_CALLS_MAX: Final = 16  # of the writer; never more than one waits, beside those who wait for it


class SqliteMemory:
    """Keeps one record for one process; implements the Memory port.

    A save is on the disk a moment later, or told once as an outage, counted, and tried again.
    """

    def __init__(
        self,
        path: Path,
        *,
        runner: Runner = Runner.THREAD,
        on_failure: OnFailure | None = None,
    ) -> None:
        self._path = path.resolve()  # two names of one file have one lock
        self._lock = FileLock(self._path.with_name(f"{self._path.name}.lock"))
        self._connection: sqlite3.Connection | None = None
        self._latest: DeskMemory | None = None
        self._written: DeskMemory | None = None
        self._is_waiting = False  # the writer has been called and has not looked yet
        self.writer = Writer(
            self._write, name="memory", capacity=_CALLS_MAX, runner=runner, on_failure=on_failure
        )

    @property
    def is_behind(self) -> bool:
        """Tell whether what was saved last is not on the disk (yet)."""
        return self._written is not self._latest

    @property
    def failures(self) -> int:
        """Return how many writes failed."""
        return self.writer.failed

    def start(self) -> None:
        """Take the file and read it; raise LockHeld, OSError or a StoreError that says why not."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            self._open()
        except (OSError, StoreError):
            self._let_go()
            raise
        self.writer.start()

    def recall(self) -> DeskMemory | None:
        """Return what was saved last, before the start or since; None when there is nothing."""
        return self._latest

    def save(self, memory: DeskMemory) -> None:
        """Keep it and have it written soon; never wait."""
        self._latest = memory
        self._call_writer()

    def try_again(self) -> None:
        """Have written what could not be written; called every now and then."""
        if self.is_behind:
            self._call_writer()

    def close(self, timeout_ms: int) -> bool:
        """Write the latest and let go of the file; tell whether that was possible in time."""
        if self.is_behind:
            self._call_writer()
        in_time = self.writer.close(timeout_ms)
        if in_time:  # Otherwise the thread may still be writing.
            self._let_go()
        return in_time and not self.is_behind

    def _open(self) -> None:
        self._path.touch(mode=0o600)
        try:
            # It is used by one thread at a time: by ours until the writer starts, then by its.
            self._connection = sqlite3.connect(
                self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            prepare(self._connection)
            self._latest = self._written = recalled(self._connection)
        except sqlite3.OperationalError as exc:
            raise JournalUnwritable(f"cannot be used ({exc})") from exc
        except sqlite3.DatabaseError as exc:
            raise JournalCorrupt(f"is damaged, or no store ({exc})") from exc

    def _call_writer(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self.writer.put(None)

    def _write(self, _calls: Sequence[None], _lost: int) -> None:
        """Write the latest; on the writer's thread, which looks after it has said that it does."""
        self._is_waiting = False
        memory = self._latest
        assert memory is not None, "there is nothing to write"
        assert self._connection is not None, f"{self._path} is not open"
        self._connection.execute(_WRITE, (_NAME, memory.saved_ms, msgspec.json.encode(memory)))
        self._written = memory

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._lock.release()


def recalled(connection: sqlite3.Connection) -> DeskMemory | None:
    """Return what a store holds; None when it holds nothing."""
    row = connection.execute(_READ, (_NAME,)).fetchone()
    if row is None:
        return None
    try:
        return msgspec.json.decode(row[0], type=DeskMemory)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as exc:
        raise JournalCorrupt(f"holds a record {_NAME!r} that makes no sense ({exc})") from exc
