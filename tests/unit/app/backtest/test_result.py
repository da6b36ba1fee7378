"""A result is the same wherever its files lie, and its tables are made when they are asked for."""

from pathlib import Path

from msgspec.structs import replace

from noctule.app.backtest.result import result_hash, source_of
from tests.fakes.recorded_columns import columns_of, recorded_of, standing
from tests.fakes.small_backtest import FROM_MS, small_result


def test_trades_are_a_table_with_times_in_utc() -> None:
    frame = small_result().trades_frame()
    trades = small_result().course.trades
    assert len(frame) == len(trades) > 5
    assert frame.index.name == "number"
    first = frame.loc[1]
    assert first["opened"].isoformat().endswith("+00:00")
    assert round(first["opened"].timestamp() * 1_000) == trades[0].opened_ms
    assert first["net_pnl"] == trades[0].net_pnl


def test_without_trades_the_table_has_its_columns_all_the_same() -> None:
    result = small_result()
    empty = replace(result, course=replace(result.course, trades=()))
    assert list(empty.trades_frame().columns) == list(result.trades_frame().columns)


def test_equity_is_a_table_by_instant() -> None:
    frame = small_result().equity_frame()
    assert round(frame.index[0].timestamp() * 1_000) == FROM_MS
    assert list(frame.columns) == ["equity", "exposure"]
    assert frame["equity"].iloc[0] == 10_000.0


def test_any_other_trade_or_curve_has_another_hash() -> None:
    course = small_result().course
    fewer = replace(course, trades=course.trades[:-1])
    other = replace(course, curve=replace(course.curve, equity=course.curve.exposure))
    hashes = {result_hash(each) for each in (course, fewer, other)}
    assert len(hashes) == 3
    assert result_hash(course) == small_result().result_hash


def test_a_source_is_known_by_its_content_and_not_by_its_place() -> None:
    columns = columns_of(standing(range(5)))
    source = source_of(recorded_of(columns), ("odd",))
    assert (source.quirks, len(source.files), source.timeframe) == (("odd",), 1, "5m")
    (file,) = columns.files
    moved = replace(columns, files=(replace(file, path=Path("/elsewhere/BTCUSDT.csv")),))
    assert source_of(recorded_of(moved), ()).data_hash == source.data_hash
    other = replace(columns, files=(replace(file, sha256="cd" * 32),))
    assert source_of(recorded_of(other), ()).data_hash != source.data_hash
