"""`trades` tells what was traded and what it came to, of the store that is meant."""

import json
import os
from pathlib import Path

import pytest

from noctule.app.cli.program import main
from tests.builders import START_MS
from tests.fakes.closed_trades import closed_trades

STATE = "logs/state"


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(STATE).mkdir(parents=True)


def simulation(name: str, *nets: str, age_s: int = 0) -> None:
    path = closed_trades(Path(STATE) / f"sim-seed1-{name}.db", *nets, start_ms=START_MS)
    stamp = START_MS / 1000 - age_s
    os.utime(path, (stamp, stamp))


def test_trades_and_totals_fit_into_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    simulation("20260928T000000.000", "10", "-4.125")
    assert main(["trades"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines() == [
        "logs/state/sim-seed1-20260928T000000.000.db",
        "closed (UTC)   symbol  side quantity    entry  exit    net  held why ",
        "09-28 00:00:00 BTCUSDT long      0.1 60000.12 61000 +10.00 1h00m stop",
        "09-28 00:00:00 ETHUSDT long      0.1 60000.12 61000  -4.12 1h00m stop",
        "2 closed, 1 won (50%), profit factor 2.42",
        "net +5.88 = gross +5.88 - fees 0.00 + funding +0.00",
        "best +10.00, worst -4.12, slippage in the gross 0.00",
    ]
    assert max(map(len, shown.splitlines())) <= 80


def test_the_simulation_that_was_written_last_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    simulation("20260928T000000.000", "10")
    simulation("20260927T000000.000", "20", age_s=60)
    assert main(["trades"]) == 0
    assert "sim-seed1-20260928T000000.000.db" in capsys.readouterr().out


def test_the_latest_are_shown_and_all_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    simulation("20260928T000000.000", "1", "2", "3")
    assert main(["trades", "--limit", "1"]) == 0
    shown = capsys.readouterr().out
    assert "the latest 1 of 3: --limit shows more" in shown
    assert "3 closed, 3 won (100%)\n" in shown


def test_programs_get_every_field_and_money_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    simulation("20260928T000000.000", "0.00000001")
    assert main(["trades", "--json", "--symbol", "btcusdt"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["store"] == "logs/state/sim-seed1-20260928T000000.000.db"
    assert told["totals"]["net_pnl"] == "0.00000001"
    assert told["trades"][0]["closed_ms"] == START_MS + 1
    assert told["trades"][0]["entry_price"] == "60000.123456789"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--from", "2026-09-28T00:00:00.002"], 2),
        (["--to", "2026-09-28T00:00:00.002"], 1),
        (["--symbol", "ETHUSDT"], 1),
        (["--strategy", "nobody"], 0),
    ],
)
def test_they_are_chosen(
    capsys: pytest.CaptureFixture[str], options: list[str], count: int
) -> None:
    simulation("20260928T000000.000", "1", "2", "3")
    assert main(["trades", *options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"]["trades"] == count


def test_without_a_trade_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    simulation("20260928T000000.000")
    assert main(["trades"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "no trade was closed"


def test_without_a_store_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trades"]) == 1
    assert "there is no store at logs/state" in capsys.readouterr().err


def test_what_is_no_store_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    (Path(STATE) / "sim-seed1-x.db").write_text("nothing that a database would say" * 9)
    assert main(["trades"]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_time_that_is_none_names_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trades", "--to", "soon"]) == 1
    assert capsys.readouterr().err.startswith("--to: 'soon' is not a time")
