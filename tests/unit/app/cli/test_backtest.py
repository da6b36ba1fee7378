"""`backtest` says what came of it, or in one line what is wrong with what it was given."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest

from noctule.app.cli import main
from tests.fakes.recorded_files import START_MS, candle_row, random_rows, write_rows
from tests.fakes.swinging_market import OPEN_MS, write_funding, write_swings

Run = Callable[..., tuple[int, str, str]]
OFTEN = ("--set", "strategy.fast=2", "--set", "strategy.slow=5", "--set", "risk.max_drawdown=1",
         "--set", "risk.max_daily_loss=1", "--from", str(OPEN_MS + 100 * 900_000))  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command at a home of its own; return its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)

    def ran(*words: str | Path) -> tuple[int, str, str]:
        code = main(["backtest", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return ran


@pytest.fixture
def swings(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    write_swings(folder, "BTCUSDT", minutes=15, candles=400, price=36_000.0, seed=3)
    write_funding(folder, "BTCUSDT", hours=100, seed=3)
    return folder


def one_line(run: Run, *words: str | Path) -> str:
    """Expect a refusal in one line, and nothing else."""
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    return err.rstrip("\n")


def test_what_came_of_it_is_told_beginning_with_the_doubts(run: Run, swings: Path) -> None:
    code, out, err = run("--data", swings, *OFTEN)
    assert (code, err) == (0, "")
    assert "doubt" in out.lower().splitlines()[0]
    assert "301 candles in " in out
    assert "\nresult " in out


def test_symbol_and_timeframe_are_taken_from_the_data(run: Run, swings: Path) -> None:
    _, out, _ = run("--data", swings, "--json", "-", *OFTEN)
    document = json.loads(out)
    assert document["timeframe"] == "15m"
    assert list(document["candles"]) == ["BTCUSDT"]


def test_json_on_standard_output_is_all_that_is_printed(run: Run, swings: Path) -> None:
    code, out, err = run("--data", swings, "--json", "-", *OFTEN)
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    document = json.loads(out)
    assert document["result_hash"]
    assert document["files"][0]["name"] == "BTCUSDT-15m-swings.csv"


def test_files_are_written_as_asked(run: Run, swings: Path, tmp_path: Path) -> None:
    page, told, lines = (tmp_path / name for name in ("r.html", "r.json", "t.jsonl"))
    code, out, err = run(
        "--data", swings, "--report", page, "--json", told, "--trades", lines, *OFTEN
    )
    assert (code, err) == (0, "")
    assert out
    assert page.read_text().startswith("<!DOCTYPE html>")
    trades = [json.loads(line) for line in lines.read_text().splitlines()]
    assert trades
    assert [each["number"] for each in trades] == list(range(1, len(trades) + 1))
    assert json.loads(told.read_bytes())["result_hash"]
    left = {each.name for each in tmp_path.iterdir()} - {"cache", "data"}
    assert left == {"r.html", "r.json", "t.jsonl"}


def test_files_that_are_there_are_replaced_and_keep_who_may_read_them(
    run: Run, swings: Path, tmp_path: Path
) -> None:
    told = tmp_path / "r.json"
    told.write_text("old and very much longer than nothing" * 9_000)
    assert run("--data", swings, "--json", told, *OFTEN)[0] == 0
    assert json.loads(told.read_bytes())["result_hash"]
    assert stat.S_IMODE(told.stat().st_mode) & 0o400


def test_the_same_run_again_has_the_same_hash_from_another_place(
    run: Run, swings: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "linked"
    elsewhere.symlink_to(swings)
    words = ("--json", "-", *OFTEN)
    first, second, third = (
        json.loads(run("--data", place, *words, *more)[1])
        for place, more in ((swings, ()), (elsewhere, ()), (swings, ("--no-cache",)))
    )
    for name in ("result_hash", "data_hash", "fingerprint"):
        assert first[name] == second[name] == third[name], name


def test_a_run_in_another_process_with_another_hash_seed_is_the_same(
    swings: Path, tmp_path: Path
) -> None:
    told = {_hash_of(swings, tmp_path, seed=seed) for seed in ("0", "1")}
    assert len(told) == 1


PROGRAM = (sys.executable, "-m", "noctule", "backtest")


def _hash_of(data: Path, home: Path, *, seed: str) -> str:
    words = [*PROGRAM, "--data", str(data), "--json", "-", *OFTEN]
    environment = os.environ | {"PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(home / "cache")}
    done = subprocess.run(words, cwd=home, env=environment, capture_output=True, check=True)
    document = json.loads(done.stdout)
    return f"{document['result_hash']} {document['data_hash']}"


GOOD = [candle_row(number) for number in range(600)]


def changed(number: int, row: str) -> list[str]:
    return [*GOOD[:number], row, *GOOD[number + 1 :]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (changed(7, candle_row(7, prices="100,nan,95,105")), "nan"),
        (changed(7, candle_row(7, volume="-1")), "volume"),
        (changed(7, candle_row(7, prices="100,99,95,105")), "high"),
        (changed(7, candle_row(6)), ""),
        (changed(7, candle_row(3)), ""),
        (changed(7, candle_row(7).replace(str(START_MS + 420_000), "2023-01-01 00:07+01:00")), ""),
        (changed(7, "a,b,c"), ""),
    ],
    ids=["NaN", "negative volume", "impossible", "twice", "unsorted", "zone", "short row"],
)
def test_a_wrong_row_is_named_in_one_line(
    run: Run, tmp_path: Path, rows: list[str], said: str
) -> None:
    path = write_rows(tmp_path / "BTCUSDT-1m-2023-01.csv", rows)
    line = one_line(run, "--data", path)
    assert path.name in line
    assert said in line.lower()


def test_wrong_columns_are_named(run: Run, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "BTCUSDT-1m-2023-01.csv", GOOD, header="a,b,c")
    assert path.name in one_line(run, "--data", path)


def test_an_empty_file_is_named(run: Run, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "BTCUSDT-1m-2023-01.csv", [])
    assert path.name in one_line(run, "--data", path)


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    assert "BTCUSDT-1m-gone.csv" in one_line(run, "--data", tmp_path / "BTCUSDT-1m-gone.csv")


def test_a_folder_without_candles_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert "nothing" in one_line(run, "--data", tmp_path / "nothing")


def test_candles_of_two_timeframes_are_told_apart_by_whoever_asks(
    run: Run, swings: Path, tmp_path: Path
) -> None:
    write_swings(swings, "BTCUSDT", minutes=5, candles=40, price=36_000.0, seed=3)
    assert "only of 15m, 5m" in one_line(run, "--data", swings)
    assert run("--data", swings, "--set", "trading.timeframe=15m", *OFTEN)[0] == 0


def test_times_in_microseconds_are_read(run: Run, tmp_path: Path) -> None:
    rows = []
    for number, row in enumerate(random_rows(600)):
        fields = row.split(",")
        fields[0] = f"{START_MS + number * 60_000}000"
        fields[6] = f"{START_MS + number * 60_000 + 59_999}999"
        rows.append(",".join(fields))
    path = write_rows(tmp_path / "BTCUSDT-1m-2025-01.csv", rows)
    code, out, err = run("--data", path, "--json", "-")
    assert (code, err) == (0, "")
    assert json.loads(out)["candles"] == {"BTCUSDT": 101}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2023-11-20", "--to", "2023-11-16"), "--from"),
        (("--from", "2030-01-01"), "--from"),
        (("--to", "2020-01-01"), "--to"),
        (("--from", "yesterday"), "--from: 'yesterday' is not a time"),
        (("--refine", "7m"), "--refine: '7m' is not a timeframe"),
        (("--refine", "1m"), "1m"),
        (("--set", "strategy.name=nobody"), "nobody"),
        (("--set", "strategy.path=gone.py"), "gone.py"),
        (("--set", "trading.symbols=XRPUSDT"), "XRPUSDT"),
        (("--set", "trading.timeframe=1h"), "1h"),
        (("--report", "no/such/folder/page.html"), "--report"),
        (("--json", "."), "--json"),
        (("--trades", "no/such/trades.jsonl"), "--trades"),
    ],
)
def test_a_wrong_wish_is_told_in_one_line(
    run: Run, swings: Path, words: tuple[str, ...], said: str
) -> None:
    assert said in one_line(run, "--data", swings, *words)


def test_data_that_are_all_history_are_told(run: Run, swings: Path) -> None:
    assert "500" in one_line(run, "--data", swings)


def test_no_data_are_asked_for(run: Run) -> None:
    assert "--data" in one_line(run)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told_before_the_work(
    run: Run, swings: Path, tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert "--report" in one_line(run, "--data", swings, "--report", locked / "page.html")


def test_looking_ahead_is_looked_for(run: Run, swings: Path) -> None:
    code, out, err = run("--data", swings, "--check-lookahead", *OFTEN)
    assert (code, err) == (0, "")
    assert "look-ahead: none; 10 runs were cut short" in out


PEEKS = """\
from noctule.strategies import Direction, Signal, Strategy

