"""`data fetch`: files, a report, and one clear line where it does not go."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from noctule.app.cli.program import main
from tests.fakes.told_past import JUNE_MS, MAY_MS, HeldArchive
from tests.fakes.web_server import Reaction, WebServer, cut, hang, served, status

MAY = ("--interval", "4h", "--from", "2023-05-01", "--to", "2023-06-01")


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def held(tmp_path: Path) -> HeldArchive:
    return HeldArchive(tmp_path / "archive")


@pytest.fixture
def server(held: HeldArchive) -> Iterator[WebServer]:
    held.month(MAY_MS, JUNE_MS)
    with served(held.folder) as server:
        yield server


def fetch(*words: str) -> int:
    return main(["data", "fetch", *words])


def test_an_archive_is_fetched_and_reported(
    held: HeldArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    held.month(MAY_MS, JUNE_MS)

    assert fetch("BTCUSDT", *MAY, "--archive", "archive") == 0

    captured = capsys.readouterr()
    assert "BTCUSDT 4h  1      0             186" in captured.out
    assert captured.err == ""
    assert [each.name for each in Path("data").iterdir()] == ["BTCUSDT-4h-20230501-20230531.zip"]


def test_json_is_for_programs(held: HeldArchive, capsys: pytest.CaptureFixture[str]) -> None:
    held.month(MAY_MS, JUNE_MS)

    assert fetch("BTCUSDT", *MAY, "--archive", "archive", "--into", "here/below", "--json") == 0

    document = json.loads(capsys.readouterr().out)
    assert (document["folder"], document["source"]) == ("here/below", "archive")
    assert [each["rows"] for each in document["fetched"]] == [186]


def test_a_wrong_checksum_is_told_after_the_report_and_ends_with_1(
    held: HeldArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    held.month(MAY_MS, JUNE_MS, checksum="1" * 64)

    assert fetch("BTCUSDT", *MAY, "--archive", "archive") == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert "its .CHECKSUM says 1111111111111111…: it is not kept, fetch again" in line


def test_a_symbol_without_anything_is_told_as_such(
    held: HeldArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    held.month(MAY_MS, JUNE_MS)

    assert fetch("BTCUSDT", "ETHUSDT", *MAY, "--archive", "archive") == 1

    captured = capsys.readouterr()
    assert captured.err == "ETHUSDT 4h: archive has nothing of it\n"
    assert "BTCUSDT 4h" in captured.out


def test_a_server_that_cuts_one_download_is_asked_again(
    server: WebServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.react("2023-05.zip", cut)

    assert fetch("BTCUSDT", *MAY, "--archive", server.url) == 0

    assert "3 requests" in capsys.readouterr().out


@pytest.mark.parametrize("reaction", [cut, status(503)])
def test_a_server_that_does_not_get_it_over_ends_with_75_and_is_gone_on_with(
    server: WebServer, capsys: pytest.CaptureFixture[str], reaction: Reaction
) -> None:
    server.react("2023-05.zip", *[reaction] * 3)

    assert fetch("BTCUSDT", *MAY, "--archive", server.url) == 75

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("noctule: the archive cannot be reached: http://127.0.0.1:")
    assert line.endswith(
        "; what was written to data (0 of its files) is whole, run the same command again to go on"
    )
    assert list(Path("data").iterdir()) == []
    assert fetch("BTCUSDT", *MAY, "--archive", server.url) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_what_is_whole_and_says_how_to_go_on(
    held: HeldArchive,
    server: WebServer,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
) -> None:
    server.react("2023-06.zip", hang)
    waits = Timer(0.5, os.kill, (os.getpid(), number))
    waits.start()

    words = ("--interval", "4h", "--from", "2023-05-01", "--to", "2023-07-01")
    assert fetch("BTCUSDT", *words, "--archive", server.url) == 130

    waits.join()
    assert capsys.readouterr().err == (
        "noctule: interrupted; what was written to data (1 of its files) is whole, run the same "
        "command again to go on\n"
    )
    assert [each.name for each in Path("data").iterdir()] == ["BTCUSDT-4h-20230501-20230531.zip"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["BTCUSDT", "--interval", "5min", "--from", "2023-05-01"],
            "--interval 5min: unknown, did you mean '5m'?",
        ),
        (
            ["BTCUSDT", "--interval", "4h", "--from", "May"],
            "--from May: no date, write 2023-01-01 or 2023-01-01T00:00 (UTC)",
        ),
        (
            ["BTCUSDT", "--interval", "4h", "--from", "2023-05-02", "--to", "2023-05-01"],
            "--from 2023-05-02: should be before --to 2023-05-01",
        ),
        (["BTC/USDT", *MAY], "BTC/USDT: no symbol, write one like BTCUSDT"),
        (
            ["BTCUSDT", *MAY, "--archive", "nowhere"],
            "--archive nowhere: no archive is there, data/futures/um/monthly should be below",
        ),
        (["BTCUSDT", *MAY, "--into", "configs/noctule.ini"], None),
    ],
)
def test_wrong_use_is_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], line: str | None
) -> None:
    extra = [] if line else ["--archive", "nowhere"]
    assert fetch(*words, *extra) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"{line or '--into configs/noctule.ini: File exists'}\n"


def test_a_simulation_without_an_address_says_what_to_set_and_makes_no_folder(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert fetch("BTCUSDT", *MAY) == 1

    assert capsys.readouterr().err == (
        "[api] environment: sim has no past to fetch, say --set api.environment=paper for "
        "Binance's (no key is needed), or --set api.rest_url=http://… for an exchange that runs\n"
    )
    assert not Path("data").exists()


def test_an_exchange_that_is_not_there_ends_with_75(capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch("BTCUSDT", *MAY, "--set", "api.rest_url=http://127.0.0.1:9") == 75

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("noctule: the exchange cannot be reached: no connection for GET")


def test_the_help_has_an_example_and_says_utc(capsys: pytest.CaptureFixture[str]) -> None:
    assert fetch("--help") == 0

    shown = capsys.readouterr().out
    assert "Example: noctule data fetch BTCUSDT ETHUSDT --interval 5m" in shown
    assert "UTC" in shown
