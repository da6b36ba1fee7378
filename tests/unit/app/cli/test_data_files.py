"""`data verify` and `data list` say what files hold, and name the first bad line of a bad one."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from noctule.app.cli import data_files
from noctule.app.cli.program import main
from noctule.domain.values import Timeframe
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.recorded_files import (
    START_MS,
    candle_row,
    random_rows,
    write_funding,
    write_rows,
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is read out of the home of whoever runs the tests."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a gap, a halt, marks and funding."""
    place = tmp_path / "data"
    place.mkdir()
    halt = candle_row(5, volume="0", rest=",0,0,0,0", timeframe=Timeframe.M5)
    write_rows(
        place / "BTCUSDT-5m-2023-01.csv.gz",
        [candle_row(number, timeframe=Timeframe.M5) for number in (0, 1, 4)] + [halt],
    )
    write_rows(
        place / "BTCUSDT-5m-2023-02.csv",
        [candle_row(number, timeframe=Timeframe.M5) for number in range(288, 290)],
    )
    write_rows(place / "BTCUSDT-MARK-1h-2023.csv", [candle_row(timeframe=Timeframe.H1)])
    write_funding(place / "BTCUSDT-funding-2023.csv", f"{START_MS},8,0.0001")
    return place


def test_files_are_listed_with_what_they_lack(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "verify", str(folder)]) == 0

    captured = capsys.readouterr()
    assert captured.err == ""
    assert [line.split() for line in captured.out.splitlines()] == [
        [*("file", "symbol", "of", "from", "to"), *("rows", "gaps", "idle", "flaws")],
        [
            *("BTCUSDT-5m-2023-01.csv.gz", "BTCUSDT", "5m", "2023-01-01", "2023-01-01T00:30"),
            *("4", "1", "1", "0"),
        ],
        [
            *("BTCUSDT-5m-2023-02.csv", "BTCUSDT", "5m", "2023-01-02", "2023-01-02T00:10"),
            *("2", "0", "0", "0"),
        ],
        [
            *("BTCUSDT-MARK-1h-2023.csv", "BTCUSDT", "1h", "marks", "2023-01-01"),
            *("2023-01-01T01:00", "1", "0", "-", "0"),
        ],
        [
            *("BTCUSDT-funding-2023.csv", "BTCUSDT", "funding", "2023-01-01", "2023-01-01"),
            *("1", "0", "-", "0"),
        ],
        (
            f"{folder}/BTCUSDT-5m-2023-01.csv.gz: 2 candles are missing,"
            " 2023-01-01T00:10 to 2023-01-01T00:20"
        ).split(),
    ]


def test_a_bad_file_is_told_and_the_others_are_judged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write_rows(
        folder / "ETHUSDT-5m-2023-01.csv", [candle_row(volume="-4", timeframe=Timeframe.M5)] * 2
    )

    assert main(["data", "verify", str(folder)]) == 1

    captured = capsys.readouterr()
    assert captured.err == f"{bad}:2: volume is -4, should be 0 or more\n"
    (row,) = (line for line in captured.out.splitlines() if line.startswith(bad.name))
    assert row.split()[1:] == ["ETHUSDT", "5m", "-", "-", "0", "0", "-", "2"]
    assert len(captured.out.splitlines()) == 7


