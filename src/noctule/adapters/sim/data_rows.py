"""Rows of a data file, whatever it is packed in: plain, .gz, .zip or Parquet, headed or not.

A file is read as it is needed, so its length costs no memory.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from noctule.adapters.sim.parquet_rows import ParquetFlaw, parquet_rows

__all__ = ["BadData", "Row", "rows_of", "to_ms"]

Row = tuple[int, list[str]]  # the line's number (of Parquet: the row's), its fields

_UNREADABLE: Final = (
    OSError,
    EOFError,
    UnicodeError,
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
    ParquetFlaw,
)
_MICROSECONDS_FROM: Final = 10**14  # as milliseconds this is the year 5138


class BadData(Exception):
    """A file cannot be used; the message names file, line and what to do."""


def rows_of(path: Path, names: Sequence[str], *, needed: int) -> Iterator[Row]:
    """Yield the rows, without the header: a first line that does not begin with a number.

    Columns are known by their place, in Parquet by their names. A row that has not the first so
    many is refused.
    """
    try:
        if path.suffix == ".parquet":
            yield from enumerate(parquet_rows(path, names, needed=needed), start=1)
            return
        with _opened(path) as text:
            yield from _rows(path, text, needed)
    except _UNREADABLE as exc:
        raise BadData(f"{path}: cannot be read: {exc}") from exc


def _rows(path: Path, text: TextIO, needed: int) -> Iterator[Row]:
    reader = csv.reader(text)
    for fields in reader:
        is_header = reader.line_num == 1 and fields and not fields[0].strip().isdigit()
        if is_header or not fields:
            continue
        if len(fields) < needed:
            raise BadData(f"{path}:{reader.line_num}: {len(fields)} columns, {needed} are needed")
        yield reader.line_num, fields


def to_ms(text: str) -> int:
    """Read a time in milliseconds, or in the microseconds that newer archives use."""
    time = int(text)
    return time // 1_000 if time >= _MICROSECONDS_FROM else time


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(_only_member(path, archive)) as raw:
            yield io.TextIOWrapper(raw, encoding="utf-8", newline="")
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            yield text
    else:
        with path.open(encoding="utf-8", newline="") as text:
            yield text


def _only_member(path: Path, archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if name.endswith(".csv")]
    if len(names) != 1:
        raise BadData(f"{path}: holds {len(names)} .csv files, should hold one")
    return names[0]
