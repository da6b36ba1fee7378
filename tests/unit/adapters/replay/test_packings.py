"""A file's text is the same however it is packed."""

import gzip
import zipfile
from pathlib import Path

import pytest

from noctule.adapters.replay.packings import UNREADABLE, opened
from noctule.domain.errors import ConfigError
from tests.fakes.recorded_files import write_rows


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".zip"])
def test_the_text_is_the_same_in_every_packing(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a{suffix}", ["1,2", "3,4"], header=None)

    with opened(path) as file:
        assert file.unpacked.read() == b"1,2\n3,4\n"
        assert 0 < file.bytes_read <= path.stat().st_size


@pytest.mark.parametrize("names", [[], ["a.csv", "b.csv"]])
def test_an_archive_holds_one_file(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ["readme.txt", *names]:
            archive.writestr(name, "")

    with pytest.raises(ConfigError) as caught, opened(path):
        pass

    assert str(caught.value) == f"{path}: holds {len(names)} .csv files, should hold one"


@pytest.mark.parametrize(("suffix", "content"), [(".zip", b"PK"), (".gz", b"1,2\n")])
def test_what_is_no_archive_is_unreadable(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)

    with pytest.raises(UNREADABLE), opened(path) as file:
        file.unpacked.read()


def test_half_an_archive_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"1,2\n" * 9_999)[:-20])

    with pytest.raises(UNREADABLE), opened(path) as file:
        file.unpacked.read()
