"""A flawed file is told by the lines that are bad."""

from pathlib import Path

import pyarrow
import pytest
from pyarrow.parquet import write_table

from noctule.adapters.replay.flaws import Flaw, flaws_of
from noctule.adapters.replay.judging import CandleJudge
from noctule.adapters.replay.layout import CANDLES
from noctule.domain.values import Timeframe
from tests.fakes.recorded_files import HEADER, PACKINGS, candle_row, random_rows, write_rows

FLAWED = [
    candle_row(0),
    candle_row(1, volume="-4"),
    candle_row(2),
    candle_row(3, volume="-5"),
]


def flaws_in(path: Path) -> list[str]:
    found = flaws_of(path, CANDLES, CandleJudge(Timeframe.M1))
    return [str(each).removeprefix(str(path)) for each in found]


@pytest.mark.parametrize("suffix", PACKINGS)
def test_every_bad_line_is_told(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a{suffix}", FLAWED)
    first = 1 if suffix == ".parquet" else 2  # where the header is a line

    assert flaws_in(path) == [
        f":{first + 1}: volume is -4, should be 0 or more",
        f":{first + 3}: volume is -5, should be 0 or more",
    ]


def test_blank_lines_and_no_header_count_rightly(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", ["", candle_row(0), "", FLAWED[1]], header=None)
    path.write_text(path.read_text().removeprefix("\n"))

    assert flaws_in(path) == [":3: volume is -4, should be 0 or more"]


def test_a_sound_file_has_none(tmp_path: Path) -> None:
    for suffix in PACKINGS:
        assert flaws_in(write_rows(tmp_path / f"a{suffix}", random_rows(50))) == []


def test_a_line_shorter_than_the_first_is_told(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", [candle_row(0), candle_row(1, rest="")])

    assert flaws_in(path) == [":3: 7 columns, should be 11 as in line 1"]


def test_a_stray_quote_is_told_where_it_stands(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", [candle_row(0, volume='"'), candle_row(1)])

    assert flaws_in(path) == [":2: 6 columns, should be 11 as in line 1"]


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".zip"])
def test_an_empty_file_is_told(tmp_path: Path, suffix: str) -> None:
    told = f": is empty, should hold {HEADER}"
    assert flaws_in(write_rows(tmp_path / f"a{suffix}", [])) == [told]
    assert flaws_in(write_rows(tmp_path / f"b{suffix}", [], header=None)) == [told]


def test_wrong_columns_are_told_with_the_first_line(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", FLAWED, header="date,open,high")

    assert flaws_in(path) == [f':1: column 1 is "date", should be open_time of {HEADER}']


def test_a_damaged_archive_is_told_with_how_far_it_goes(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv.gz", random_rows(5_000))
    path.write_bytes(path.read_bytes()[:50_000])

    (told,) = flaws_in(path)

    assert told.startswith(": cannot be read after line ")
    assert told.endswith(
        ", should be fetched again: Compressed file ended before the end-of-stream marker was"
        " reached"
    )


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    for suffix, why in [
        (".csv.gz", "Not a gzipped file (b'no')"),
        (".zip", "File is not a zip file"),
    ]:
        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"no archive")
        assert flaws_in(path) == [f": cannot be read, should be fetched again: {why}"]


def test_parquet_lacks_columns_or_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_table(pyarrow.table({"open_time": [1], "open": [1.0], "high": [1.0]}), path)
    assert flaws_in(path) == [":1: there is no column low, close, volume, close_time"]

    path.write_bytes(b"no parquet")
    (told,) = flaws_in(path)
    assert told.startswith(": cannot be read, should be fetched again: Parquet magic bytes not")


def test_a_flaw_is_written_with_its_place() -> None:
    assert str(Flaw(path=Path("a.csv"), line=3, what="is bad")) == "a.csv:3: is bad"
    assert str(Flaw(path=Path("a.csv"), line=None, what="is bad")) == "a.csv: is bad"
