"""A package is one table with rows in order, of the time that its name says."""

import io

import pytest

from noctule.adapters.archive.failures import ArchiveFlawed
from noctule.app.fetching.packages import times_in
from noctule.app.fetching.series import Span
from tests.fakes.told_past import MAY_MS, zipped

SPAN = Span(MAY_MS, MAY_MS + 100)


def read(content: bytes) -> list[int]:
    return times_in(io.BytesIO(content), SPAN, "a.zip")


@pytest.mark.parametrize("header", [[], ["open_time,open"]])
def test_times_are_those_of_the_rows_with_or_without_a_header(header: list[str]) -> None:
    assert read(zipped([*header, f"{MAY_MS},1", f"{MAY_MS + 5},2"])) == [MAY_MS, MAY_MS + 5]


def test_microseconds_are_known_by_their_length() -> None:
    assert read(zipped([f"{MAY_MS}000,1"])) == [MAY_MS]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"no package", "File is not a zip file"),
        (zipped(["open_time"]), "it holds not one row"),
        (zipped([f"{MAY_MS},1"], name="table.txt"), "0 .csv files are in it"),
        (zipped([f"{MAY_MS},1", "-5,2"]), "a row begins with b'-5'"),
        (zipped([f"{MAY_MS + 5},1", f"{MAY_MS},2"]), "not in the order of their times"),
        (zipped([f"{MAY_MS},1", f"{MAY_MS},2"]), "not in the order of their times"),
        (zipped([f"{MAY_MS - 1},1"]), "rows of other times than its name says"),
        (zipped([f"{MAY_MS + 100},1"]), "rows of other times than its name says"),
    ],
)
def test_anything_else_is_flawed(content: bytes, problem: str) -> None:
    with pytest.raises(ArchiveFlawed, match=rf"a\.zip: .*{problem}"):
        read(content)
