"""What is kept is believed only while it is true; else it is as if it were not there."""

import os
from pathlib import Path

import numpy as np
import pytest

from noctule.adapters.replay.blocks import COLUMNS, Block
from noctule.adapters.replay.cache import CandleCache, Kept, usual_cache
from noctule.adapters.replay.sources import sha256_of, stamp_of
from noctule.domain.values import Timeframe

M1 = Timeframe.M1
DAY_NS = 86_400 * 10**9


def original(folder: Path, text: str = "candles") -> Path:
    path = folder / "BTCUSDT-1m-1.csv"
    path.write_text(text)
    return path


def kept_of(path: Path, *, rows: int = 5) -> Kept:
    columns = {name: np.arange(rows).astype(kind) for name, kind in COLUMNS.items()}
    return Kept(stamp=stamp_of(path), sha256=sha256_of(path), block=Block(**columns))


def cache_with(path: Path, folder: Path) -> CandleCache:
    cache = CandleCache(folder / "cache")
    cache.keep(path, M1, kept_of(path))
    return cache


def kept_file(folder: Path) -> Path:
    (file,) = (folder / "cache").iterdir()
    return file


def settle(file: Path) -> None:
    """Let it be long ago that the original was written when it was looked at last."""
    later_ns = file.stat().st_mtime_ns + DAY_NS
    os.utime(file, ns=(later_ns, later_ns))


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    path = original(tmp_path)

    found = cache_with(path, tmp_path).found(path, M1, stamp_of(path))

    assert found is not None
    assert found.sha256 == sha256_of(path)
    for name, kind in COLUMNS.items():
        assert getattr(found.block, name).tolist() == [0, 1, 2, 3, 4]
        assert getattr(found.block, name).dtype == kind


def test_nothing_is_found_of_another_file_or_timeframe(tmp_path: Path) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)

    assert cache.found(path, Timeframe.M5, stamp_of(path)) is None
    assert cache.found(tmp_path / "other.csv", M1, stamp_of(path)) is None


def test_a_changed_file_is_not_found(tmp_path: Path) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)
    path.write_text("candles, and more")

    assert cache.found(path, M1, stamp_of(path)) is None


def test_a_file_written_a_moment_ago_is_read_again(tmp_path: Path) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)
    before = stamp_of(path)
    path.write_text("CANDLES")  # in the same instant, as far as the stamp tells

    assert cache.found(path, M1, before) is None


def test_a_settled_file_is_believed_by_its_stamp(tmp_path: Path) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)
    before = stamp_of(path)
    settle(kept_file(tmp_path))
    path.write_text("CANDLES")

    assert cache.found(path, M1, before) is not None  # it is not even opened


@pytest.mark.parametrize("place", [0, 9, 40, 200, -1, -30])
def test_a_single_changed_byte_is_noticed(tmp_path: Path, place: int) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)
    content = bytearray(kept_file(tmp_path).read_bytes())
    content[place] ^= 1
    kept_file(tmp_path).write_bytes(content)

    assert cache.found(path, M1, stamp_of(path)) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"foreign", b"00000000 {}\n", b"00000000 []\n" + bytes(99), bytes(99_999)],
)
def test_a_foreign_file_is_not_there(tmp_path: Path, content: bytes) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)
    kept_file(tmp_path).write_bytes(content)

    assert cache.found(path, M1, stamp_of(path)) is None


@pytest.mark.parametrize("change", [(-8, None), (0, b"x")])
def test_a_longer_or_shorter_file_is_not_there(
    tmp_path: Path, change: tuple[int, bytes | None]
) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)
    end, more = change
    content = kept_file(tmp_path).read_bytes()
    kept_file(tmp_path).write_bytes(content[: len(content) + end] + (more or b""))

    assert cache.found(path, M1, stamp_of(path)) is None


def test_another_version_is_not_there(tmp_path: Path) -> None:
    path = original(tmp_path)
    cache = cache_with(path, tmp_path)
    content = kept_file(tmp_path).read_bytes()
    assert b'"version":1' in content
    kept_file(tmp_path).write_bytes(content.replace(b'"version":1', b'"version":0'))

    assert cache.found(path, M1, stamp_of(path)) is None


def test_what_is_longest_unused_makes_room(tmp_path: Path) -> None:
    path = original(tmp_path)
    kept = kept_of(path)
    folder = tmp_path / "cache"
    CandleCache(folder).keep(path, M1, kept)
    size = kept_file(tmp_path).stat().st_size
    cache = CandleCache(folder, bytes_max=3 * size)
    long_ago_ns = stamp_of(path).written_ns - DAY_NS
    for timeframe in (Timeframe.M1, Timeframe.M3, Timeframe.M5):
        cache.keep(path, timeframe, kept)
    for file in folder.iterdir():
        os.utime(file, ns=(long_ago_ns, long_ago_ns))
    assert cache.found(path, Timeframe.M1, kept.stamp) is not None  # used now

    cache.keep(path, Timeframe.H1, kept)
    cache.keep(path, Timeframe.H2, kept)

    there = [each for each in Timeframe if cache.found(path, each, kept.stamp) is not None]
    assert there == [Timeframe.M1, Timeframe.H1, Timeframe.H2]


def test_nothing_unfinished_stays(tmp_path: Path) -> None:
    cache_with(original(tmp_path), tmp_path)

    assert [file.suffix for file in (tmp_path / "cache").iterdir()] == [".columns"]


def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    path = original(tmp_path)
    cache = CandleCache(path / "cache")  # below a file there is no folder

    cache.keep(path, M1, kept_of(path))

    assert cache.found(path, M1, stamp_of(path)) is None


def test_the_usual_place_is_the_users_own(tmp_path: Path) -> None:
    path = original(tmp_path)
    for environment, folder in [
        ({"XDG_CACHE_HOME": f"{tmp_path}/told", "HOME": "/nowhere"}, "told/noctule"),
        ({"XDG_CACHE_HOME": "not/absolute", "HOME": f"{tmp_path}/home"}, "home/.cache/noctule"),
        ({"HOME": f"{tmp_path}/me"}, "me/.cache/noctule"),
    ]:
        cache = usual_cache(environment)
        assert cache is not None
        cache.keep(path, M1, kept_of(path))
        assert len(list((tmp_path / folder).iterdir())) == 1
    assert usual_cache({}) is None
