import hashlib
import logging
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.app.reload import reload_configuration
from noctule.risk.limits import RiskLimits
from noctule.telemetry.logs import TradingLogger
from noctule.telemetry.redaction import Redactor
from tests.fakes.home import INI, config_at
from tests.fakes.idea_files import write_idea


def reloaded(
    home: Path,
    ini: str,
    caplog: pytest.LogCaptureFixture,
    adopt: Callable[[RiskLimits], None] = lambda _limits: None,
) -> list[tuple[str, str]]:
    """Start with one INI file, change it to another, reload; return level and line of each log."""
    manager = config_at(home)
    running = manager.load()
    (home / "configs/noctule.ini").write_text(ini)
    logger = TradingLogger(running.settings.logging, redactor=Redactor())
    with caplog.at_level(logging.INFO):
        reload_configuration(manager, running=running, latest=running, logger=logger, adopt=adopt)
    logger.close()
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
    logging.getLogger("noctule.risk").setLevel(logging.NOTSET)
    logging.getLogger("risk").setLevel(logging.NOTSET)


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
    manager = config_at(tmp_path)
    running = manager.load()
    logger = TradingLogger(running.settings.logging, redactor=Redactor())
    louder = f"{INI}[logging]\nlevel = DEBUG\n"

    with caplog.at_level(logging.INFO):
        latest = running
        for ini in (louder, INI):
            (tmp_path / "configs/noctule.ini").write_text(ini)
            latest = reload_configuration(
                manager, running=running, latest=latest, logger=logger, adopt=lambda _limits: None
            )
    logger.close()

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
    manager = config_at(home, ini=OWN)
    running = manager.load()
    change()
    logger = TradingLogger(running.settings.logging, redactor=Redactor())
    with caplog.at_level(logging.INFO):
        reload_configuration(
            manager, running=running, latest=running, logger=logger, adopt=lambda _limits: None
        )
    logger.close()
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
