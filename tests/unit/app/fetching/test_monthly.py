"""A month is a file once it is whole, named after what it is known to hold."""

from pathlib import Path

import pytest

from noctule.app.fetching.monthly import MonthlyFiles
from noctule.app.fetching.series import CANDLE_HEADER, Kind, Row, Series, Span
from noctule.app.fetching.shelf import opened_shelf
from noctule.app.fetching.spans import DAY_MS
from noctule.app.fetching.tally import Absence, Fetched, Gap
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe
from tests.fakes.told_past import APRIL_MS, JUNE_MS, MAY_MS, klines_between, lines_in

BTC = Symbol("BTCUSDT")
CANDLES = Series(symbol=BTC, kind=Kind.CANDLES, timeframe=Timeframe.H4)
FUNDING = Series(symbol=BTC, kind=Kind.FUNDING)
HOUR_MS = 60 * MINUTE_MS
NOTHING = "the exchange has nothing"


def rows_between(from_ms: int, to_ms: int) -> list[Row]:
    return [Row(each.open_ms, each.line()) for each in klines_between(from_ms, to_ms)]


def written(folder: Path, span: Span, *pages: list[Row], series: Series = CANDLES) -> Fetched:
    with opened_shelf(folder) as shelf:
        files = MonthlyFiles(series, span, shelf)
        for page in pages:
            files.take(page)
        files.close()
    return files.added_to(Fetched(series=series, wanted=span))


def test_rows_go_into_the_file_of_their_month_to_the_last_digit(tmp_path: Path) -> None:
    rows = rows_between(APRIL_MS, JUNE_MS)

    result = written(tmp_path, Span(APRIL_MS, JUNE_MS), rows[:100], rows[100:])

    assert result.files == (
        "BTCUSDT-4h-20230401-20230430.csv.gz",
        "BTCUSDT-4h-20230501-20230531.csv.gz",
    )
    april, may = (lines_in(tmp_path / name) for name in result.files)
    assert [*april[1:], *may[1:]] == [row.line for row in rows]
    assert [april[0], may[0]] == [CANDLE_HEADER, CANDLE_HEADER]
    assert (result.rows, result.first_ms, result.last_ms) == (
        len(rows),
        APRIL_MS,
        JUNE_MS - 4 * HOUR_MS,
    )
    assert (result.gaps, result.absent) == ((), ())


def test_a_month_is_written_with_the_first_row_of_the_next(tmp_path: Path) -> None:
    with opened_shelf(tmp_path) as shelf:
        files = MonthlyFiles(CANDLES, Span(APRIL_MS, JUNE_MS), shelf)
        files.take(rows_between(APRIL_MS, MAY_MS))
        assert shelf.written == []
        files.take(rows_between(MAY_MS, MAY_MS + 4 * HOUR_MS))
        assert shelf.written == ["BTCUSDT-4h-20230401-20230430.csv.gz"]


def test_what_follows_the_stretch_is_not_written(tmp_path: Path) -> None:
    rows = rows_between(MAY_MS, MAY_MS + 2 * DAY_MS)

    result = written(tmp_path, Span(MAY_MS, MAY_MS + DAY_MS), rows)

    assert result.files == ("BTCUSDT-4h-20230501-20230501.csv.gz",)
    assert result.rows == 6


def test_a_hole_between_two_rows_is_a_gap_and_the_month_is_whole(tmp_path: Path) -> None:
    rows = rows_between(APRIL_MS, MAY_MS - DAY_MS) + rows_between(MAY_MS + DAY_MS, JUNE_MS)

    result = written(tmp_path, Span(APRIL_MS, JUNE_MS), rows)

    assert result.files == (
        "BTCUSDT-4h-20230401-20230430.csv.gz",
        "BTCUSDT-4h-20230501-20230531.csv.gz",
    )
    assert result.gaps == (Gap(from_ms=MAY_MS - DAY_MS, to_ms=MAY_MS + DAY_MS, rows=12),)
    assert result.absent == ()


