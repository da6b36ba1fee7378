"""Numbers come out of a file as `float` reads their texts: decisions hang on the last digit."""

import struct
from pathlib import Path
from random import Random

import pyarrow
import pytest
from pyarrow.parquet import write_table

from noctule.adapters.replay.arrow_arrays import numbers_of
from noctule.adapters.replay.tables import Unread, tables
from tests.fakes.recorded_files import PACKINGS, START_MS, candle_row, random_rows, write_rows


def told_nothing(_at: int) -> None:
    pass


def some_text(random: Random) -> str:
    """Write a number in one of the ways that are hard to read."""
    ways = (
        lambda: f"{random.uniform(0, 1e5):.{random.randrange(1, 17)}f}",
        lambda: f"{random.randrange(10**24)}.{random.randrange(10**24)}",
        lambda: repr(struct.unpack("d", struct.pack("q", random.randrange(0x7FEFFFFFFFFFFFFF)))[0]),
        lambda: repr(random.randrange(10**20) / 10 ** random.randrange(20)),
        lambda: "9007199254740993",  # halfway between two floats
    )
    return random.choice(ways)()


def test_prices_are_exactly_what_float_reads(tmp_path: Path) -> None:
    random = Random(8)
    texts = [some_text(random) for _ in range(40_000)]
    rows = [f"0,{a},{b},{c},{d},1,0" for a, b, c, d in zip(*[iter(texts)] * 4, strict=True)]
    path = write_rows(tmp_path / "a.csv", rows, header=None)

    read = {name: list[float]() for name in ("open", "high", "low", "close")}
    for table in tables(path, told_nothing):
        for name in read:
            read[name] += numbers_of(table.column(name)).tolist()

    found = [number for four in zip(*read.values(), strict=True) for number in four]
    assert found == [float(text) for text in texts]


@pytest.mark.parametrize("suffix", PACKINGS)
def test_a_long_file_comes_in_stretches(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a{suffix}", random_rows(20_000))

    rows = [table.num_rows for table in tables(path, told_nothing)]

    assert len(rows) > 1
    assert sum(rows) == 20_000


def test_it_is_told_how_far_reading_is(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv.gz", random_rows(20_000))
    told: list[int] = []

    for _ in tables(path, told.append):
        pass

    assert told == sorted(told)
    assert told[-1] == path.stat().st_size


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".zip"])
@pytest.mark.parametrize("content", [b"", b"date,open\n", b"\x1f\x8b\x08", b"1,2,3,4,5,6,7\n8\n"])
def test_what_cannot_be_read_is_unread(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)

    with pytest.raises(Unread):
        list(tables(path, told_nothing))


def test_parquet_needs_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_table(pyarrow.table({"open_time": [START_MS], "open": [1.0]}), path)

    with pytest.raises(Unread, match="there is no column high, low, close, volume, close_time"):
        list(tables(path, told_nothing))


def test_columns_beyond_the_archives_are_left_out(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", [candle_row() + ",x,y"], header=None)

    (table,) = tables(path, told_nothing)

    assert table.num_columns == 11
