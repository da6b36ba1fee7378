"""The slow look at a file that the fast one refused: which lines are bad, and why."""

import csv
import io
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from msgspec import Struct
from pyarrow import ArrowException, parquet
from typing_extensions import override

from noctule.adapters.replay.judging import Judge
from noctule.adapters.replay.layout import Header, Layout, header_of
from noctule.adapters.replay.packings import UNREADABLE, opened
from noctule.adapters.replay.parquet_texts import texts_of

__all__ = ["Flaw", "flaws_of"]

_ROWS: Final = 1_000  # of a Parquet file in memory


class Flaw(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a file; without a line it is the file as a whole."""

    path: Path
    line: int | None  # of Parquet the row
    what: str

    @override
    def __str__(self) -> str:
        place = "" if self.line is None else f":{self.line}"
        return f"{self.path}{place}: {self.what}"


def flaws_of(path: Path, layout: Layout, judge: Judge) -> Iterator[Flaw]:
    """Yield what is wrong with a file, line by line."""
    found = _in_parquet if path.suffix == ".parquet" else _in_text
    line = 0
    try:
        for line, what in found(path, layout, judge):
            if what is not None:
                yield Flaw(path=path, line=line, what=what)
    except (*UNREADABLE, csv.Error, ArrowException) as exc:
        after = f" after line {line}" if line else ""
        what = f"cannot be read{after}, should be fetched again: {_reason(exc)}"
        yield Flaw(path=path, line=None, what=what)
        return
    if not line:
        yield Flaw(path=path, line=None, what="is empty, should hold " + ",".join(layout.names))


def _in_text(path: Path, layout: Layout, judge: Judge) -> Iterator[tuple[int, str | None]]:
    """Yield every row's line with its flaw, or None where it has none."""
    with opened(path) as file:
        first_line = file.unpacked.readline()
    if not first_line:
        return
    header = header_of(first_line, layout)
    if header.flaw is not None:
        yield 1, header.flaw
        return
    with opened(path) as file:
        text = io.TextIOWrapper(file.unpacked, encoding="utf-8-sig", errors="replace", newline="")
        for number, line in enumerate(text, start=1):
            for fields in csv.reader([line]):  # line by line: a stray quote hides no other line
                if fields and number > header.lines:
                    yield number, _flaw(fields, header, judge)


def _flaw(fields: list[str], header: Header, judge: Judge) -> str | None:
    if len(fields) != header.columns:
        return f"{len(fields)} columns, should be {header.columns} as in line 1"
    return judge([field.strip() for field in fields])


def _in_parquet(path: Path, layout: Layout, judge: Judge) -> Iterator[tuple[int, str | None]]:
    with parquet.ParquetFile(path) as file:
        there = file.schema_arrow.names
        lacking = [name for name in layout.names[: layout.needed] if name not in there]
        if lacking:
            yield 1, f"there is no column {', '.join(lacking)}"
            return
        chosen = [name for name in layout.names if name in there]
        rows = count(1)
        for batch in file.iter_batches(_ROWS, columns=chosen, use_threads=False):
            columns = [texts_of(batch.column(name)) for name in chosen]
            for fields in zip(*columns, strict=True):
                yield next(rows), judge([*fields, *[""] * (len(layout.names) - len(fields))])


def _reason(problem: Exception) -> str:
    return str(problem).splitlines()[0] if str(problem) else type(problem).__name__
