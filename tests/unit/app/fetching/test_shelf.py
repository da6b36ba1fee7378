"""A file on the shelf is whole and safe, or it is not there."""

import errno
from pathlib import Path
from typing import BinaryIO

import pytest

from noctule.app.fetching.shelf import opened_shelf, packed
from noctule.domain.errors import ConfigError
from tests.fakes.told_past import lines_in


def test_a_file_has_its_name_once_it_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "deep/below"
    with opened_shelf(folder) as shelf:
        with shelf.draft("a.csv.gz") as file:
            packed(["one", "two"], file)
            assert [each.name for each in folder.iterdir()] == [".a.csv.gz.part"]

        assert [each.name for each in folder.iterdir()] == ["a.csv.gz"]
        assert shelf.written == ["a.csv.gz"]
    assert lines_in(folder / "a.csv.gz") == ["one", "two"]


def test_the_same_lines_are_the_same_bytes(tmp_path: Path) -> None:
    with opened_shelf(tmp_path) as shelf:
        for name in ("a.csv.gz", "b.csv.gz"):
            with shelf.draft(name) as file:
                packed(["one"], file)

    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_what_ends_early_leaves_nothing(tmp_path: Path) -> None:
    def write_half(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        opened_shelf(tmp_path) as shelf,
        shelf.draft("a.csv.gz") as file,
    ):
        write_half(file)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_fetch_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".a.csv.gz.part").write_bytes(b"half")
    (tmp_path / "mine.part").write_bytes(b"somebody's")

    with opened_shelf(tmp_path):
        assert [each.name for each in tmp_path.iterdir()] == ["mine.part"]


def test_two_fetches_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with (
        opened_shelf(tmp_path),
        pytest.raises(ConfigError, match="another fetch is writing"),
        opened_shelf(tmp_path),
    ):
        pass

    with opened_shelf(tmp_path):
        pass  # once it is over


def test_a_full_disk_is_one_line_with_its_remedy(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError) as caught,
        opened_shelf(tmp_path) as shelf,
        shelf.draft("a.csv.gz"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert caught.value.problems == (
        f"--into {tmp_path}: No space left on device; what is there is whole, run the same "
        "command again once this is mended",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    problem = f"--into {tmp_path}/file: File exists"
    with pytest.raises(ConfigError, match=problem), opened_shelf(tmp_path / "file"):
        pass


def test_a_folder_that_nobody_may_write_to_is_found_out_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # the tests may run as root

    problem = "nothing may be written there"
    with pytest.raises(ConfigError, match=problem), opened_shelf(tmp_path):
        pass
