import json
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.app.cli import main
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.writer import Runner
from tests.builders import START_MS


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """Write an audit trail of three lines."""
    path = tmp_path / "audit.jsonl"
    logger = AuditLogger(VirtualClock(START_MS), path, redactor=Redactor(), runner=Runner.INLINE)
    logger.start()
    for cause in ("one", "two", "three"):
        logger.write(AuditEvent.STOP, "noctule", cause=cause)
    logger.close(1_000)
    return path


def test_a_sound_trail_is_said_to_hold(trail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", str(trail)]) == 0
    assert f"{trail}: 3 lines, the chain holds, head " in capsys.readouterr().out


def test_one_changed_byte_is_named_by_its_line(
    trail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trail.write_text(trail.read_text().replace("two", "tWo"))

    assert main(["audit", "verify", str(trail)]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"{trail}:2: the line was changed\n"


def test_a_repaired_tear_is_told(trail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with trail.open("a") as file:
        file.write('{"at":"2026-')
    logger = AuditLogger(VirtualClock(START_MS), trail, redactor=Redactor(), runner=Runner.INLINE)
    logger.start()
    logger.close(1_000)

    assert main(["audit", "verify", str(trail)]) == 0
    assert capsys.readouterr().out.startswith(
        f"{trail}:4: half a line that a killed process left was cut off\n"
    )


def test_json_is_for_programs(trail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", str(trail), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lines"] == 3


def test_a_file_that_is_not_there_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", "nowhere.jsonl"]) == 1
    assert "nowhere.jsonl" in capsys.readouterr().err


def test_without_a_file_the_configured_trail_is_verified(
    trail: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--set", f"logging.audit_log={trail}"]) == 0
    assert capsys.readouterr().out.startswith(f"{trail}: 3 lines, the chain holds")


def test_a_configured_trail_that_is_not_there_yet_is_told_with_its_origin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.jsonl"

    assert main(["audit", "verify", "--set", f"logging.audit_log={path}"]) == 1
    assert capsys.readouterr().err == (
        f"--set [logging] audit_log: there is no {path} yet, name a FILE\n"
    )
