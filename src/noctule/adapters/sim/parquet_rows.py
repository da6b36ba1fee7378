"""Rows of a Parquet file, written as a .csv file would have them, a batch at a time."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyarrow import Array

__all__ = ["ParquetFlaw", "parquet_rows"]

_BATCH: Final = 1_000  # rows in memory
_BUFFER_BYTES: Final = 1 << 20


class ParquetFlaw(Exception):
    """The file is no Parquet, is damaged, or lacks a column."""


def parquet_rows(path: Path, names: Sequence[str], *, needed: int) -> Iterator[list[str]]:
    """Yield the rows with these columns, in this order; the first so many must be there."""
    # Here, not above: it takes a moment and some 40 MB, and most files are none of these.
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path, buffer_size=_BUFFER_BYTES) as file:
            there = file.schema_arrow.names
            lacking = [name for name in names[:needed] if name not in there]
            if lacking:
                raise ParquetFlaw(f"there is no column {', '.join(lacking)}")
            chosen = [name for name in names if name in there]
            batches = file.iter_batches(_BATCH, columns=chosen, use_threads=False)
            for batch in batches:
                columns = [
                    _texts(batch.column(name)) if name in there else [""] * len(batch)
                    for name in names
                ]
                yield from map(list, zip(*columns, strict=True))
    except ArrowException as exc:
        raise ParquetFlaw(str(exc)) from exc


def _texts(column: "Array") -> list[str]:
    """Write a column as text: moments as milliseconds, numbers plainly, what is missing as ""."""
    import pyarrow
    from pyarrow import types

    if types.is_timestamp(column.type):
        as_ms = pyarrow.timestamp("ms", tz=column.type.tz)
        column = column.cast(as_ms, safe=False).cast(pyarrow.int64())
    texts = column.cast(pyarrow.string()).to_pylist()
    if types.is_floating(column.type):
        return [_plain(text) for text in texts]
    return [text or "" for text in texts]


def _plain(text: str | None) -> str:
    """Write a number without an exponent, for whole ones are read as integers."""
    if text is None or text == "nan":
        return ""
    return f"{Decimal(text):f}" if "e" in text else text