LAST = [0.0]


class Peeks(Strategy):
    def analyze(self, candle, view):
        kept, LAST[0] = LAST[0], candle.close
        way = Direction.LONG if candle.close > kept else Direction.SHORT
        return Signal(direction=way, reason=f"{kept} of another run")
"""


def test_a_strategy_that_keeps_state_from_run_to_run_is_found(
    run: Run, swings: Path, tmp_path: Path
) -> None:
    """What was kept stands for what came later: the last close of the whole run."""
    (tmp_path / "peeks.py").write_text(PEEKS)
    code, out, _ = run(
        "--data", swings, "--check-lookahead", "--set", "strategy.path=peeks.py", *OFTEN[4:]
    )
    assert code == 1
    assert "look-ahead: cut at" in out


def test_ctrl_c_ends_it_with_one_line_and_nothing_half_written(tmp_path: Path) -> None:
    write_swings(tmp_path, "BTCUSDT", minutes=15, candles=30_000, price=36_000.0, seed=3)
    words = [*PROGRAM, "--data", ".", "--json", "r.json", "--report", "r.html", *OFTEN]
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    child = subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=PIPE, stderr=PIPE)
    with child:
        while child.poll() is None and not list((tmp_path / "cache").rglob("*.*")):
            pass  # until the candles are read, and it trades
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=15)
    assert child.returncode == 130, err.decode()
    assert out == b""
    assert err.count(b"\n") <= 1, err.decode()
    assert b"Traceback" not in err
    assert not list(tmp_path.glob("r.*"))
