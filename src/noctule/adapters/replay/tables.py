"""A candle file's columns, a stretch of rows at a time, each number exactly as its text says."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow
from pyarrow import ArrowException, csv, parquet

from noctule.adapters.replay.layout import CANDLES, Header, header_of
from noctule.adapters.replay.packings import UNREADABLE, opened

if TYPE_CHECKING:
    from pyarrow import RecordBatch

__all__ = ["OnBytes", "Unread", "tables"]

OnBytes = Callable[[int], None]  # how many bytes of the file were read so far

_BYTES: Final = 1 << 20  # of text in memory at a time
_ROWS: Final = 16_384
_INTEGERS: Final = {"open_time", "close_time", "count"}


class Unread(Exception):
    """The file, or a row of it, is not what it should be; the scan for flaws says where."""


def tables(path: Path, on_bytes: OnBytes) -> "Iterator[RecordBatch]":
    """Yield the rows, stretch after stretch, with those columns of the archive that are there."""
    try:
        if path.suffix == ".parquet":
            yield from _of_parquet(path)
        else:
            yield from _of_text(path, on_bytes)
    except (*UNREADABLE, ArrowException) as exc:
        raise Unread(str(exc)) from exc


def _of_text(path: Path, on_bytes: OnBytes) -> "Iterator[RecordBatch]":
    with opened(path) as file:
        header = header_of(file.unpacked.readline(), CANDLES)
    if header.flaw is not None:
        raise Unread(header.flaw)
    with opened(path) as file, csv.open_csv(file.unpacked, **_options(header)) as reader:
        for batch in reader:
            on_bytes(file.bytes_read)
            yield batch


def _options(header: Header) -> dict[str, object]:
    beyond = [f"_{place}" for place in range(len(CANDLES.names), header.columns)]
    there = [*CANDLES.names[: header.columns]]
    return {
        "read_options": csv.ReadOptions(
            use_threads=False,
            block_size=_BYTES,
            column_names=[*there, *beyond],
            skip_rows=header.lines,
        ),
        "convert_options": csv.ConvertOptions(
            column_types={name: _type(name) for name in there},
            include_columns=there,
            null_values=[""],
            strings_can_be_null=True,
        ),
    }


def _of_parquet(path: Path) -> "Iterator[RecordBatch]":
    with parquet.ParquetFile(path) as file:
        there = file.schema_arrow.names
        lacking = [name for name in CANDLES.names[: CANDLES.needed] if name not in there]
        if lacking:
            raise Unread(f"there is no column {', '.join(lacking)}")
        chosen = [name for name in CANDLES.names if name in there]
        for batch in file.iter_batches(_ROWS, columns=chosen, use_threads=False):
            columns = [_cast(batch.column(name), name) for name in chosen]
            yield pyarrow.record_batch(columns, names=chosen)


def _cast(column: "pyarrow.Array", name: str) -> "pyarrow.Array":
    if pyarrow.types.is_timestamp(column.type):
        as_ms = pyarrow.timestamp("ms", tz=column.type.tz)
        column = column.cast(as_ms, safe=False)
    return column.cast(_type(name))


def _type(name: str) -> "pyarrow.DataType":
    if name in _INTEGERS:
        return pyarrow.int64()
    # A volume as text: how many decimals it was written with is wanted, too.
    return pyarrow.string() if name == "volume" else pyarrow.float64()