def test_a_hole_at_the_end_is_a_gap_if_a_later_row_is_known(tmp_path: Path) -> None:
    later = rows_between(JUNE_MS, JUNE_MS + 4 * HOUR_MS)
    rows = rows_between(MAY_MS, JUNE_MS - DAY_MS) + later

    result = written(tmp_path, Span(MAY_MS, JUNE_MS), rows)

    assert result.files == ("BTCUSDT-4h-20230501-20230531.csv.gz",)
    assert result.gaps == (Gap(from_ms=JUNE_MS - DAY_MS, to_ms=JUNE_MS, rows=6),)
    assert result.absent == ()


def test_what_the_source_has_not_at_the_ends_is_not_claimed_to_be_held(tmp_path: Path) -> None:
    begins_ms, ends_ms = MAY_MS + 12 * HOUR_MS, MAY_MS + 3 * DAY_MS

    result = written(tmp_path, Span(APRIL_MS, JUNE_MS), rows_between(begins_ms, ends_ms))

    assert result.files == ("BTCUSDT-4h-20230501T1200-20230503T2000.csv.gz",)
    assert result.absent == (
        Absence(from_ms=APRIL_MS, to_ms=begins_ms, why=NOTHING),
        Absence(from_ms=ends_ms, to_ms=JUNE_MS, why=NOTHING),
    )


def test_a_source_without_a_row_leaves_no_file(tmp_path: Path) -> None:
    result = written(tmp_path, Span(APRIL_MS, JUNE_MS), [])

    assert list(tmp_path.iterdir()) == []
    assert result.is_empty
    assert result.absent == (Absence(from_ms=APRIL_MS, to_ms=JUNE_MS, why=NOTHING),)


@pytest.mark.parametrize("late_ms", [0, 8, 40])
def test_fundings_some_milliseconds_late_are_whole(tmp_path: Path, late_ms: int) -> None:
    times_ms = range(MAY_MS + late_ms, JUNE_MS, 8 * HOUR_MS)
    rows = [Row(at_ms, f"{at_ms},8,0.00010000") for at_ms in times_ms]

    result = written(tmp_path, Span(MAY_MS, JUNE_MS), rows, series=FUNDING)

    assert result.files == ("BTCUSDT-funding-20230501-20230531.csv.gz",)
    assert (result.rows, result.gaps, result.absent) == (93, (), ())


def test_a_missing_funding_is_a_gap(tmp_path: Path) -> None:
    times_ms = [*range(MAY_MS, JUNE_MS, 8 * HOUR_MS)]
    del times_ms[1]
    rows = [Row(at_ms, f"{at_ms},8,0.0001") for at_ms in times_ms]

    result = written(tmp_path, Span(MAY_MS, JUNE_MS), rows, series=FUNDING)

    assert result.gaps == (Gap(from_ms=MAY_MS + 8 * HOUR_MS, to_ms=MAY_MS + 16 * HOUR_MS, rows=1),)


def test_results_of_several_stretches_add_up(tmp_path: Path) -> None:
    first = written(tmp_path, Span(APRIL_MS, MAY_MS), rows_between(APRIL_MS, MAY_MS))
    with opened_shelf(tmp_path) as shelf:
        files = MonthlyFiles(CANDLES, Span(MAY_MS, JUNE_MS), shelf)
        files.take(rows_between(MAY_MS, JUNE_MS))
        files.close()
        nothing = MonthlyFiles(CANDLES, Span(JUNE_MS, JUNE_MS + DAY_MS), shelf)
        nothing.close()

    both = nothing.added_to(files.added_to(first))

    assert len(both.files) == 2
    assert (both.first_ms, both.last_ms) == (APRIL_MS, JUNE_MS - 4 * HOUR_MS)
    assert [each.from_ms for each in both.absent] == [JUNE_MS]
