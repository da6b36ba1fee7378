"""`exchange` as a process: it says where it is, answers there, and leaves when told to."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec
import pyarrow
import pytest
from pyarrow.parquet import write_table

from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.wire_rules import exchange_info
from noctule.app.cli import main
from tests.fakes.sim_desk import signed
from tests.fakes.sim_market import START_MS, rules_of

ROOT = Path(__file__).resolve().parents[4]
SHORT = ("--history", "30")  # later ones win


@contextmanager
def started(home: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "exchange", "--port", "0", *SHORT, *options],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("BINANCE")},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def told(process: "subprocess.Popen[str]") -> dict[str, object]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_prints_where_it_is_answers_there_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    with started(tmp_path, "--json", "--seed", "7", "--speed", "5") as process:
        address = told(process)
        with urlopen(f"{address['rest_url']}/fapi/v1/ping") as reply:
            answer = reply.read()
        process.send_signal(number)
        process.communicate()

    assert answer == b"{}"
    assert process.returncode == 0
    assert (address["seed"], address["speed"]) == (7, 5.0)
    assert str(address["stream_url"]).startswith("ws://127.0.0.1:")
    assert str(address["ws_api_url"]).endswith("/ws-fapi/v1")
    assert len(str(address["api_key"])) == len(str(address["api_secret"])) == 64


def test_what_the_printed_pair_signs_is_accepted(tmp_path: Path) -> None:
    with started(tmp_path, "--json", "--speed", "0", "--seed", "7") as process:
        address = told(process)
        with urlopen(f"{address['rest_url']}/fapi/v1/time") as reply:
            now_ms = json.loads(reply.read())["serverTime"]
        query = signed(f"timestamp={now_ms}", str(address["api_secret"]))
        url = f"{address['rest_url']}/fapi/v3/balance?{query}"
        with urlopen(Request(url, headers={"X-MBX-APIKEY": str(address["api_key"])})) as reply:
            (balance,) = json.loads(reply.read())

    assert (balance["asset"], balance["balance"]) == ("USDT", "10000.00000000")


def test_a_bad_row_ends_the_replay_with_its_line_when_its_time_has_come(tmp_path: Path) -> None:
    folder = tmp_path / "candles"
    folder.mkdir()
    rows = [candle(minute) for minute in range(501)]
    file = folder / "BTCUSDT-1m-2023.csv"
    file.write_text("\n".join([*rows, candle(501, high=59_000)]) + "\n")
    with started(tmp_path, "--json", "--speed", "100000", "--data", str(folder)) as process:
        told(process)
        _, reason = process.communicate()

    assert process.returncode == 1
    assert reason == f"[sim] data: {file}:502: high 59000 is not the highest of 60000 59990 60000\n"


def test_parquet_and_recorded_mark_prices_are_replayed(tmp_path: Path) -> None:
    names = ["open_time", "open", "high", "low", "close", "volume", "close_time"]
    for name, price in (("BTCUSDT-1m-2023", 60_000.0), ("BTCUSDT-1m-MARK-2023", 60_007.5)):
        opens = [START_MS + minute * 60_000 for minute in range(3)]
        prices = [[price] * 3] * 4
        columns = [opens, *prices, [2.0] * 3, [each + 59_999 for each in opens]]
        table = pyarrow.table(dict(zip(names, columns, strict=True)))
        write_table(table, tmp_path / f"{name}.parquet")
    with (
        started(tmp_path, "--json", "--history", "1", "--data", str(tmp_path)) as process,
        urlopen(f"{told(process)['rest_url']}/fapi/v1/premiumIndex?symbol=BTCUSDT") as reply,
    ):
        mark = json.loads(reply.read())["markPrice"]

    assert mark == "60007.50000000"


def candle(minute: int, *, high: int = 60_010) -> str:
    open_ms = START_MS + minute * 60_000
    return f"{open_ms},60000,{high},59990,60000,2,{open_ms + 59_999},120000,7,1,60000"


def test_trades_are_replayed_from_their_second_minute_on_without_a_history(tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT-trades-2023.csv"
    times = (START_MS, START_MS + 60_000)
    file.write_text("".join(f"1,60000,1,60000,{at},true\n" for at in times))
    with (
        started(tmp_path, "--json", "--history", "0", "--data", file.name) as process,
        urlopen(f"{told(process)['rest_url']}/fapi/v1/ticker/price?symbol=BTCUSDT") as reply,
    ):
        price = json.loads(reply.read())["price"]

    assert price == "60000.00"


def test_the_contracts_of_a_file_take_the_place_of_the_built_in_ones(tmp_path: Path) -> None:
    info = tmp_path / "info.json"
    answer = exchange_info(rules_of("ETHUSDT"), server_ms=0, terms=Terms())
    info.write_bytes(msgspec.json.encode(answer))
    with (
        started(tmp_path, "--json", "--rules", str(info)) as process,
        urlopen(f"{told(process)['rest_url']}/fapi/v1/exchangeInfo") as reply,
    ):
        listed = json.loads(reply.read())["symbols"]

    assert [each["symbol"] for each in listed] == ["ETHUSDT"]


def test_a_person_is_told_in_lines(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split(maxsplit=1)[0] for _ in range(6)]

    assert lines == ["REST", "streams", "WebSocket", "API", "API", "speed"]


def test_the_same_seed_has_the_same_keys(tmp_path: Path) -> None:
    with started(tmp_path, "--json") as one, started(tmp_path, "--json") as two:
        first, second = told(one), told(two)

    assert first["api_key"] == second["api_key"]
    assert first["rest_url"] != second["rest_url"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--data", "nowhere.csv"], "there is no file"),
        (["--speed", "-1"], "[sim] speed"),
        (["--port", "99999"], "--port"),
        (["--tiers", "tiers.json"], "--tiers: brackets of which contracts? Name --rules too"),
        (["--data", "."], "--data: .: no .csv, .csv.gz, .zip, .parquet file is there"),
    ],
)
def test_wrong_use_is_exit_code_1_with_the_reason(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["exchange", *options]) == 1
    assert reason in capsys.readouterr().err


def test_a_file_too_short_for_its_history_is_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "BTCUSDT-1m-2023.csv"
    file.write_text("1700006400000,1,1,1,1,1,1700006459999,1,1,1,1\n")

    assert main(["exchange", "--data", str(file)]) == 1
    assert "all of it is history" in capsys.readouterr().err


def test_a_symbol_without_rules_is_wrong_use_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("NOPEUSDT-1m-2023.csv").write_text(f"{candle(0)}\n")

    assert main(["exchange", "--data", "NOPEUSDT-1m-2023.csv"]) == 1
    assert capsys.readouterr().err == (
        "[sim] data: no contract rules for NOPEUSDT; give an exchangeInfo that lists all of them\n"
    )


def test_rules_that_cannot_be_read_are_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "BTCUSDT-1m-2023.csv").write_text("1700006400000,1,1,1,1,1,1700006459999,1,1,1,1\n")
    rules = tmp_path / "rules.json"
    rules.write_text("{")

    assert main(["exchange", "--data", "BTCUSDT-1m-2023.csv", "--rules", str(rules)]) == 1
    assert capsys.readouterr().err.startswith(f"--rules, --tiers: {rules}: ")


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with started(tmp_path, "--json") as first:
        port = str(told(first)["rest_url"]).rpartition(":")[2]
        with started(tmp_path, "--port", port) as second:
            _, reason = second.communicate()

    assert second.returncode == 1
    assert reason.startswith(f"--port {port}: ")
