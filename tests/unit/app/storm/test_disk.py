"""A disk that is full is so for whoever writes, and for nobody who reads."""

from pathlib import Path

import pytest

from noctule.app.storm.disk import Disk


def test_nothing_is_written_while_it_is_full_and_all_is_again_afterwards(tmp_path: Path) -> None:
    file, disk = tmp_path / "lines", Disk()
    file.write_text("before")
    disk.fill()
    try:
        assert file.read_text() == "before"
        with pytest.raises(OSError, match="File too large"):
            file.write_text("meanwhile")
    finally:
        disk.clear()
    assert not disk.is_full
    file.write_text("after")
    assert file.read_text() == "after"
