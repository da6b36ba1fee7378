"""The files of one run are opened as the start comes to them, and let go of together."""

import json
from pathlib import Path
from typing import Any

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.app.run_files import RunFiles
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.domain.memory import DeskMemory
from tests.builders import START_MS
from tests.fakes.home import config_at

CLOCK = VirtualClock(START_MS)


@pytest.fixture(autouse=True)
def _account_locks_lie_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def audited(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "logs/audit.jsonl").read_text().splitlines()]


def simulated_elsewhere(home: Path) -> Configuration:
    """Return the configuration of a bot whose account another one could trade on."""
    return config_at(home, "api.environment=sim", "api.rest_url=http://127.0.0.1:9").load()


def test_whatever_was_opened_is_closed_and_the_log_says_that_the_start_was_given_up(
    tmp_path: Path,
) -> None:
    files = RunFiles(None)
    files.open_records(config_at(tmp_path).load(), clock=CLOCK)
    files.close()
    assert audited(tmp_path)[-1]["cause"] == "the start was given up"


def test_closing_what_was_never_opened_is_nothing(tmp_path: Path) -> None:
    RunFiles(None).close()
    assert not (tmp_path / "logs").exists()


def test_what_is_saved_is_on_disk_once_it_is_closed(tmp_path: Path) -> None:
    configuration = simulated_elsewhere(tmp_path)
    files = RunFiles(None)
    files.open_memory(configuration, started_ms=START_MS).save(DeskMemory(saved_ms=7))
    files.close()
    again = RunFiles(None)
    assert again.open_memory(configuration, started_ms=START_MS).recall() == DeskMemory(saved_ms=7)
    again.close()


def test_a_second_bot_on_the_account_is_refused_and_its_log_tells_of_its_start(
    tmp_path: Path,
) -> None:
    first, second = RunFiles(None), RunFiles(None)
    first.open_records(simulated_elsewhere(tmp_path), clock=CLOCK)
    other_home = tmp_path / "other"
    other_home.mkdir()
    with pytest.raises(ConfigError, match="trades on this account already, stop it first"):
        second.open_records(simulated_elsewhere(other_home), clock=CLOCK)
    second.close()
    first.close()
    assert [line["event"] for line in audited(other_home)] == ["start", "configuration", "stop"]


def test_a_second_bot_on_the_same_store_is_refused(tmp_path: Path) -> None:
    configuration = simulated_elsewhere(tmp_path)
    first, second = RunFiles(None), RunFiles(None)
    first.open_memory(configuration, started_ms=START_MS)
    with pytest.raises(ConfigError, match="stop it first, or give each bot a store of its own"):
        second.open_memory(configuration, started_ms=START_MS)
    first.close()
    second.open_memory(configuration, started_ms=START_MS)
    second.close()


def test_a_second_bot_at_the_same_socket_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    socket = f"control.socket={tmp_path / 'bot.sock'}"
    first, second = RunFiles(None), RunFiles(None)
    first.open_records(config_at(tmp_path, socket).load(), clock=CLOCK)
    try:
        with pytest.raises(ConfigError, match=r"another bot \(process \d+\) listens at"):
            second.open_records(config_at(tmp_path / "other", socket).load(), clock=CLOCK)
    finally:
        second.close()
        first.close()
