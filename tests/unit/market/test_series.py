"""The window over closed candles: bounded, gapless, oldest first; and the face it shows."""

import pytest

from noctule.market.series import CandleSeries, History
from tests.builders import START_MS, candle, candles


def series_of(*closes: float, capacity: int = 10) -> CandleSeries:
    series = CandleSeries(capacity=capacity)
    for bar in candles(closes):
        series.append(bar)
    return series


def history_of(*closes: float, capacity: int = 10) -> History:
    return series_of(*closes, capacity=capacity).history


def test_a_new_history_is_empty() -> None:
    history = CandleSeries(capacity=3).history
    assert len(history) == 0
    assert list(history) == []
    assert history.closes(5) == []
    assert history.latest(5) == []


def test_a_history_keeps_its_candles_in_order() -> None:
    assert list(history_of(1.0, 2.0, 3.0)) == candles([1.0, 2.0, 3.0])


def test_a_series_may_hold_a_single_candle() -> None:
    assert history_of(1.0, 2.0, capacity=1).closes(5) == [2.0]


def test_the_oldest_candle_makes_room_for_the_newest() -> None:
    history = history_of(1.0, 2.0, 3.0, 4.0, capacity=3)
    assert len(history) == 3
    assert [bar.close for bar in history] == [2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("count", "closes"), [(0, []), (1, [3.0]), (2, [2.0, 3.0]), (3, [1.0, 2.0, 3.0])]
)
def test_the_latest_come_oldest_first(count: int, closes: list[float]) -> None:
    history = history_of(1.0, 2.0, 3.0)
    assert history.closes(count) == closes
    assert [bar.close for bar in history.latest(count)] == closes


def test_there_are_no_more_closes_than_candles() -> None:
    assert history_of(1.0, 2.0).closes(100) == [1.0, 2.0]


def test_a_candle_is_found_by_its_place_from_either_end() -> None:
    history = history_of(1.0, 2.0, 3.0)
    assert (history[0].close, history[-1].close) == (1.0, 3.0)
    with pytest.raises(IndexError):
        history[3]


def test_the_last_candle_is_at_hand() -> None:
    assert series_of(1.0, 2.0, capacity=1).last.close == 2.0


def test_who_looks_at_a_series_cannot_write_on_it() -> None:
    assert not hasattr(history_of(1.0), "append")


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
