"""A file that changes looks different, whatever is done to hide it."""

import hashlib
import os
from pathlib import Path

from noctule.adapters.replay.sources import sha256_of, stamp_of


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1,2\n")
    assert sha256_of(path) == hashlib.sha256(b"1,2\n").hexdigest()


def test_a_set_time_of_writing_does_not_hide_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1,2\n")
    os.utime(path, ns=(10**18, 10**18))
    before = stamp_of(path)
    assert stamp_of(path) == before

    other = tmp_path / "b"
    other.write_bytes(b"1,3\n")
    os.utime(other, ns=(10**18, 10**18))
    other.replace(path)

    assert stamp_of(path) != before
    assert (stamp_of(path).size, stamp_of(path).written_ns) == (before.size, before.written_ns)
