"""Candles that were read before, kept as bare columns so that reading them again takes no time.

A kept file is believed while its original looks as it did: same size, times and node. Where the
original was written within two seconds of the last look, a later write may bear the same times,
so its content is hashed again. Whatever is damaged, foreign or of another version is not there.
"""

import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from noctule.adapters.replay.blocks import COLUMNS, Block, let_go
from noctule.adapters.replay.sources import Stamp, sha256_of
from noctule.domain.values import Timeframe

__all__ = ["CandleCache", "Kept", "usual_cache"]

_VERSION: Final = 1  # raise it with every change of what is read, filled in or refused
_SUFFIX: Final = ".columns"
_BYTES_MAX: Final = 2 << 30
_HEADER_BYTES_MAX: Final = 1 << 16
_CHECKED: Final = b"01234567 \n"  # what else stands on its line
_ALIGNED: Final = 8  # bytes of a number, whose place in a file is a multiple of it
_ROW_BYTES: Final = sum(np.dtype(kind).itemsize for kind in COLUMNS.values())
_SETTLED_NS: Final = 2_000_000_000  # the coarsest time of writing that a file system keeps


class Kept(Struct, frozen=True, kw_only=True, eq=False):
    """What a file held, and how it looked then."""

    stamp: Stamp
    sha256: str
    block: Block


class _Header(Struct, frozen=True, kw_only=True):
    version: int
    path: str
    timeframe: Timeframe
    stamp: Stamp
    sha256: str
    rows: int


class CandleCache:
    """A folder of kept files; the ones longest unused make room for new ones."""

    def __init__(self, folder: Path, *, bytes_max: int = _BYTES_MAX) -> None:
        self._folder = folder
        self._bytes_max = bytes_max

    def found(self, path: Path, timeframe: Timeframe, stamp: Stamp) -> Kept | None:
        """Return what is kept of a file, if the file is still what it was."""
        place = self._place(path, timeframe)
        try:
            with place.open("rb") as file:
                kept = _read(file, path, timeframe)
            if kept is None or kept.stamp != stamp or not _is_same(path, kept, place):
                return None
            os.utime(place)  # when it was used last, and seen to be true
        except OSError:
            return None
        return kept

    def keep(self, path: Path, timeframe: Timeframe, kept: Kept) -> None:
        """Keep what a file held; where that cannot be written, it is read anew next time."""
        place = self._place(path, timeframe)
        part = place.with_suffix(f"{_SUFFIX}.{os.getpid()}")
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("wb") as file:
                    _write(file, path, timeframe, kept)
                part.replace(place)
            finally:
                part.unlink(missing_ok=True)
            self._make_room()

    def _place(self, path: Path, timeframe: Timeframe) -> Path:
        name = sha256(f"{timeframe} {path.absolute()}".encode(errors="surrogateescape"))
        return self._folder / (name.hexdigest()[:32] + _SUFFIX)

    def _make_room(self) -> None:
        """Remove the files longest unused until all others fit, unfinished ones among them."""
        files = [(each, each.stat()) for each in self._folder.glob(f"*{_SUFFIX}*")]
        files.sort(key=lambda each: each[1].st_mtime_ns)
        excess = sum(found.st_size for _, found in files) - self._bytes_max
        for each, found in files:
            if excess <= 0:
                return
            each.unlink(missing_ok=True)
            excess -= found.st_size


def usual_cache(environment: Mapping[str, str]) -> CandleCache | None:
    """Return the cache of this user, or None where he has no place for one."""
    told = environment.get("XDG_CACHE_HOME", "")
    if Path(told).is_absolute():
        return CandleCache(Path(told) / "noctule")
    home = environment.get("HOME")
    return CandleCache(Path(home) / ".cache" / "noctule") if home else None


def _is_same(path: Path, kept: Kept, place: Path) -> bool:
    changed_ns = max(kept.stamp.written_ns, kept.stamp.changed_ns)
    if place.stat().st_mtime_ns - changed_ns >= _SETTLED_NS:
        return True
    return sha256_of(path) == kept.sha256


def _write(file: IO[bytes], path: Path, timeframe: Timeframe, kept: Kept) -> None:
    header = msgspec.json.encode(
        _Header(
            version=_VERSION,
            path=str(path.absolute()),
            timeframe=timeframe,
            stamp=kept.stamp,
            sha256=kept.sha256,
            rows=len(kept.block),
        )
    )
    columns = [np.ascontiguousarray(getattr(kept.block, name)) for name in COLUMNS]
    header += b" " * (-len(header + _CHECKED) % _ALIGNED)
    check = zlib.crc32(header)
    for column in columns:
        check = zlib.crc32(column.data, check)
        let_go(column)
    file.write(b"%08x %s\n" % (check, header))
    for column in columns:
        file.write(column.data)
        let_go(column)


def _read(file: IO[bytes], path: Path, timeframe: Timeframe) -> Kept | None:
    """Return what was written, or None where a single bit of it is not as it was."""
    check, _, text = file.readline(_HEADER_BYTES_MAX).rstrip(b"\n").partition(b" ")
    try:
        header = msgspec.json.decode(text, type=_Header)
    except msgspec.DecodeError:
        return None
    is_ours = header.version == _VERSION and header.path == str(path.absolute())
    if not is_ours or header.timeframe is not timeframe:
        return None
    columns = _mapped(file, header.rows)
    if columns is None:
        return None
    found = zlib.crc32(text)
    for column in columns.values():
        found = zlib.crc32(column.data, found)
        let_go(column)
    if b"%08x" % found != check:
        return None
    return Kept(stamp=header.stamp, sha256=header.sha256, block=Block(**columns))


def _mapped(file: IO[bytes], rows: int) -> dict[str, NDArray[Any]] | None:
    """Return the columns that begin here, as they stand on the disk; None: they do not end so."""
    begin = file.tell()
    if not rows or os.fstat(file.fileno()).st_size != begin + rows * _ROW_BYTES:
        return None
    kept = mmap(file.fileno(), 0, access=ACCESS_READ)
    columns: dict[str, NDArray[Any]] = {}
    for name, kind in COLUMNS.items():
        columns[name] = np.frombuffer(kept, dtype=kind, count=rows, offset=begin)
        begin += columns[name].nbytes
    return columns
