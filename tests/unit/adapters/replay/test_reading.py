"""Files of one series are put together in time order, and all problems are gathered."""

from pathlib import Path

from noctule.adapters.replay.names import NamedFile, named
from noctule.adapters.replay.reading import Reading
from noctule.adapters.replay.span import Span
from noctule.domain.values import Timeframe
from tests.fakes.recorded_files import START_MS, candle_row, write_funding, write_rows

OPEN = Span(from_ms=None, to_ms=None)
MINUTE_MS = 60_000


def candles(folder: Path, name: str, *numbers: int) -> NamedFile:
    return named(write_rows(folder / name, [candle_row(number) for number in numbers]))


def reading_of(*files: NamedFile, told: list[tuple[int, int]] | None = None) -> Reading:
    progress = [] if told is None else told
    return Reading(
        [file.path for file in files],
        cache=None,
        on_progress=lambda at, last: progress.append((at, last)),
    )


def minute(number: int) -> int:
    return START_MS + number * MINUTE_MS


def test_files_are_joined_in_time_order(tmp_path: Path) -> None:
    later = candles(tmp_path, "BTCUSDT-1m-a.csv", 3, 4)
    sooner = candles(tmp_path, "BTCUSDT-1m-b.csv", 0, 1)
    reading = reading_of(later, sooner)

    columns = reading.candles([later, sooner], OPEN)

    assert columns is not None
    assert columns.open_ms.tolist() == [minute(0), minute(1), minute(3), minute(4)]
    assert [source.path.name for source in columns.files] == [
        "BTCUSDT-1m-b.csv",
        "BTCUSDT-1m-a.csv",
    ]
    assert [(gap.from_ms, gap.candles) for gap in columns.gaps] == [(minute(2), 1)]
    assert reading.problems == []


def test_only_what_opens_in_the_span_is_there_and_only_its_files(tmp_path: Path) -> None:
    first = candles(tmp_path, "BTCUSDT-1m-a.csv", 0, 1)
    second = candles(tmp_path, "BTCUSDT-1m-b.csv", 2, 3, 4)

    span = Span(from_ms=minute(3), to_ms=minute(4))
    columns = reading_of(first, second).candles([first, second], span)

    assert columns is not None
    assert columns.open_ms.tolist() == [minute(3)]
    assert [source.path for source in columns.files] == [second.path]
    assert columns.gaps == ()


def test_an_empty_range_is_told_with_what_is_there(tmp_path: Path) -> None:
    file = candles(tmp_path, "BTCUSDT-1m-a.csv", 0, 1)
    reading = reading_of(file)

    assert reading.candles([file], Span(from_ms=minute(9), to_ms=minute(11))) is None
    assert reading.problems == [
        "BTCUSDT: there are 1m candles from 2023-01-01T00:00 to 2023-01-01T00:02,"
        " none opens from 2023-01-01T00:09 before 2023-01-01T00:11"
    ]


def test_files_that_overlap_are_refused(tmp_path: Path) -> None:
    first = candles(tmp_path, "BTCUSDT-1m-a.csv", 0, 1, 2)
    second = candles(tmp_path, "BTCUSDT-1m-b.csv", 2, 3)
    reading = reading_of(first, second)

    assert reading.candles([first, second], OPEN) is None
    assert reading.problems == [
        f"{second.path}: begins at 2023-01-01T00:02, {first.path} ends at 2023-01-01T00:02:"
        " leave one of them out"
    ]


def test_every_bad_file_is_told(tmp_path: Path) -> None:
    bad = [candles(tmp_path, f"BTCUSDT-1m-{each}.csv", 1, 1) for each in "ab"]
    funding = named(write_funding(tmp_path / "BTCUSDT-funding-a.csv", "x,8,1"))
    reading = reading_of(*bad, funding)

    assert reading.candles(bad, OPEN) is None
    assert reading.funding([funding], OPEN) is None
    assert [problem.partition(": ")[0] for problem in reading.problems] == [
        f"{bad[0].path}:3",
        f"{bad[1].path}:3",
        f"{funding.path}:2",
    ]


def test_marks_reach_back_to_the_candle_in_which_the_span_begins(tmp_path: Path) -> None:
    rows = [candle_row(hour, volume="", rest="", timeframe=Timeframe.H1) for hour in range(4)]
    file = named(write_rows(tmp_path / "BTCUSDT-MARK-1h-a.csv", rows, header=None))

    span = Span(from_ms=minute(90), to_ms=minute(150))
    columns = reading_of(file).marks([file], span)

    assert columns is not None
    assert columns.open_ms.tolist() == [minute(60), minute(120)]
    assert reading_of(file).marks([file], Span(from_ms=minute(999), to_ms=None)) is None
    bad = candles(tmp_path, "BTCUSDT-MARK-1m-a.csv", 1, 1)
    assert reading_of(bad).marks([bad], OPEN) is None


def test_funding_is_that_of_the_span(tmp_path: Path) -> None:
    hours = [START_MS + hour * 3_600_000 for hour in (0, 8, 16, 24)]
    later = named(
        write_funding(tmp_path / "BTCUSDT-funding-a.csv", f"{hours[2]},8,0.3", f"{hours[3]},8,0.4")
    )
    sooner = named(
        write_funding(tmp_path / "BTCUSDT-funding-b.csv", f"{hours[0]},8,0.1", f"{hours[1]},8,0.2")
    )

    span = Span(from_ms=hours[1], to_ms=hours[3])
    columns = reading_of(later, sooner).funding([later, sooner], span)

    assert columns is not None
    assert columns.time_ms.tolist() == hours[1:3]
    assert [str(rate) for rate in columns.rate] == ["0.2", "0.3"]
    assert [source.path for source in columns.files] == [sooner.path, later.path]


def test_funding_told_twice_is_refused(tmp_path: Path) -> None:
    files = [
        named(write_funding(tmp_path / f"BTCUSDT-funding-{each}.csv", f"{START_MS},8,0.1"))
        for each in "ab"
    ]
    reading = reading_of(*files)

    reading.funding(files, OPEN)

    assert len(reading.problems) == 1
    assert "leave one of them out" in reading.problems[0]


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    files = [candles(tmp_path, f"BTCUSDT-1m-{each}.csv", each) for each in range(3)]
    told: list[tuple[int, int]] = []

    reading_of(*files, told=told).candles(files, OPEN)

    total = sum(file.path.stat().st_size for file in files)
    assert [at for at, _ in told] == sorted(at for at, _ in told)
    assert told[-1] == (total, total)
