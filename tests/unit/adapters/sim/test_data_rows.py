"""Rows of data files, whatever they are packed in."""

import gzip
import zipfile
from pathlib import Path

import pyarrow
import pytest
from pyarrow.parquet import write_table

from noctule.adapters.sim.data_rows import BadData, rows_of, to_ms

COLUMNS = ("time", "price")
TEXT = "time,price\n1,10\n2,11\n"
ROWS = [(2, ["1", "10"]), (3, ["2", "11"])]


def test_plain_gzipped_and_zipped_files_have_the_same_rows(tmp_path: Path) -> None:
    plain, gzipped, zipped = (tmp_path / name for name in ("a.csv", "a.csv.gz", "a.zip"))
    plain.write_text(TEXT)
    gzipped.write_bytes(gzip.compress(TEXT.encode()))
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.csv", TEXT)
    for path in (plain, gzipped, zipped):
        assert list(rows_of(path, COLUMNS, needed=2)) == ROWS, path


def test_a_file_needs_no_header_and_empty_lines_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,10\n\n2,11\r\n")
    assert list(rows_of(path, COLUMNS, needed=2)) == [(1, ["1", "10"]), (3, ["2", "11"])]


def test_a_short_row_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,10\n2\n")
    with pytest.raises(BadData, match=r"a\.csv:2: 1 columns, 2 are needed"):
        list(rows_of(path, COLUMNS, needed=2))


def test_rows_of_parquet_are_counted_from_one(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_table(pyarrow.table({"price": [10, 11], "time": [1, 2]}), path)
    assert list(rows_of(path, COLUMNS, needed=2)) == [(1, ["1", "10"]), (2, ["2", "11"])]


def test_an_archive_must_hold_exactly_one_table(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("b.csv", TEXT)
    with pytest.raises(BadData, match=r"a\.zip: holds 2 \.csv files, should hold one"):
        list(rows_of(path, COLUMNS, needed=2))


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip", "a.parquet"])
def test_a_damaged_archive_is_refused_with_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"no archive at all")
    with pytest.raises(BadData, match=rf"{name}: cannot be read"):
        list(rows_of(path, COLUMNS, needed=2))


def test_microseconds_are_told_from_milliseconds() -> None:
    assert to_ms("1735689600000") == to_ms("1735689600000000") == 1_735_689_600_000
