"""What an archive's zip holds: one table of one series, its rows in order."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from noctule.adapters.archive.failures import ArchiveFlawed
from noctule.app.fetching.series import Span

__all__ = ["times_in"]

_MICROSECONDS_FROM: Final = 10**14  # as milliseconds this is the year 5138
_ROW_BYTES_MAX: Final = 10_000


def times_in(file: BinaryIO, span: Span, path: str) -> list[int]:
    """Return the times of its rows; raise ArchiveFlawed unless all are of the span."""
    try:
        times_ms = list(_times(file))
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError) as exc:
        raise ArchiveFlawed(f"{path}: no candles or fundings can be read from it: {exc}") from exc
    if not times_ms:
        raise ArchiveFlawed(f"{path}: it holds not one row")
    if sorted({*times_ms}) != times_ms:
        raise ArchiveFlawed(f"{path}: its rows are not in the order of their times")
    if times_ms[0] < span.from_ms or times_ms[-1] >= span.to_ms:
        raise ArchiveFlawed(f"{path}: it has rows of other times than its name says")
    return times_ms


def _times(file: BinaryIO) -> Iterator[int]:
    with zipfile.ZipFile(file) as package:
        names = [name for name in package.namelist() if name.endswith(".csv")]
        if len(names) != 1:
            raise ValueError(f"{len(names)} .csv files are in it")
        with package.open(names[0]) as table:
            while line := table.readline(_ROW_BYTES_MAX):
                first = line.split(b",", 1)[0].strip()
                if first.isdigit():
                    yield _ms(int(first))
                elif first and not first[:1].isalpha():
                    raise ValueError(f"a row begins with {first[:40]!r}")


def _ms(time: int) -> int:
    return time // 1_000 if time >= _MICROSECONDS_FROM else time
