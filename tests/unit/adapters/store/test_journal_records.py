"""Whatever happens can be written down, and is the same when it is read."""

from pathlib import Path

import pytest

from noctule.adapters.store.journal_records import (
    KINDS,
    Recorded,
    RecordsLost,
    RunBegan,
    checksum_of,
    encoded,
    read_back,
)
from noctule.domain import events
from noctule.domain.errors import JournalCorrupt
from noctule.domain.events.base import Event
from noctule.domain.memory import DeskMemory
from tests.fakes.any_value import any_value

LOST = RecordsLost(at_ms=5, lost=7)
RUN = RunBegan(
    at_ms=5,
    version="1.2.3",
    fingerprint="abc",
    settings={"risk.max_positions": "3"},
    strategies={"sma_cross": "123"},
    memory=DeskMemory(saved_ms=3),
)


def read(record: Recorded, *, kind: str | None = None) -> Recorded | None:
    content = encoded(record)
    return read_back(1, kind or type(record).__name__, content, checksum_of(content))


@pytest.mark.parametrize("has_options", [True, False])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_event_is_read_as_it_was_written(kind: type[Event], has_options: bool) -> None:
    event = any_value(kind, has_options=has_options)
    assert read(event) == event


def test_every_class_of_event_that_there_is_can_be_written() -> None:
    for path in Path(events.__file__).parent.glob("*.py"):
        for line in path.read_text().splitlines():
            if line.startswith("class ") and path.stem not in ("base", "__init__"):
                assert line.split("(")[0].removeprefix("class ") in KINDS


@pytest.mark.parametrize("record", [LOST, RUN])
def test_the_journals_own_records_are_read_as_they_were_written(record: Recorded) -> None:
    assert read(record) == record


def test_a_kind_of_a_newer_version_is_nobodys() -> None:
    assert read(LOST, kind="MoonRose") is None


def test_a_record_with_another_meaning_in_a_newer_version_is_nobodys() -> None:
    assert read(LOST, kind="CandleClosed") is None


def test_a_changed_record_is_named() -> None:
    content = encoded(LOST)
    with pytest.raises(JournalCorrupt, match="record 12 of the journal, RecordsLost, was changed"):
        read_back(12, "RecordsLost", content + b"\x00", checksum_of(content))
