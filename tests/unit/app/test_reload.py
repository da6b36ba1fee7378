"""A reload: what holds at once, what waits, and who is told."""

import hashlib
import logging
import socket
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from noctule.adapters.notify.systemd import SystemdNotifier
from noctule.app.records import Records
from noctule.app.reload import Reloading
from noctule.config.manager import ConfigManager
from noctule.domain.commands import ReloadOutcome, SettingChange
from noctule.risk.limits import RiskLimits
from noctule.telemetry.logs import TradingLogger
from noctule.telemetry.redaction import Redactor
from tests.fakes.home import INI, config_at
from tests.fakes.idea_files import write_idea


@pytest.fixture(autouse=True)
def _levels_as_before() -> Iterator[None]:
    names = ("root", "noctule", "risk", "noctule.risk")
    before = {name: logging.getLogger(name).level for name in names}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


class NotedRecords:
    """A logger that has started nothing, and what was to be audited."""

    def __init__(self, logger: TradingLogger) -> None:
        self.logger = logger
        self.noted: list[tuple[ReloadOutcome, str, str, str | None]] = []

    def note_reload(
        self, outcome: ReloadOutcome, *, actor: str, origin: str, sha256: str | None
    ) -> None:
        """Keep it."""
        self.noted.append((outcome, actor, origin, sha256))


class Running:
    """A running configuration that can be read anew, and what came of it."""

    def __init__(
        self,
        manager: ConfigManager,
        adopt: Callable[[RiskLimits], None] = lambda _limits: None,
        *,
        told: dict[str, str] | None = None,
        is_started: bool = True,
    ) -> None:
        running = manager.load()
        self.records = NotedRecords(TradingLogger(running.settings.logging, redactor=Redactor()))
        self.reloading = Reloading(
            manager,
            running,
            records=cast("Records", self.records),
            adopt=adopt,
            notifier=SystemdNotifier(told or {}),
            is_started=lambda: is_started,
        )

    def reload(self) -> ReloadOutcome:
        """Let Ana ask for it, and restore what was changed of the loggers."""
        try:
            return self.reloading.reload(actor="ana", origin="test")
        finally:
            self.records.logger.close()


def reloaded(
    home: Path,
    ini: str,
    caplog: pytest.LogCaptureFixture,
    adopt: Callable[[RiskLimits], None] = lambda _limits: None,
) -> list[tuple[str, str]]:
    """Start with one INI file, change it to another, reload; return level and line of each log."""
    running = Running(config_at(home), adopt)
    (home / "configs/noctule.ini").write_text(ini)
    with caplog.at_level(logging.INFO):
        running.reload()
    return [(record.levelname, record.message) for record in caplog.records]


def test_a_log_level_takes_effect_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = reloaded(tmp_path, f"{INI}[logging]\nlevels = risk=DEBUG\n", caplog)

    assert told == [("INFO", "setting applied"), ("INFO", "configuration reloaded")]
    assert vars(caplog.records[0])["fields"] == {
        "key": "logging.levels",
        "before": "",
        "now": "risk=DEBUG",
    }
    assert logging.getLogger("noctule.risk").level == logging.DEBUG


def test_every_other_change_is_named_and_waits(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = reloaded(tmp_path, INI.replace("slow = 2", "slow = 3"), caplog)

    assert told == [
        ("WARNING", "setting is frozen until the next start"),
        ("INFO", "configuration reloaded"),
    ]
    assert vars(caplog.records[0])["fields"] == {"key": "strategy.slow", "file": "3"}


def test_limits_hold_at_once_and_each_change_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    adopted: list[RiskLimits] = []
    ini = f"{INI}[risk]\nrisk_per_trade = 0.002\nnaked_position_limit_ms = 900\n"
    told = reloaded(tmp_path, ini, caplog, adopted.append)

    assert told == [("INFO", "setting applied")] * 2 + [("INFO", "configuration reloaded")]
    assert [vars(record)["fields"] for record in caplog.records[:2]] == [
        {"key": "risk.naked_position_limit_ms", "before": "2000", "now": "900"},
        {"key": "risk.risk_per_trade", "before": "0.01", "now": "0.002"},
    ]
    (limits,) = adopted
    assert (limits.risk_per_trade, limits.naked_position_limit_ms) == (Decimal("0.002"), 900)


def test_files_that_limits_name_are_those_of_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calendar = tmp_path / "other.csv"
    calendar.write_text("from,to,reason\n")
    told = reloaded(tmp_path, f"{INI}[risk]\nnews_calendar = {calendar}\n", caplog)

    assert told[0] == ("WARNING", "setting is frozen until the next start")
    assert vars(caplog.records[0])["fields"]["key"] == "risk.news_calendar"


@pytest.mark.parametrize(
    ("risk", "problems"),
    [("stop_los = 1\ntake_profit = a\n", 2), ("risk_per_trade = 0.5\nmax_positions = 2\n", 1)],
)
def test_a_file_that_is_wrong_in_one_place_changes_nothing_and_every_problem_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, risk: str, problems: int
) -> None:
    adopted: list[RiskLimits] = []
    told = reloaded(tmp_path, f"{INI}[risk]\n{risk}", caplog, adopted.append)

    assert told == [("ERROR", "configuration not reloaded")] * problems
    assert adopted == []


