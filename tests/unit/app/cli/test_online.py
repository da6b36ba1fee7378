"""What `check --online` prints, and how it ends."""

import json
from pathlib import Path

import pytest

from noctule.app.cli import main
from noctule.app.cli.online import Report
from noctule.app.exits import ExitCode
from noctule.app.online.findings import failed, passed, warned

GOOD = passed("clock", "well")
DOUBTFUL = warned("rights", "may withdraw", remedy="make another")
BAD = failed("symbol", "unknown", remedy="correct it")


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[risk]\nmax_positions = 2\n")
    monkeypatch.chdir(tmp_path)
    for name in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report(findings=[GOOD]), ExitCode.DONE),
        (Report(findings=[GOOD, DOUBTFUL]), ExitCode.DONE),
        (Report(findings=[GOOD, BAD]), ExitCode.WRONG_USE),
        (Report(findings=[BAD], is_out_of_reach=True), ExitCode.UNREACHABLE),
    ],
)
def test_the_worst_finding_is_the_exit_code(report: Report, code: ExitCode) -> None:
    assert report.exit_code is code


def test_in_sim_everything_is_asked_without_a_key_or_a_network(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--online"]) == 0

    printed = capsys.readouterr().out
    table, _, findings = printed.partition("\nconfiguration ")
    assert "  max_positions" in table
    topics = [line.split()[1] for line in findings.splitlines()[2:]]
    assert topics == [
        *("exchange", "clock", "symbol", "streams", "account"),
        *("leverage", "fees", "balance", "size"),
    ]


def test_for_programs_it_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--online", "--json", "--set", "trading.symbols=NOPEUSDT"]) == 1

    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"fingerprint", "settings", "verdict", "findings"}
    assert document["verdict"] == "FAIL"
    assert {
        "topic": "symbol",
        "verdict": "FAIL",
        "text": "NOPEUSDT is not listed",
        "remedy": "correct [trading] symbols",
    } in document["findings"]


def test_a_probe_asks_first_and_tries_every_order_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--probe"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "ok    probe     STOP_MARKET: placed, read back, heard, cancelled" in lines
    assert lines[-1] == "ok    probe     8 orders placed: none rests, none traded"


def test_a_balance_too_small_to_trade_is_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--online", "--set", "sim.balance=20"]) == 1

    (line,) = [each for each in capsys.readouterr().out.splitlines() if each.startswith("FAIL")]
    assert line.startswith("FAIL  size      BTCUSDT: 1 % of 20 USDT buys 0.000")
    assert "deposit at least" in line


def test_an_exchange_that_is_not_there_is_exit_code_75(capsys: pytest.CaptureFixture[str]) -> None:
    url = "http://127.0.0.1:9"
    assert main(["check", "--online", "--set", f"api.rest_url={url}"]) == 75

    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1].startswith(
        "FAIL  exchange  the simulated exchange at 127.0.0.1:9 cannot be reached: no connection"
    )
    assert captured.err == ""


def test_data_that_is_not_there_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    Path("BTCUSDT-1m-2023.csv").write_text("1700006400000,1,1,1,1,1,1700006459999,1,1,1,1\n")
    assert main(["check", "--online", "--set", "sim.data=BTCUSDT-1m-2023.csv"]) == 1
    assert capsys.readouterr().err.startswith("[sim] data: all of it is history")


def test_without_credentials_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--online", "--json", "--set", "api.environment=testnet"]) == 1

    captured = capsys.readouterr()
    assert "testnet needs credentials" in captured.err
    assert "findings" not in json.loads(captured.out)


def test_paper_has_no_account_to_probe_with(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--probe", "--set", "api.environment=paper"]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == ("--set [api] environment: paper has nothing to probe, take testnet\n")


def test_a_live_account_is_probed_only_when_that_is_said_twice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", "k" * 20)
    monkeypatch.setenv("BINANCE_API_SECRET", "s" * 20)
    live = ["--set", "api.environment=live", "--set", "api.rest_url=https://127.0.0.1:9"]

    assert main(["check", "--probe", *live]) == 1
    assert capsys.readouterr().err == (
        "--set [api] environment: --probe places orders on the live account (far from the market, "
        "and cancels them), add --live to say that you mean it\n"
    )
    assert main(["check", "--probe", "--live", *live]) == 75
