"""Months come whole from an archive, days where a month is not there, by their checksums."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typing_extensions import override

from noctule.adapters.archive.failures import ArchiveUnreachable
from noctule.adapters.archive.folder import FolderArchive
from noctule.app.fetching.archive import fetch_from_archive, whole_days
from noctule.app.fetching.plan import errands_of
from noctule.app.fetching.progress import Progress
from noctule.app.fetching.series import CANDLE_HEADER, FUNDING_HEADER, Kind, Series, Span
from noctule.app.fetching.shelf import opened_shelf
from noctule.app.fetching.spans import DAY_MS
from noctule.app.fetching.tally import Absence, Fetched, Gap
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.told_past import (
    APRIL_MS,
    JUNE_MS,
    MAY_MS,
    HeldArchive,
    klines_between,
    put_in_archive,
)

BTC = Symbol("BTCUSDT")
CANDLES = Series(symbol=BTC, kind=Kind.CANDLES, timeframe=Timeframe.H4)
MARKS = Series(symbol=BTC, kind=Kind.MARKS, timeframe=Timeframe.H4)
FUNDING = Series(symbol=BTC, kind=Kind.FUNDING)
HOUR_MS = 60 * MINUTE_MS
BOTH = Span(APRIL_MS, JUNE_MS)
NO_FILE = "the archive has no file of it"


@pytest.fixture
def held(tmp_path: Path) -> HeldArchive:
    return HeldArchive(tmp_path / "archive")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def fetched(
    held: HeldArchive,
    folder: Path,
    span: Span = BOTH,
    *,
    series: Series = CANDLES,
    told: list[Progress] | None = None,
) -> Fetched:
    with opened_shelf(folder) as shelf:
        errands = errands_of([(series, span)], folder)
        heard = [] if told is None else told
        (result,) = fetch_from_archive(errands, FolderArchive(held.folder), shelf, heard.append)
    return result


def test_a_month_is_kept_byte_for_byte(held: HeldArchive, folder: Path) -> None:
    april, may = held.month(APRIL_MS, MAY_MS), held.month(MAY_MS, JUNE_MS)
    told: list[Progress] = []

    result = fetched(held, folder, told=told)

    assert result.files == ("BTCUSDT-4h-20230401-20230430.zip", "BTCUSDT-4h-20230501-20230531.zip")
    assert [(folder / name).read_bytes() for name in result.files] == [april, may]
    assert (result.rows, result.first_ms, result.last_ms) == (366, APRIL_MS, JUNE_MS - 4 * HOUR_MS)
    assert (result.gaps, result.absent, result.flaws) == ((), (), ())
    assert told[-1].done_ms == told[-1].total_ms


def test_the_running_month_comes_day_by_day_and_what_is_not_there_is_told(
    held: HeldArchive, folder: Path
) -> None:
    held.month(APRIL_MS, MAY_MS)
    held.day(MAY_MS)
    held.day(MAY_MS + DAY_MS)

    result = fetched(held, folder)

    assert result.files[1:] == (
        "BTCUSDT-4h-20230501-20230501.zip",
        "BTCUSDT-4h-20230502-20230502.zip",
    )
    assert result.absent == (Absence(from_ms=MAY_MS + 2 * DAY_MS, to_ms=JUNE_MS, why=NO_FILE),)


def test_a_second_time_only_what_is_missing_is_fetched(held: HeldArchive, folder: Path) -> None:
    held.month(APRIL_MS, MAY_MS)
    fetched(held, folder)
    held.month(MAY_MS, JUNE_MS)
    (held.root / "monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2023-04.zip").unlink()

    again = fetched(held, folder)

    assert again.found == ("BTCUSDT-4h-20230401-20230430.zip",)
    assert again.files == ("BTCUSDT-4h-20230501-20230531.zip",)
    assert again.absent == ()


def test_a_part_of_a_month_comes_day_by_day(held: HeldArchive, folder: Path) -> None:
    held.month(APRIL_MS, MAY_MS)
    held.day(APRIL_MS + DAY_MS)

    result = fetched(held, folder, Span(APRIL_MS + DAY_MS, APRIL_MS + 2 * DAY_MS))

    assert result.files == ("BTCUSDT-4h-20230402-20230402.zip",)


def test_a_day_that_is_there_in_part_is_left_alone(held: HeldArchive, folder: Path) -> None:
    held.day(MAY_MS)
    folder.mkdir()
    (folder / "BTCUSDT-4h-20230501T0000-20230501T0400.csv.gz").touch()

    result = fetched(held, folder, Span(MAY_MS, MAY_MS + DAY_MS))

    assert result.files == ()
    assert [each.why for each in result.absent] == [
        "the archive has whole days only, and a part of this one is there already"
    ]


def test_a_wrong_checksum_is_refused_and_the_others_are_fetched(
    held: HeldArchive, folder: Path
) -> None:
    held.month(APRIL_MS, MAY_MS, checksum="0" * 64)
    held.month(MAY_MS, JUNE_MS)

    result = fetched(held, folder)

    assert [each.name for each in folder.iterdir()] == ["BTCUSDT-4h-20230501-20230531.zip"]
    (flaw,) = result.flaws
    assert flaw.startswith("monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2023-04.zip: its SHA-256 is ")
    assert "its .CHECKSUM says 0000000000000000…: it is not kept" in flaw


def test_a_month_of_other_times_is_refused(held: HeldArchive, folder: Path) -> None:
    path = "monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2023-04.zip"
    rows = [each.line() for each in klines_between(MAY_MS, JUNE_MS)]
    put_in_archive(held.root, path, [CANDLE_HEADER, *rows])

    result = fetched(held, folder, Span(APRIL_MS, MAY_MS))

    assert result.flaws == (f"{path}: it has rows of other times than its name says",)
    assert list(folder.iterdir()) == []


def test_holes_within_files_and_between_them_are_gaps(held: HeldArchive, folder: Path) -> None:
    held.month(APRIL_MS, MAY_MS - DAY_MS)
    path = "monthly/klines/BTCUSDT/4h/BTCUSDT-4h-2023-05.zip"
    rows = [each.line() for each in klines_between(MAY_MS, JUNE_MS)]
    put_in_archive(held.root, path, [CANDLE_HEADER, *rows[:2], *rows[3:]])

    result = fetched(held, folder)

    assert result.gaps == (
        Gap(from_ms=MAY_MS - DAY_MS, to_ms=MAY_MS, rows=6),
        Gap(from_ms=MAY_MS + 8 * HOUR_MS, to_ms=MAY_MS + 12 * HOUR_MS, rows=1),
    )


def test_mark_prices_and_fundings_have_folders_of_their_own(
    held: HeldArchive, folder: Path
) -> None:
    rows = [each.line() for each in klines_between(MAY_MS, JUNE_MS)]
    marks = "monthly/markPriceKlines/BTCUSDT/4h/BTCUSDT-4h-2023-05.zip"
    put_in_archive(held.root, marks, [CANDLE_HEADER, *rows])
    rates = [f"{at_ms},8,0.0001" for at_ms in range(MAY_MS + 8, JUNE_MS, 8 * HOUR_MS)]
    fundings = "monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2023-05.zip"
    put_in_archive(held.root, fundings, [FUNDING_HEADER, *rates])

    of_marks = fetched(held, folder, series=MARKS)
    of_fundings = fetched(held, folder, series=FUNDING)

    assert of_marks.files == ("BTCUSDT-MARK-4h-20230501-20230531.zip",)
    assert of_fundings.files == ("BTCUSDT-funding-20230501-20230531.zip",)
    assert (of_fundings.rows, of_fundings.gaps) == (93, ())
    assert of_fundings.absent == (Absence(from_ms=APRIL_MS, to_ms=MAY_MS, why=NO_FILE),)


def test_fundings_have_no_days(held: HeldArchive, folder: Path) -> None:
    folder.mkdir()
    (folder / "BTCUSDT-funding-20230501-20230502.csv.gz").touch()

    result = fetched(held, folder, Span(MAY_MS, JUNE_MS), series=FUNDING)

    assert [each.why for each in result.absent] == [
        "the archive has whole months only, and a part of it is there already"
    ]


class Shaky(FolderArchive):
    """Cuts off so many downloads."""

    cuts = 0

    @override
    @contextmanager
    def opened(self, path: str) -> Iterator[Callable[[int], bytes]]:
        with super().opened(path) as read:
            if self.cuts:
                self.cuts -= 1
                raise ArchiveUnreachable(f"{path}: cut off in its midst")
            yield read


@pytest.mark.parametrize(("cuts", "is_there"), [(2, True), (3, False)])
def test_what_is_cut_off_is_tried_three_times(
    held: HeldArchive, folder: Path, cuts: int, is_there: bool
) -> None:
    held.month(APRIL_MS, MAY_MS)
    archive = Shaky(held.folder)
    archive.cuts = cuts
    span = Span(APRIL_MS, MAY_MS)

    with opened_shelf(folder) as shelf:
        errands = errands_of([(CANDLES, span)], folder)
        try:
            fetch_from_archive(errands, archive, shelf, print)
        except ArchiveUnreachable:
            assert not is_there
        assert bool(shelf.written) is is_there
        assert bool(list(folder.iterdir())) is is_there


@pytest.mark.parametrize(
    ("series", "span", "now_ms", "whole"),
    [
        (CANDLES, Span(MAY_MS + 1, MAY_MS + 2), JUNE_MS, Span(MAY_MS, MAY_MS + DAY_MS)),
        (CANDLES, Span(MAY_MS, JUNE_MS), MAY_MS + DAY_MS + 5, Span(MAY_MS, MAY_MS + DAY_MS)),
        (FUNDING, Span(MAY_MS + DAY_MS, MAY_MS + 2 * DAY_MS), JUNE_MS, Span(MAY_MS, JUNE_MS)),
        (CANDLES, Span(JUNE_MS, JUNE_MS + 1), MAY_MS, Span(JUNE_MS, MAY_MS)),
    ],
)
def test_days_are_taken_whole_once_they_are_over(
    series: Series, span: Span, now_ms: int, whole: Span
) -> None:
    assert whole_days(series, span, now_ms) == whole