def test_the_way_back_to_a_former_level_is_told_as_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = Running(config_at(tmp_path))
    louder = f"{INI}[logging]\nlevel = DEBUG\n"

    with caplog.at_level(logging.INFO):
        for ini in (louder, INI):
            (tmp_path / "configs/noctule.ini").write_text(ini)
            running.reload()

    applied = [vars(record)["fields"] for record in caplog.records if "applied" in record.message]
    assert [(change["before"], change["now"]) for change in applied] == [
        ("INFO", "DEBUG"),
        ("DEBUG", "INFO"),
    ]


OWN = "[strategy]\npath = my_idea.py\n"


def reloaded_after(
    home: Path, caplog: pytest.LogCaptureFixture, change: Callable[[], object]
) -> list[tuple[str, dict[str, object]]]:
    """Start with a strategy file, change something, reload; return each log with its fields."""
    write_idea(home)
    write_idea(home, name="other.py")
    running = Running(config_at(home, ini=OWN))
    change()
    with caplog.at_level(logging.INFO):
        running.reload()
    return [(record.message, vars(record).get("fields", {})) for record in caplog.records]


def test_a_changed_strategy_file_waits_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    changed = write_idea(tmp_path, wrong="# better\n").read_bytes()
    code = hashlib.sha256(changed).hexdigest()[:12]
    told = reloaded_after(tmp_path, caplog, lambda: write_idea(tmp_path, wrong="# better\n"))
    frozen = ("setting is frozen until the next start", {"key": "strategy.code", "file": code})
    assert told == [frozen, ("configuration reloaded", {})]


def test_a_running_bot_loads_no_other_strategy_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ini = tmp_path / "configs/noctule.ini"
    told = reloaded_after(tmp_path, caplog, lambda: ini.write_text("[strategy]\npath = other.py\n"))
    what = "a running bot loads no other strategy: restart it"
    problem = f"configs/noctule.ini:2 [strategy] path: other.py was not loaded at the start, {what}"
    assert told == [("configuration not reloaded", {"problem": problem})]


def test_whoever_asks_is_told_the_difference_and_it_is_audited(tmp_path: Path) -> None:
    running = Running(config_at(tmp_path))
    fresh = INI.replace("slow = 2", "slow = 3") + "[risk]\nmax_positions = 2\n"
    (tmp_path / "configs/noctule.ini").write_text(fresh)

    outcome = running.reload()

    assert outcome == ReloadOutcome(
        applied=(SettingChange(key="risk.max_positions", before="3", now="2"),),
        frozen=(SettingChange(key="strategy.slow", before="2", now="3"),),
    )
    fingerprint = config_at(tmp_path, ini=fresh).load().fingerprint
    assert running.records.noted == [(outcome, "ana", "test", fingerprint)]


def test_what_is_wrong_is_told_to_whoever_asks_and_audited_as_well(tmp_path: Path) -> None:
    running = Running(config_at(tmp_path))
    (tmp_path / "configs/noctule.ini").write_text(f"{INI}[risk]\nmax_positions = 0\n")

    outcome = running.reload()

    (problem,) = outcome.problems
    assert problem.startswith("configs/noctule.ini:8 [risk] max_positions: ")
    assert running.records.noted == [(outcome, "ana", "test", None)]


@pytest.mark.parametrize(
    ("is_started", "datagrams"), [(True, [b"RELOADING=1", b"READY=1"]), (False, [])]
)
def test_systemd_hears_of_a_reload_once_the_bot_is_up_and_of_no_early_ready(
    tmp_path: Path, is_started: bool, datagrams: list[bytes]
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        Running(config_at(tmp_path), told=told, is_started=is_started).reload()
        heard = [systemd.recv(100).partition(b"\n")[0] for _ in datagrams]
        with pytest.raises(BlockingIOError):
            systemd.recv(100)
    assert heard == datagrams
