import gzip
from pathlib import Path

import pytest

from noctule.app.explain.recorded import Recording, recorded_candles
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS
from tests.fakes.explained import rows, write_rows

MINUTE_MS = 60_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with two symbols, two intervals, and what is no candle file."""
    for name, interval_ms in (("BTCUSDT-1m-a", MINUTE_MS), ("BTCUSDT-1h", 60 * MINUTE_MS)):
        write_rows(
            tmp_path / f"{name}.csv", rows([100.0], from_ms=START_MS, interval_ms=interval_ms)
        )
    write_rows(
        tmp_path / "BTCUSDT-1m-b.csv", rows([101.0, 102.0], from_ms=START_MS + MINUTE_MS)
    )  # fmt: skip
    (tmp_path / "ETHUSDT-1m.csv.gz").write_bytes(
        gzip.compress("\n".join(rows([7.0], from_ms=START_MS)).encode())
    )
    write_rows(tmp_path / "BTCUSDT-1m-MARK-1.csv", rows([9.0], from_ms=START_MS))
    write_rows(tmp_path / "notes.csv", ["hello"])
    return tmp_path


def closes(recording: Recording) -> list[float]:
    return [candle.close for candle in recording.candles]


def test_files_of_a_symbol_and_interval_are_read_one_after_the_other(folder: Path) -> None:
    recording = recorded_candles([folder], symbol="BTCUSDT", interval="1m")

    assert (recording.symbol, recording.timeframe) == (BTCUSDT, Timeframe.M1)
    assert closes(recording) == [100.0, 101.0, 102.0]


def test_blank_columns_are_filled_as_the_simulated_exchange_fills_them(folder: Path) -> None:
    (candle,) = recorded_candles([folder / "BTCUSDT-1m-a.csv"], symbol=None, interval=None).candles

    assert candle.flaw() is None
    assert (candle.open, candle.high, candle.low, candle.close) == (100.0, 101.0, 99.0, 100.0)
    assert (candle.volume, candle.taker_buy_volume, candle.trades) == (10.0, 5.0, 4)
    assert candle.quote_volume == 1_000.0


def test_longer_candles_are_built_from_the_longest_that_fit(tmp_path: Path) -> None:
    minutes = [100.0 + number for number in range(10)]
    write_rows(tmp_path / "BTCUSDT-1m.csv", rows(minutes, from_ms=START_MS))

    recording = recorded_candles([tmp_path], symbol=None, interval="5m")

    assert recording.timeframe is Timeframe.M5
    assert closes(recording) == [104.0, 109.0]


def test_a_longer_candle_with_a_hole_in_it_is_never_built(tmp_path: Path) -> None:
    lines = [
        *rows([100.0] * 7, from_ms=START_MS),
        *rows([200.0] * 12, from_ms=START_MS + 8 * MINUTE_MS),
    ]
    write_rows(tmp_path / "BTCUSDT-1m.csv", lines)

    recording = recorded_candles([tmp_path], symbol=None, interval="5m")

    assert [candle.open_ms - START_MS for candle in recording.candles] == [
        0, 10 * MINUTE_MS, 15 * MINUTE_MS,
    ]  # fmt: skip


def test_a_file_of_another_name_holds_what_the_options_say(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "mine.csv", rows([100.0], from_ms=START_MS))

    assert closes(recorded_candles([file], symbol="BTCUSDT", interval="1m")) == [100.0]


@pytest.mark.parametrize(
    ("symbol", "interval", "problem"),
    [
        (None, "1m", "holds BTCUSDT, ETHUSDT: say which with --symbol"),
        ("BTCUSD", "1m", "no file holds 'BTCUSD', did you mean 'BTCUSDT'?"),
        ("BTCUSDT", None, "holds BTCUSDT in 1m, 1h: say which with --interval"),
    ],
)
def test_what_cannot_be_chosen_is_said_with_the_choices(
    folder: Path, symbol: str | None, interval: str | None, problem: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        recorded_candles([folder], symbol=symbol, interval=interval)

    assert str(refused.value) == f"--data: {problem}"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere", "there is no such file or folder"),
        ("BTCUSDT-1h.csv", "1m cannot be built from 1h"),
        ("notes.csv", "the name should be SYMBOL-INTERVAL"),
        ("BTCUSDT-1m-MARK-1.csv", "no candle file is there"),
    ],
)
def test_what_cannot_be_used_is_refused(folder: Path, name: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        recorded_candles([folder / name], symbol=None, interval="1m")


def test_a_bad_row_is_told_by_file_and_line_when_it_is_read(tmp_path: Path) -> None:
    file = write_rows(
        tmp_path / "BTCUSDT-1m.csv", [*rows([1.5], from_ms=START_MS), "x,1,1,1,1,1,1"]
    )
    recording = recorded_candles([file], symbol=None, interval=None)

    next(recording.candles)

    with pytest.raises(ConfigError, match=r"^--data: .*BTCUSDT-1m\.csv:2: not a candle"):
        next(recording.candles)
