"""A folder is an archive from any of the folders on the way to `um`."""

from pathlib import Path

import pytest

from noctule.adapters.archive.failures import ArchiveFlawed, NotInArchive
from noctule.adapters.archive.folder import FolderArchive

PATH = "monthly/klines/a.zip"


@pytest.mark.parametrize("root", ["", "data", "data/futures", "data/futures/um"])
def test_it_is_found_from_its_root_or_below(tmp_path: Path, root: str) -> None:
    file = tmp_path / "data/futures/um" / PATH
    file.parent.mkdir(parents=True)
    file.write_bytes(b"candles")

    with FolderArchive(tmp_path / root).opened(PATH) as read:
        assert read(100) == b"candles"


def test_days_alone_are_an_archive_too(tmp_path: Path) -> None:
    (tmp_path / "daily").mkdir()

    assert FolderArchive(tmp_path).root is not None


def test_a_folder_without_one_has_nothing(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)

    assert archive.root is None
    with pytest.raises(NotInArchive), archive.opened(PATH):
        pass


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "monthly").mkdir()

    with pytest.raises(NotInArchive), FolderArchive(tmp_path).opened(PATH):
        pass


def test_what_is_no_file_is_flawed(tmp_path: Path) -> None:
    (tmp_path / PATH).mkdir(parents=True)

    with pytest.raises(ArchiveFlawed, match="Is a directory"), FolderArchive(tmp_path).opened(PATH):
        pass
