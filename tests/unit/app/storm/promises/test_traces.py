"""The audit trail's chain holds, or it is told where it does not."""

from pathlib import Path

import pytest

from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.app.storm.promises.traces import AuditTrailHolds
from noctule.app.storm.story import DiskFailure
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import Runner
from tests.fakes.small_storms import a_story
from tests.fakes.storm_court import Court, a_life

SYMBOLS = ("BTCUSDT", "ETHUSDT")


@pytest.fixture
def court(tmp_path: Path) -> Court[AuditTrailHolds]:
    return Court(AuditTrailHolds, life=a_life(home=tmp_path))


def _trail(court: Court[AuditTrailHolds], home: Path, lost: int = 0) -> Path:
    path = home / "logs/audit.jsonl"
    path.parent.mkdir(exist_ok=True)
    logger = AuditLogger(court.scene.clock, path, redactor=Redactor(), runner=Runner.INLINE)
    logger.start()
    for _ in range(3):
        logger.write(AuditEvent.START, "test")
    if lost:
        logger.write(AuditEvent.LOG_GAP, "noctule", lost=lost, torn=None)
    logger.close(0)
    return path


def test_a_sound_trail_is_fine(court: Court[AuditTrailHolds], tmp_path: Path) -> None:
    _trail(court, tmp_path)
    court.end()
    court.rule.over()
    assert court.told == []


def test_none_is_no_broken_one(court: Court[AuditTrailHolds]) -> None:
    court.rule.over()
    assert court.told == []


def test_a_line_that_was_removed_is_told(court: Court[AuditTrailHolds], tmp_path: Path) -> None:
    path = _trail(court, tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    court.rule.over()
    assert [each.split(":")[0] for each in court.told] == ["line 2"]


def test_a_gap_needs_a_disk_that_took_nothing(
    court: Court[AuditTrailHolds], tmp_path: Path
) -> None:
    _trail(court, tmp_path, lost=2)
    court.rule.over()
    assert len(court.told) == 1


def test_where_the_disk_was_full_lines_may_be_missing(tmp_path: Path) -> None:
    story = a_story(DiskFailure(at_ms=0, for_ms=1_000), symbols=SYMBOLS)
    court = Court(AuditTrailHolds, story, life=a_life(home=tmp_path))
    _trail(court, tmp_path, lost=2)
    court.rule.over()
    assert court.told == []
