"""The store: one file, one owner, one thread that writes; behind everybody's back."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Insert, Table
from sqlalchemy.engine import Connection

from noctule.adapters.store.database import connected
from noctule.adapters.store.file_lock import FileLock
from noctule.adapters.store.memory import recalled, remembering
from noctule.adapters.store.pruning import Pruning
from noctule.adapters.store.schema import prepare
from noctule.adapters.store.scribe import Scribe
from noctule.adapters.store.transaction import Change, Row, commit
from noctule.domain.errors import JournalCorrupt, JournalUnwritable, StoreError
from noctule.domain.memory import DeskMemory
from noctule.telemetry.attempt import attempted
from noctule.telemetry.writer import OnFailure, Runner

__all__ = ["Change", "Row", "Store", "Translate"]

V = TypeVar("V")
Translate = Callable[[V], Iterable[Change]]  # on the writer's thread; what it raises is counted
_Item = tuple[Callable[..., Iterable[Change]], object]

_NAME: Final = "store"
_BUSY_S: Final = 1.0  # somebody may be reading a copy off
_WAITING_MAX: Final = 20_000  # rows; what comes on top while the disk is away is dropped
_BATCH_MAX: Final = 1_024  # rows of one transaction


class Store:
    """Takes rows in their order and the desk's memory whole; implements the Memory port.

    Nothing that is called here waits for the disk. What was put is in the file a tenth of a second
    later, a memory sooner. While the file cannot be written, that is told once, everything waits
    and is tried again; what does not fit any more is dropped and counted.
    """

    def __init__(
        self,
        path: Path,
        *,
        keep_ms: int | None = None,
        runner: Runner = Runner.THREAD,
        on_failure: OnFailure | None = None,
    ) -> None:
        self.path = path.resolve()  # two names of one file have one lock
        self.failures = 0  # transactions that could not be written
        self.is_failing = False
        self.last_error: Exception | None = None
        self._dropped = self._odd = 0
        self._is_missing = False  # it is to be taken yet, and this process trades without it
        self._pruning = None if keep_ms is None else Pruning(keep_ms)
        self._on_failure = on_failure
        self._lock = FileLock(self.path.with_name(f"{self.path.name}.lock"))
        self._connection: Connection | None = None
        self._items: deque[_Item] = deque()
        self._changes: Sequence[Change] = ()  # of the transaction that is tried just now
        self._inserts: dict[str, Insert] = {}  # bounded by the number of tables
        self._latest: DeskMemory | None = None
        self._written: DeskMemory | None = None
        self._scribe = Scribe(self._write, name=_NAME, runner=runner)

    @property
    def is_behind(self) -> bool:
        """Tell whether something that was given here is not on the disk (yet)."""
        is_waiting = bool(self._changes or self._items)
        return is_waiting or self._is_missing or self._written is not self._latest

    @property
    def lost(self) -> int:
        """Return how many rows never reached the file: dropped, or none that it could hold."""
        return self._dropped + self._odd

    @property
    def has_room(self) -> bool:
        """Tell whether another row would be taken."""
        return len(self._items) < _WAITING_MAX

    def start(self) -> None:
        """Take the file and read it; raise LockHeld, OSError or a StoreError that says why not."""
        self._latest = self._written = self._take_file()
        self._scribe.start()

    def start_without(self, failure: Exception, memory: DeskMemory | None) -> None:
        """Begin although the file cannot be had: it is taken as soon as it can, all waits so long.

        The memory is what could be read of it; whatever is saved from now on takes its place.
        """
        self._latest = self._written = memory
        self._is_missing = True
        self._fail(failure)
        self._scribe.start()

    def put(self, table: Table, row: Row) -> bool:
        """Take a row for a table; tell whether there was room. Never wait."""
        insert = self._inserts.get(table.name)
        if insert is None:
            insert = self._inserts[table.name] = table.insert()
        return self.note(_as_it_is, Change(insert, row))

    def note(self, translate: Translate[V], value: V) -> bool:
        """Take a value that becomes rows on the writer's thread; tell whether there was room."""
        if len(self._items) >= _WAITING_MAX:
            self._dropped += 1
            return False
        self._items.append((translate, value))
        self._scribe.note()
        return True

    def recall(self) -> DeskMemory | None:
        """Return what was saved last, before the start or since; None when there is nothing."""
        return self._latest

    def save(self, memory: DeskMemory) -> None:
        """Keep it and have it written at once, with all that waits; never wait."""
        self._latest = memory
        self._scribe.ring()

    def try_again(self) -> None:
        """Have written what could not be written; called every now and then."""
        if self.is_behind:
            self._scribe.ring()

    def flush(self, timeout_ms: int) -> bool:
        """Wait until all that was given so far is on the disk; tell whether it is."""
        return self._scribe.flush(timeout_ms) and not self.is_failing

    def close(self, timeout_ms: int) -> bool:
        """Write what waits and let go of the file; tell whether that was possible in time."""
        in_time = self._scribe.close(timeout_ms)
        if in_time:  # Otherwise the thread may still be writing.
            self._let_go()
        return in_time and not self.is_behind

    def _take_file(self) -> DeskMemory | None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            return self._open()
        except (OSError, StoreError):
            self._let_go()
            raise

    def _open(self) -> DeskMemory | None:
        self.path.touch(mode=0o600)
        try:
            # It is used by one thread at a time: by ours until the writer starts, then by its.
            raw = sqlite3.connect(
                self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            try:
                prepare(raw)
                memory = recalled(raw)
            except BaseException:
                raw.close()
                raise
        except sqlite3.OperationalError as exc:
            raise JournalUnwritable(f"cannot be used ({exc})") from exc
        except sqlite3.DatabaseError as exc:
            raise JournalCorrupt(f"is damaged, or no store ({exc})") from exc
        self._connection = connected(raw)
        return memory

    # On the writer's thread

    def _write(self, is_asked: bool) -> None:  # noqa: FBT001  # so the scribe tells it
        if self.is_failing and not is_asked:
            return
        while self.is_behind:
            self._changes = self._changes or self._taken()
            failure = attempted(self._commit)
            if failure is not None:
                self._fail(failure)
                return
        self._tell(None)
        if self._pruning is not None and self._connection is not None:
            attempted(partial(self._pruning.look, self._connection))  # later is early enough

    def _taken(self) -> Sequence[Change]:
        """Take the oldest that wait, as the rows that they are."""
        changes: list[Change] = []
        for _ in range(min(len(self._items), _BATCH_MAX)):
            translate, value = self._items.popleft()
            rows = attempted(lambda: tuple(translate(value)))  # noqa: B023  # called at once
            if isinstance(rows, Exception):
                self._count_odd(rows)
            else:
                changes += rows
        return changes

    def _commit(self) -> None:
        if self._is_missing:
            self._take_file()
            self._is_missing = False
        assert self._connection is not None, f"{self.path} is not open"
        memory, changes = self._latest, self._changes
        if memory is not self._written and memory is not None:
            changes = (*changes, remembering(memory))
        commit(self._connection, changes, on_odd=self._count_odd)
        self._changes, self._written = (), memory

    def _count_odd(self, failure: Exception) -> None:
        self._odd += 1
        self.last_error = failure

    def _fail(self, failure: Exception) -> None:
        self.failures += 1
        self.last_error = failure
        self._tell(failure)

    def _tell(self, failure: Exception | None) -> None:
        was_failing, self.is_failing = self.is_failing, failure is not None
        if self._on_failure is not None and was_failing != self.is_failing:
            self._on_failure(_NAME, failure)

    def _let_go(self) -> None:
        if self._connection is not None:
            engine = self._connection.engine
            self._connection.close()
            engine.dispose()
            self._connection = None
        self._lock.release()


def _as_it_is(change: Change) -> Iterable[Change]:
    return (change,)
