import io
import json
import resource
import signal
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.app.records import Records
from noctule.domain.commands import ReloadOutcome, SettingChange
from noctule.domain.errors import ConfigError, JournalUnwritable
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
    configuration = config_at(tmp_path).load()
    (tmp_path / "logs").write_text("a file where a folder should be")
    records = Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())

    with pytest.raises(ConfigError) as told:
        records.open()
    records.close()

    logs = tmp_path / "logs"
    assert told.value.problems == (
        f"--set [logging] file: {logs}/noctule.log cannot be written "
        "(File exists), name a file below a directory",
        f"--set [logging] audit_log: {logs}/audit.jsonl cannot be written "
        "(File exists), name a file below a directory",
        f"--set [logging] trade_log: {logs}/trades.jsonl cannot be written "
        "(File exists), name a file below a directory",
    )


def test_a_reload_is_audited_with_who_wanted_it_and_what_changed(tmp_path: Path) -> None:
    configuration = config_at(tmp_path).load()
    records = Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())
    records.open()
    change = SettingChange(key="risk.max_positions", before="3", now="2")
    calendar = SettingChange(key="risk.news_calendar", before=None, now="news.csv")

    changed = ReloadOutcome(applied=(change,), frozen=(calendar,))
    records.note_reload(changed, actor="ana", origin="control socket", sha256="f00d")
    wrong = ReloadOutcome(problems=("my.ini:3 [risk] a: no", "my.ini:4 [risk] b: no"))
    records.note_reload(wrong, actor="SIGHUP", origin="signal", sha256=None)
    records.close()

    told = ("event", "actor", "action", "origin", "sha256", "applied", "frozen", "problems")
    assert [[line[key] for key in told] for line in audit_lines(tmp_path)[2:4]] == [
        [
            "control",
            "ana",
            "reload",
            "control socket",
            "f00d",
            "risk.max_positions: 3 -> 2",
            "risk.news_calendar: - -> news.csv",
            "",
        ],
        [
            "control",
            "SIGHUP",
            "reload",
            "signal",
            None,
            "",
            "",
            "my.ini:3 [risk] a: no; my.ini:4 [risk] b: no",
        ],
    ]


def test_closing_the_ledgers_audits_the_cause_and_tells_the_head(tmp_path: Path) -> None:
    configuration = config_at(tmp_path).load()
    records = Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())
    records.open()

    records.close_ledgers("SIGTERM", timeout_ms=5_000)
    records.close()

    assert audit_lines(tmp_path)[-1]["cause"] == "SIGTERM"
    assert f"head={records.audit.head}" in (tmp_path / "logs/noctule.log").read_text()


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


def test_a_trail_that_cannot_be_written_is_told_and_ends_no_run_cleanly(tmp_path: Path) -> None:
    console = io.StringIO()
    configuration = config_at(tmp_path).load()
    records = Records(configuration, clock=VirtualClock(START_MS), console=console)
    records.open()
    records.audit.flush(5_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails with EFBIG

    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, limits[1]))
        with pytest.raises(JournalUnwritable, match="lines of the trade or audit log were lost"):
            records.close_ledgers("the test", timeout_ms=5_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
        records.close()

    assert 'lines cannot be written  log="audit log"' in console.getvalue()


def test_two_bots_cannot_write_the_same_trail(tmp_path: Path) -> None:
    configuration = config_at(tmp_path).load()
    first, second = (
        Records(configuration, clock=VirtualClock(START_MS), console=io.StringIO())
        for _ in range(2)
    )
    first.open()

    with pytest.raises(ConfigError) as told:
        second.open()
    second.close()
    first.close()

    assert all("stop the other bot" in problem for problem in told.value.problems)
    assert len(told.value.problems) == 3
