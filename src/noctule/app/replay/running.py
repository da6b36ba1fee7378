"""A journal from one run on: each run replayed, and what that came to."""

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from noctule import __version__
from noctule.adapters.store.database import reading
from noctule.adapters.store.journal_reading import JournalEntry, JournalReader
from noctule.adapters.store.journal_records import DeedDone, RunBegan
from noctule.adapters.store.schema import refuse_foreign
from noctule.adapters.store.tables import journal
from noctule.app.replay.clock import RecordedClock
from noctule.app.replay.configuration import configuration_of
from noctule.app.replay.deeds import deed_of
from noctule.app.replay.replay import Divergence, Replay
from noctule.app.replay.stage import Stage
from noctule.app.strategy_markers import fingerprints_of
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.engine.deeds import ContractsKnown

__all__ = ["Outcome", "replayed"]

_RUN = RunBegan.__name__


class Outcome(Struct, frozen=True, kw_only=True):
    """What the replay of one run came to."""

    run: int  # the first in the journal is 1
    version: str  # that wrote it
    events: int
    compared: int  # of these, that the engine publishes
    skipped: int = 0  # records that this version does not know
    changed: tuple[str, ...] = ()  # strategies whose code or settings are not those of the run
    divergence: Divergence | None = None


def replayed(
    path: Path, *, from_run: int | None, home: Path, on_record: Callable[[int, int], None]
) -> Iterator[Outcome]:
    """Replay the runs of a store from this one on, or its last; end with the first divergence.

    `on_record` hears the number of a record, and that of the last. Without such a run, or what it
    needs, it is a ConfigError; a StoreError says why the file cannot be read.
    """
    if not path.is_file():
        raise ConfigError([f"{path}: there is no such file, name the store of a run"])
    with reading(path) as connection:
        raw = connection.connection.driver_connection
        assert raw is not None, f"{path} is not open"
        refuse_foreign(raw)
        begins = _begins(connection)
        first = _first(path, begins, from_run)
        last = connection.execute(select(func.max(journal.c.number))).scalar_one()
        for index in range(first, len(begins)):
            end = begins[index + 1] if index + 1 < len(begins) else last + 1
            reader = JournalReader(connection)
            entries = _until(reader.entries(after=begins[index] - 1), end)
            outcome = _replay(index + 1, entries, home, lambda at: on_record(at, last))
            yield replace(outcome, skipped=outcome.skipped + sum(reader.skipped.values()))
            if outcome.divergence is not None:
                return


def _begins(connection: Connection) -> list[int]:
    found = select(journal.c.number).where(journal.c.kind == _RUN).order_by(journal.c.number)
    return list(connection.execute(found).scalars())


def _first(path: Path, begins: list[int], from_run: int | None) -> int:
    if not begins:
        raise ConfigError([f"{path}: no run begins in its journal, replay one that was kept whole"])
    if from_run is None:
        return len(begins) - 1
    if not 1 <= from_run <= len(begins):
        raise ConfigError([f"--from-run: {from_run} is none of its {len(begins)} runs"])
    return from_run - 1


def _until(entries: Iterator[JournalEntry], end: int) -> Iterator[JournalEntry]:
    for entry in entries:
        if entry.number >= end:
            return
        yield entry


def _replay(
    run: int, entries: Iterator[JournalEntry], home: Path, on_record: Callable[[int], None]
) -> Outcome:
    opening = next(entries, None)
    began, contracts = None if opening is None else opening.record, _contracts(next(entries, None))
    if opening is None or not isinstance(began, RunBegan) or contracts is None:
        what = f"run {run} does not begin as this version ({__version__}) writes it"
        raise ConfigError([f"{what}, replay it with the version that recorded it"])
    clock, configuration = RecordedClock(), configuration_of(began, home)
    clock.show(now_ms=began.at_ms, elapsed_ms=opening.elapsed_ms)
    replay = Replay(Stage(began, configuration, contracts, clock), clock)
    divergence: Divergence | None = None
    for entry in entries:
        on_record(entry.number)
        divergence = replay.hear(entry)
        if divergence is not None:
            break
    return Outcome(
        run=run,
        version=began.version,
        events=replay.heard,
        compared=replay.compared,
        skipped=replay.unknown,
        changed=_changed(began, configuration),
        divergence=divergence or replay.end(),
    )


def _changed(began: RunBegan, configuration: Configuration) -> tuple[str, ...]:
    """Return the strategies whose code or settings are not those of the run."""
    now = fingerprints_of(configuration)
    return tuple(each for each, told in began.strategies.items() if now.get(each) != told)


def _contracts(entry: JournalEntry | None) -> ContractsKnown | None:
    record = None if entry is None else entry.record
    deed = deed_of(record) if isinstance(record, DeedDone) else None
    return deed if isinstance(deed, ContractsKnown) else None
