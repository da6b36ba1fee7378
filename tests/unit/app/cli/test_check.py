import json
from pathlib import Path

import pytest

from noctule.app.cli import main


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[risk]\nmax_positions = 2\n")
    monkeypatch.chdir(tmp_path)
    for name in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def test_every_setting_is_shown_with_its_origin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--set", "risk.max_drawdown=0.1"]) == 0

    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["max_positions", "2", "configs/noctule.ini:2"] in rows
    assert ["max_drawdown", "0.1", "--set"] in rows
    assert ["cooldown_minutes", "60", "default"] in rows
    assert ["rest_url", "-", "default"] in rows


def test_json_is_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json"]) == 0

    described = json.loads(capsys.readouterr().out)
    assert len(described["fingerprint"]) == 64
    assert {
        "section": "risk",
        "key": "max_positions",
        "value": "2",
        "origin": "configs/noctule.ini:2",
    } in described["settings"]


def test_every_problem_goes_to_stderr_and_nothing_to_stdout(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--set", "risk.max_position=2", "--set", "risk.stop_loss=1%"]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "--set [risk] max_position: unknown key, did you mean 'max_positions'?\n"
        "--set [risk] stop_loss: '1%' is not a share, write 0.01 for 1 %\n"
    )


def test_missing_credentials_are_a_problem_where_they_are_needed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--set", "api.environment=testnet"]) == 1

    assert capsys.readouterr().err == (
        "--set [api] environment: testnet needs credentials, set BINANCE_API_KEY and "
        "BINANCE_API_SECRET in the environment, .env or systemd credentials\n"
    )


def test_secrets_are_stars(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", "k" * 20)
    monkeypatch.setenv("BINANCE_API_SECRET", "s" * 20)

    assert main(["check", "--set", "api.environment=testnet"]) == 0

    printed = capsys.readouterr().out
    assert "api_secret" in printed
    assert "k" * 20 not in printed
    assert "s" * 20 not in printed