def test_gaps_beyond_the_first_are_left_to_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "BTCUSDT-1m-1.csv"
    write_rows(path, [candle_row(number) for number in range(0, 16, 2)])

    assert main(["data", "verify", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2] == f"{path}: 1 candle is missing, 2023-01-01T00:09 to 2023-01-01T00:10"
    assert lines[-1] == f"{path}: and 2 more gaps, --json has all"

    assert main(["data", "verify", str(path), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert len(told["gaps"]) == 7
    assert told["gaps"][0] == {
        "from_ms": START_MS + 60_000,
        "to_ms": START_MS + 120_000,
        "candles": 1,
    }
    assert (told["path"], told["rows"], told["problem"]) == (str(path), 8, None)


def test_what_is_there_is_listed_by_symbol_and_interval(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "list", str(folder)]) == 0

    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["symbol", "of", "from", "to", "rows", "files", "size"]
    assert [row[:-2] for row in rows[1:]] == [
        ["BTCUSDT", "5m", "2023-01-01", "2023-01-02T00:10", "6", "2"],
        ["BTCUSDT", "funding", "2023-01-01", "2023-01-01", "1", "1"],
        ["BTCUSDT", "1h", "marks", "2023-01-01", "2023-01-01T01:00", "1", "1"],
    ]

    assert main(["data", "list", str(folder), "--json"]) == 0
    series = json.loads(capsys.readouterr().out)["series"]
    assert [(each["kind"], each["timeframe"], each["files"]) for each in series] == [
        ("candles", "5m", 2),
        ("funding", None, 1),
        ("marks", "1h", 1),
    ]


def test_a_file_whose_name_says_nothing_is_left_out_of_a_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = write_rows(folder / "mine.csv", [candle_row()])

    assert main(["data", "list", str(folder)]) == 0
    told = capsys.readouterr().err
    assert told == f"{mine}: left out, its name does not say what it holds\n"

    assert main(["data", "verify", str(mine)]) == 1
    assert "the name should be like BTCUSDT-1m-2024-05.csv.gz" in capsys.readouterr().err

    said = ["--symbol", "btcusdt", "--interval", "1m"]
    assert main(["data", "verify", str(mine), *said]) == 0
    assert "BTCUSDT" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["verify", "list"])
def test_what_is_not_there_is_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "BTCUSDT-1m-1.csv"

    assert main(["data", command, str(path)]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"{path}: there is no such file or folder\n"


def test_nothing_is_kept_where_that_is_not_wanted(folder: Path, cache: Path) -> None:
    assert main(["data", "verify", str(folder), "--no-cache"]) == 0
    assert not cache.exists()

    assert main(["data", "verify", str(folder)]) == 0
    assert len(list((cache / "noctule").iterdir())) == 3


def test_a_narrow_terminal_has_the_name_on_a_line_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_files, "output", lambda **_: Console(width=80))

    assert main(["data", "verify", str(folder)]) == 0

    lines = capsys.readouterr().out.splitlines()[:-1]  # the last one tells of the gap
    assert lines[2] == "BTCUSDT-5m-2023-01.csv.gz"
    assert lines[3].split()[:2] == ["BTCUSDT", "5m"]
    assert max(map(len, lines)) <= 80


class OnTerminal:
    def isatty(self) -> bool:
        return True


def test_whoever_looks_on_sees_how_far_long_work_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[float] = []
    monkeypatch.setattr("sys.stderr", OnTerminal())

    class Bar:
        def __init__(self, **_: object) -> None: ...
        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None: ...
        def add_task(self, _title: str, *, total: float) -> int:
            shown.append(total)
            return 1

        def update(self, _task: int, *, completed: float) -> None:
            shown.append(completed)

    monkeypatch.setattr(data_files, "Progress", Bar)
    with data_files._progress([30_000_000, 10_000_000]) as tells:
        for tell in tells:
            tell(5)
    with data_files._progress([30, 10]) as tells:
        for tell in tells:
            tell(5)

    assert shown == [40_000_000, 5, 30_000_005]


@needs_data
def test_real_files_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "verify", str(DATA / "klines"), str(DATA / "funding"), "--json"]) == 0

    files = json.loads(capsys.readouterr().out)["files"]
    assert len(files) == 23
    assert {(each["flaws"], len(each["gaps"])) for each in files} == {(0, 0)}
    halted = {Path(each["path"]).name: each["idle"] for each in files if each["idle"]}
    assert halted == {
        "BTCUSDT-5m-20230801-20230930.csv.gz": 3,
        "LTCUSDT-5m-20230801-20230930.csv.gz": 3,
    }


def test_generated_files_are_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        write_rows(tmp_path / f"BTCUSDT-1m-{number}.csv.gz", random_rows(500, seed=number))

    assert main(["data", "verify", str(tmp_path), "--json"]) == 0

    files = json.loads(capsys.readouterr().out)["files"]
    assert [(each["rows"], each["flaws"]) for each in files] == [(500, 0)] * 3
