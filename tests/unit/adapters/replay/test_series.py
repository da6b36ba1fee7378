"""A series is whole and in time order, whichever of its files comes first."""

from pathlib import Path

from noctule.adapters.replay.candle_file import CandleFile, read_candles
from noctule.adapters.replay.series import Series, overlaps_of
from noctule.adapters.replay.span import Span
from noctule.domain.values import Symbol, Timeframe
from tests.fakes.recorded_files import START_MS, random_rows, write_rows

BTC, M1 = Symbol("BTCUSDT"), Timeframe.M1
ROWS = random_rows(90)


def file_of(folder: Path, first: int, last: int) -> CandleFile:
    path = write_rows(folder / f"{first}.csv", ROWS[first:last])
    return read_candles(path, M1, cache=None, on_bytes=lambda _at: None)


def series_of(*files: CandleFile, from_minute: int = 0, to_minute: int = 90) -> Series:
    span = Span(from_ms=START_MS + from_minute * 60_000, to_ms=START_MS + to_minute * 60_000)
    series = Series(BTC, M1, span)
    for file in files:
        series.add(file)
    return series


def test_files_in_any_order_are_the_same_series(tmp_path: Path) -> None:
    spans = [(0, 30), (30, 40), (40, 90)]
    whole = series_of(file_of(tmp_path, 0, 90)).columns()
    assert whole is not None

    for order in (spans, spans[::-1], [spans[1], spans[0], spans[2]]):
        columns = series_of(*(file_of(tmp_path, *each) for each in order)).columns()
        assert columns is not None
        for name in ("open_ms", "open", "close", "volume", "trades", "taker_buy_quote"):
            assert getattr(columns, name).tolist() == getattr(whole, name).tolist()
        assert [source.path.name for source in columns.files] == ["0.csv", "30.csv", "40.csv"]


def test_only_files_that_reach_into_the_span_are_told(tmp_path: Path) -> None:
    files = [file_of(tmp_path, *each) for each in [(0, 30), (30, 40), (40, 90)]]
    columns = series_of(*files, from_minute=35, to_minute=40).columns()

    assert columns is not None
    assert len(columns) == 5
    assert [source.path.name for source in columns.files] == ["30.csv"]


def test_an_empty_series_says_what_there_is(tmp_path: Path) -> None:
    series = series_of(file_of(tmp_path, 0, 30), from_minute=60)

    assert series.columns() is None
    assert str(series) == "1m candles from 2023-01-01T00:00 to 2023-01-01T00:30"


def test_overlaps_are_told_in_time_order(tmp_path: Path) -> None:
    series = series_of(file_of(tmp_path, 29, 40), file_of(tmp_path, 0, 30))

    assert overlaps_of(series.held) == [
        f"{tmp_path}/29.csv: begins at 2023-01-01T00:29,"
        f" {tmp_path}/0.csv ends at 2023-01-01T00:29: leave one of them out"
    ]
