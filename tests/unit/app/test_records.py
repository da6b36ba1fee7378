import io
import json
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.app.records import Records
from noctule.domain.errors import ConfigError
from noctule.telemetry.logs import get_log
from tests.builders import START_MS
from tests.fakes.home import config_at

KEY, SECRET = "k" * 8 + "9fQ2mP", "s" * 8 + "7hB4xZ"


def test_opening_audits_the_start_with_the_hash_of_the_configuration(tmp_path: Path) -> None:
    configuration = config_at(tmp_path).load()
    records = Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())

    records.open()
    records.close()

    lines = audit_lines(tmp_path)
    assert [line["event"] for line in lines] == ["start", "configuration", "stop"]
    assert lines[1]["sha256"] == configuration.fingerprint


def test_a_start_that_was_given_up_is_audited_as_that(tmp_path: Path) -> None:
    records = Records(
        config_at(tmp_path).load(), clock=VirtualClock(START_MS), console=io.StringIO()
    )

    records.open()
    records.close()

    assert audit_lines(tmp_path)[-1]["cause"] == "the start was given up"


def test_every_log_that_cannot_be_opened_is_told_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be")
    configuration = config_at(tmp_path).load()
    records = Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())

    with pytest.raises(ConfigError) as told:
        records.open()
    records.close()

    logs = tmp_path / "logs"
    assert told.value.problems == (
        f"--set [logging] file: {logs}/noctule.log cannot be written "
        "(File exists), name another file",
        f"--set [logging] audit_log: {logs}/audit.jsonl cannot be written "
        "(File exists), name another file",
        f"--set [logging] trade_log: {logs}/trades.jsonl cannot be written "
        "(File exists), name another file",
    )


def test_a_reload_is_audited_with_the_hash_of_what_was_read(tmp_path: Path) -> None:
    configuration = config_at(tmp_path).load()
    records = Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())
    records.open()

    records.note_reload(configuration)
    records.close()

    line = audit_lines(tmp_path)[2]
    assert (line["event"], line["actor"], line["action"]) == ("control", "SIGHUP", "reload")
    assert line["sha256"] == configuration.fingerprint


def test_closing_the_ledgers_audits_the_cause_and_tells_the_head(tmp_path: Path) -> None:
    console = io.StringIO()
    records = Records(config_at(tmp_path).load(), clock=VirtualClock(START_MS), console=console)
    records.open()

    records.close_ledgers("SIGTERM", timeout_ms=5_000)
    records.close()

    assert audit_lines(tmp_path)[-1]["cause"] == "SIGTERM"
    assert f"head={records.audit.head}" in console.getvalue()


def test_credentials_are_known_to_all_three_logs(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"BINANCE_API_KEY={KEY}\nBINANCE_API_SECRET={SECRET}\n")
    dotenv.chmod(0o600)
    console = io.StringIO()
    records = Records(config_at(tmp_path).load(), clock=VirtualClock(START_MS), console=console)
    records.open()

    get_log("noctule.test").warning("a careless line", text=f"{KEY} {SECRET}")
    records.close_ledgers(f"a careless cause {KEY} {SECRET}", timeout_ms=5_000)
    records.close()

    written = console.getvalue() + "".join(
        path.read_text() for path in (tmp_path / "logs").iterdir()
    )
    assert "a careless line" in written
    assert "a careless cause" in written
    assert KEY not in written
    assert SECRET not in written


def audit_lines(home: Path) -> list[dict[str, object]]:
    text = (home / "logs/audit.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]
