"""The window over closed candles: bounded, gapless, oldest first."""

import pytest

from noctule.market.series import CandleSeries
from tests.builders import START_MS, candle, candles


def series_of(*closes: float, capacity: int = 10) -> CandleSeries:
    series = CandleSeries(capacity=capacity)
    for bar in candles(closes):
        series.append(bar)
    return series


def test_a_new_series_is_empty() -> None:
    series = CandleSeries(capacity=3)
    assert len(series) == 0
    assert list(series) == []
    assert series.closes(5) == []


def test_a_series_keeps_its_candles_in_order() -> None:
    bars = candles([1.0, 2.0, 3.0])
    assert list(series_of(1.0, 2.0, 3.0)) == bars


def test_a_series_may_hold_a_single_candle() -> None:
    assert series_of(1.0, 2.0, capacity=1).closes(5) == [2.0]


def test_the_oldest_candle_makes_room_for_the_newest() -> None:
    series = series_of(1.0, 2.0, 3.0, 4.0, capacity=3)
    assert len(series) == 3
    assert [bar.close for bar in series] == [2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("count", "closes"), [(0, []), (1, [3.0]), (2, [2.0, 3.0]), (3, [1.0, 2.0, 3.0])]
)
def test_the_latest_closes_come_oldest_first(count: int, closes: list[float]) -> None:
    assert series_of(1.0, 2.0, 3.0).closes(count) == closes


def test_there_are_no_more_closes_than_candles() -> None:
    assert series_of(1.0, 2.0).closes(100) == [1.0, 2.0]


@pytest.mark.parametrize("open_ms", [START_MS, START_MS + 120_000])
def test_a_repeated_candle_or_a_gap_is_a_bug_of_the_collector(open_ms: int) -> None:
    series = series_of(1.0)
    with pytest.raises(
        AssertionError,
        match=f"BTCUSDT 1m opened at {open_ms} after one that closed at {START_MS + 59_999}",
    ):
        series.append(candle(2.0, open_ms=open_ms))


def test_a_series_holds_at_least_one_candle() -> None:
    with pytest.raises(AssertionError, match="capacity is 0"):
        CandleSeries(capacity=0)
