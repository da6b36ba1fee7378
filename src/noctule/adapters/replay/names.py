"""Which files are meant, and what their names say is in them."""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.domain.errors import ConfigError
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Kind", "NamedFile", "data_files", "named", "unnamed_files"]

_SUFFIXES: Final = (".csv", ".csv.gz", ".zip", ".parquet")
_LENGTHS: Final = "|".join(timeframe.value for timeframe in Timeframe)
# `BTCUSDT-1m-2024-05`; of mark prices `BTCUSDT-1m-MARK-2024-05` or `BTCUSDT-MARK-1m-2024-05`.
_CANDLES: Final = re.compile(
    rf"(?P<symbol>[^-a-z]+)(?P<early>-MARK)?-(?P<timeframe>{_LENGTHS})(?P<late>-MARK)?(-.*)?"
)
_FUNDING: Final = re.compile(r"(?P<symbol>[^-a-z]+)-funding(Rate)?(-.*)?")
_EXAMPLE: Final = "BTCUSDT-1m-2024-05.csv.gz"
_ARCHIVE_OF_MARKS: Final = "markPriceKlines"  # the files in it are named like all others


class Kind(StrEnum):
    """What a file holds."""

    CANDLES = "candles"
    MARKS = "marks"
    FUNDING = "funding"


class NamedFile(Struct, frozen=True, kw_only=True):
    """A file, and what is in it; funding has no timeframe."""

    path: Path
    kind: Kind
    symbol: Symbol
    timeframe: Timeframe | None


def data_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files meant by files and folders, each once, a folder's in order of their names.

    A folder stands for those files in it whose names say what they hold, not for folders below.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise ConfigError([f"{path}: there is no such file or folder"])
        found = _within(path) if path.is_dir() else [path]
        if not found:
            raise ConfigError([f"{path}: no file in it is named like {_EXAMPLE}"])
        files.update(dict.fromkeys(found))
    if not files:
        raise ConfigError(["no data: name a file, or a folder of files"])
    return list(files)


def _within(folder: Path) -> list[Path]:
    try:
        return sorted(filter(_is_data, folder.iterdir()))
    except OSError as exc:
        raise ConfigError([f"{folder}: cannot be read: {exc.strerror}"]) from exc


def unnamed_files(paths: Sequence[Path]) -> list[Path]:
    """Return what lies in these folders and is left out, for its name does not say what it is."""
    return [
        file
        for path in paths
        if path.is_dir()
        for file in sorted(path.iterdir())
        if file.is_file() and file.name.endswith(_SUFFIXES) and not _is_data(file)
    ]


def named(
    path: Path, *, symbol: str | None = None, timeframe: Timeframe | None = None
) -> NamedFile:
    """Read from its name what a file holds; what the name does not say is taken from the caller."""
    stem = _stem(path)
    if found := _FUNDING.fullmatch(stem):
        return NamedFile(
            path=path, kind=Kind.FUNDING, symbol=Symbol(found["symbol"]), timeframe=None
        )
    if found := _CANDLES.fullmatch(stem):
        is_mark = found["early"] or found["late"] or _ARCHIVE_OF_MARKS in path.parts
        return NamedFile(
            path=path,
            kind=Kind.MARKS if is_mark else Kind.CANDLES,
            symbol=Symbol(found["symbol"]),
            timeframe=Timeframe(found["timeframe"]),
        )
    if symbol is None or timeframe is None:
        raise ConfigError(
            [
                f"{path}: the name should be like {_EXAMPLE},"
                " or say which symbol and timeframe it holds"
            ]
        )
    return NamedFile(path=path, kind=Kind.CANDLES, symbol=Symbol(symbol), timeframe=timeframe)


def _stem(path: Path) -> str:
    return re.sub(r"(\.csv)?(\.gz|\.zip)?$|\.parquet$", "", path.name)


def _is_data(path: Path) -> bool:
    stem = _stem(path)
    is_named = _CANDLES.fullmatch(stem) or _FUNDING.fullmatch(stem)
    return is_named is not None and path.is_file() and path.name.endswith(_SUFFIXES)
