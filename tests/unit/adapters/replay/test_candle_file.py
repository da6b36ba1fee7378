"""A file is read whole and checked, or refused with its first bad line."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from noctule.adapters.replay.cache import CandleCache
from noctule.adapters.replay.candle_file import read_candles
from noctule.adapters.replay.sources import sha256_of
from noctule.domain.errors import ConfigError
from noctule.domain.values import Timeframe
from tests.fakes.recorded_files import (
    HEADER,
    PACKINGS,
    START_MS,
    candle_row,
    random_rows,
    write_rows,
)


def refusal(path: Path, timeframe: Timeframe = Timeframe.M1) -> str:
    with pytest.raises(ConfigError) as caught:
        read_candles(path, timeframe, cache=None, on_bytes=lambda _at: None)
    return str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize("suffix", PACKINGS)
def test_a_file_is_known_with_its_rows_and_hash(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a{suffix}", random_rows(100))

    file = read_candles(path, Timeframe.M1, cache=None, on_bytes=lambda _at: None)

    assert (file.source.path, file.source.rows, len(file.block)) == (path, 100, 100)
    assert file.source.sha256 == sha256_of(path)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], f": is empty, should hold {HEADER}"),
        (
            ["2023-01-01 00:00:00+00:00,1,1,1,1,1,2,,,,"],
            ':2: open_time is "2023-01-01 00:00:00+00:00",'
            " should be milliseconds like 1672531200000",
        ),
        (
            [candle_row(1), candle_row(0)],
            f":3: open_time {START_MS} is before {START_MS + 60_000} above it, should be after it",
        ),
        (
            [candle_row(0), candle_row(0)],
            f":3: open_time {START_MS} comes twice, should come once",
        ),
        (
            [candle_row(0), candle_row(1, prices="NaN,110,95,105")],
            ':3: open is "NaN", should be a price',
        ),
        ([candle_row(prices="100,110,,105")], ":2: low is blank, should be a price"),
        ([candle_row(volume="-4")], ":2: volume is -4, should be 0 or more"),
        (
            [candle_row(prices="100,110,101,105")],
            ":2: low 101 is above open 100, should be the lowest",
        ),
        (
            [candle_row(0), candle_row(0, start_ms=START_MS + 90_000)],
            f":3: open_time {START_MS + 90_000} is off the 1m grid, should be {START_MS + 60_000}",
        ),
        (
            [candle_row().replace("000,", ",", 1)],
            ":2: open_time 1672531200 is in seconds, should be milliseconds: 1672531200000",
        ),
        ([candle_row(), "1672531260000,1"], ":3: 2 columns, should be 11 as in line 1"),
    ],
)
def test_a_bad_file_is_refused_with_its_first_bad_line(
    tmp_path: Path, rows: list[str], told: str
) -> None:
    for suffix in (".csv", ".csv.gz", ".zip"):
        assert refusal(write_rows(tmp_path / f"a{suffix}", rows)) == told


def test_candles_of_another_length_are_refused(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "BTCUSDT-5m-1.csv", [candle_row()])

    assert refusal(path, Timeframe.M5) == (
        f":2: close_time {START_MS + 59_999} does not end this 5m candle,"
        f" should be {START_MS + 299_999}"
    )


def test_parquet_is_refused_with_its_row(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.parquet", [candle_row(0), candle_row(1, volume="-4")])
    assert refusal(path) == ":2: volume is -4, should be 0 or more"


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path / "a.csv")
    assert told.startswith(": cannot be read, should be fetched again: [Errno 2] No such file")


def test_an_archive_of_two_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x05\x06" + bytes(18))
    assert refusal(path) == ": holds 0 .csv files, should hold one"


SPOILS: list[Callable[[Random], str]] = [
    lambda _: "",
    lambda _: "x",
    lambda _: "nan",
    lambda _: "-1",
    lambda _: "1e400",
    lambda _: "0",
    lambda random: str(random.randrange(10**20)),
    lambda random: f"{random.random() * 1e9:.3f}",
    lambda _: "1_0",
    lambda _: " 7",
    lambda _: '"',
]


@pytest.mark.parametrize("seed", range(120))
def test_whatever_is_refused_is_refused_with_a_line(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    rows = random_rows(12, seed=seed)
    number = random.randrange(12)
    fields = rows[number].split(",")
    fields[random.randrange(11)] = random.choice(SPOILS)(random)
    rows[number] = ",".join(fields)
    path = write_rows(tmp_path / "a.csv", rows)

    told = f"{path}:{number + 2}: "
    try:
        read_candles(path, Timeframe.M1, cache=None, on_bytes=lambda _at: None)
    except ConfigError as exc:
        told = str(exc)  # else what was written instead is possible, too

    assert told.startswith(f"{path}:{number + 2}: ")


def test_a_file_that_is_written_to_meanwhile_is_refused(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", random_rows(20_000))

    def write_on(_at: int) -> None:
        with path.open("a") as file:
            file.write("\n")

    with pytest.raises(ConfigError) as caught:
        read_candles(path, Timeframe.M1, cache=None, on_bytes=write_on)

    assert str(caught.value) == f"{path}: was written to while it was read, should be whole first"


def test_what_was_read_once_comes_from_the_cache(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv.gz", random_rows(100))
    cache = CandleCache(tmp_path / "cache")
    told: list[int] = []

    first = read_candles(path, Timeframe.M1, cache=cache, on_bytes=told.append)
    assert told
    told.clear()
    second = read_candles(path, Timeframe.M1, cache=cache, on_bytes=told.append)

    assert not told
    assert second.source == first.source
    assert second.block.close.tolist() == first.block.close.tolist()
