"""Rows of Parquet files: the same text, however a column is typed."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow.parquet import write_table

from noctule.adapters.sim.parquet_rows import ParquetFlaw, parquet_rows

OPEN_MS = 1_700_006_400_000


def rows(path: Path, columns: dict[str, Any], *names: str, needed: int = 1) -> list[list[str]]:
    write_table(pyarrow.table(columns), path)
    return list(parquet_rows(path, names, needed=needed))


@pytest.mark.parametrize(
    "times",
    [
        pyarrow.array([OPEN_MS]),
        pyarrow.array([float(OPEN_MS)]),
        pyarrow.array([str(OPEN_MS)]),
        pyarrow.array([OPEN_MS], pyarrow.timestamp("ms")),
        pyarrow.array([OPEN_MS * 1_000 + 999], pyarrow.timestamp("us", tz="UTC")),
        pyarrow.array([OPEN_MS * 1_000_000 + 999_999], pyarrow.timestamp("ns", tz="UTC")),
    ],
    ids=lambda times: str(times.type),
)
def test_a_time_is_milliseconds(tmp_path: Path, times: pyarrow.Array) -> None:
    assert rows(tmp_path / "a.parquet", {"time": times}, "time") == [[str(OPEN_MS)]]


@pytest.mark.parametrize(
    ("prices", "texts"),
    [
        ([28147.3, 60_000.0, 0.00001, 0.1], ["28147.3", "60000", "0.00001", "0.1"]),
        (pyarrow.array([28147.3], pyarrow.float32()), ["28147.3"]),
        ([Decimal("28147.30")], ["28147.30"]),
        ([28147, None], ["28147", ""]),
        ([28147.3, float("nan"), None], ["28147.3", "", ""]),
        (["28147.30", None], ["28147.30", ""]),
        ([True, False], ["true", "false"]),
    ],
)
def test_a_value_is_written_as_a_csv_file_would(
    tmp_path: Path, prices: Any, texts: list[str]
) -> None:
    assert rows(tmp_path / "a.parquet", {"price": prices}, "price") == [[text] for text in texts]


def test_columns_are_found_by_name_and_others_are_left_alone(tmp_path: Path) -> None:
    columns = {"note": ["x"], "close": [2], "open": [1]}
    assert rows(tmp_path / "a.parquet", columns, "open", "close") == [["1", "2"]]


def test_a_column_that_may_be_missing_is_blank(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.parquet", {"open": [1, 2]}, "open", "count") == [["1", ""], ["2", ""]]


def test_a_column_that_must_be_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParquetFlaw, match="there is no column high, low"):
        rows(tmp_path / "a.parquet", {"open": [1]}, "open", "high", "low", needed=3)


def test_rows_come_in_order_over_many_batches(tmp_path: Path) -> None:
    numbers = range(2_500)
    found = rows(tmp_path / "a.parquet", {"open": list(numbers)}, "open")
    assert found == [[str(number)] for number in numbers]


def test_what_is_no_parquet_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_text("open,high\n")
    with pytest.raises(ParquetFlaw, match="Parquet"):
        list(parquet_rows(path, ["open"], needed=1))


def test_whoever_replays_no_parquet_does_not_load_its_reader() -> None:
    script = "import sys, noctule.adapters.sim.venue; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
