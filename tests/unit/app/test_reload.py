import logging
from pathlib import Path

import pytest

from noctule.app.reload import reload_log_levels
from noctule.telemetry.logs import TradingLogger
from noctule.telemetry.redaction import Redactor
from tests.fakes.home import INI, config_at


def reloaded(home: Path, ini: str, caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Start with one INI file, change it to another, reload; return level and line of each log."""
    manager = config_at(home)
    running = manager.load()
    (home / "configs/noctule.ini").write_text(ini)
    logger = TradingLogger(running.settings.logging, redactor=Redactor())
    with caplog.at_level(logging.INFO):
        reload_log_levels(manager, running=running, latest=running, logger=logger)
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


def test_a_broken_file_changes_nothing_and_every_problem_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = reloaded(tmp_path, "[risk]\nstop_los = 1\ntake_profit = a\n", caplog)

    assert told == [("ERROR", "configuration not reloaded")] * 2


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
            latest = reload_log_levels(manager, running=running, latest=latest, logger=logger)
    logger.close()

    applied = [vars(record)["fields"] for record in caplog.records if "applied" in record.message]
    assert [(change["before"], change["now"]) for change in applied] == [
        ("INFO", "DEBUG"),
        ("DEBUG", "INFO"),
    ]
