"""`why` finds the candle that a person means, beside a running daemon, or says what there is."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.app.cli import main
from noctule.domain.observation import Answer
from noctule.domain.values import Timeframe
from tests.fakes.controlled import ETHUSDT, Controlled, a_view, listening
from tests.fakes.ledger_scene import LONG, LedgerScene


@pytest.fixture(autouse=True)
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerScene]:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[trading]\nsymbols = BTCUSDT\n")
    monkeypatch.chdir(tmp_path)
    scene = LedgerScene(tmp_path / "logs/state/sim-seed1-a.db")
    for minute in range(4):
        scene.see(minute)
    scene.see(4, Answer.SIGNAL, said=LONG)
    scene.refuse(4)
    scene.see(4, timeframe=Timeframe.M5)
    yield scene  # its file stays open: somebody trades on
    scene.close()


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["why", *words]) == 0
    return capsys.readouterr().out.splitlines()


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["why", *words]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


def headings(lines: list[str]) -> list[str]:
    return [each for each in lines if "the candle that closed" in each]


def test_without_a_time_it_is_the_newest_candle_and_every_bar_that_closed_with_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = printed(capsys, "btcusdt")
    assert headings(lines) == [
        "BTCUSDT 1m, the candle that closed 2026-09-28 00:05:00 UTC",
        "BTCUSDT 5m, the candle that closed 2026-09-28 00:05:00 UTC",
    ]
    assert "  verdict            refused by max_positions" in lines


def test_a_time_may_be_two_words(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "BTCUSDT", "2026-09-28", "00:02")
    assert headings(lines) == ["BTCUSDT 1m, the candle that closed 2026-09-28 00:02:00 UTC"]
    assert "  sma_cross          nothing: no signal" in lines


def test_a_timeframe_alone_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert headings(printed(capsys, "BTCUSDT", "00:03", "--timeframe", "5m")) == [
        "BTCUSDT 5m, the candle that closed 2026-09-28 00:05:00 UTC"
    ]


def test_a_date_alone_sums_the_day_up(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "BTCUSDT", "2026-09-28")
    assert lines[0] == "BTCUSDT 1m, 5 candles closed"
    assert "      1 refused by max_positions, the last time: 3 of 3 positions" in lines


def test_json_is_a_list_of_candles_or_the_summary_of_a_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (text,) = printed(capsys, "BTCUSDT", "--json", "--strategy", "sma_cross")
    assert [each["timeframe"] for each in json.loads(text)] == ["1m", "5m"]
    (text,) = printed(capsys, "BTCUSDT", "2026-09-28", "--json")
    assert json.loads(text)["refused"] == {"max_positions": 1}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ETHUSDT",), "ETHUSDT is not in logs/state/sim-seed1-a.db, it has BTCUSDT\n"),
        (
            ("BTCUSDT", "2026-09-29", "00:00"),
            "BTCUSDT 1m has no closed candle at '2026-09-29 00:00': nobody was asked then. The "
            "store has 5, the first closed 2026-09-28 00:01, the last 2026-09-28 00:05 UTC, name a "
            "time between them\n",
        ),
        (
            ("BTCUSDT", "--timeframe", "1h"),
            "BTCUSDT has no 1h candles in logs/state/sim-seed1-a.db, take one of 1m, 5m\n",
        ),
        (
            ("BTCUSDT", "--strategy", "mine"),
            "mine was not asked about that candle, sma_cross was\n",
        ),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert refused(capsys, *words) == told


def test_a_timeframe_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--timeframe 7m: take one of 1m, 3m" in refused(capsys, "BTCUSDT", "--timeframe", "7m")


def test_a_file_that_is_no_store_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("notes.db").write_text("no database at all, but long enough to be looked at" * 20)
    told = refused(capsys, "BTCUSDT", "--set", "store.url=sqlite:///notes.db")
    assert "notes.db cannot be read" in told


def test_an_earlier_store_has_no_ledger_yet(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty.db").touch()
    told = refused(capsys, "BTCUSDT", "--set", "store.url=sqlite:///empty.db")
    assert "empty.db cannot be read" in told
    assert "start the bot on it" in told


def test_without_a_socket_nobody_is_asked_what_is_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert headings(printed(capsys, "BTCUSDT", "--set", "control.socket="))


@pytest.mark.parametrize(("words", "is_told"), [((), True), (("00:03",), False)])
def test_of_the_newest_candle_a_running_bot_says_what_it_waits_for_now(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], is_told: bool
) -> None:
    (market,) = a_view().markets
    now = replace(market, waits_for="SMA 10 is 1 % below SMA 30")
    view = a_view(markets=(replace(now, symbol=ETHUSDT), now))
    with listening(Path("logs/state/control.sock"), Controlled(view)):
        lines = printed(capsys, "BTCUSDT", *words)
    said = ["", "Now", f"  {market.strategy}: SMA 10 is 1 % below SMA 30"]
    assert (lines[-3:] == said) is is_told


def test_marks_that_cannot_be_written_are_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", plain)
    assert main(["why", "BTCUSDT"]) == 0
    written = plain.buffer.getvalue().decode()
    assert "  NO max_positions   3 of 3 positions" in written
