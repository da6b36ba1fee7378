"""Each flaw is told in words that say what would be right."""

import pytest

from noctule.adapters.replay.judging import CandleJudge, number_flaw, time_flaw, to_ms
from noctule.domain.values import Timeframe
from tests.fakes.recorded_files import START_MS, candle_row

T = START_MS


@pytest.mark.parametrize(
    ("row", "flaw"),
    [
        (candle_row(), None),
        (candle_row(rest=""), None),
        (candle_row(volume="", rest=",,,,"), None),
        (
            "2023-01-01 00:00:00+00:00,100,110,95,105,4,2023-01-01 00:00:59+00:00",
            'open_time is "2023-01-01 00:00:00+00:00", should be milliseconds like 1672531200000',
        ),
        (
            f"{T},100,110,95,105,4,",
            "close_time is blank, should be milliseconds like 1672531200000",
        ),
        (
            f"{T // 1000},100,110,95,105,4,{T // 1000 + 59}",
            "open_time 1672531200 is in seconds, should be milliseconds: 1672531200000",
        ),
        (
            f"{T}000000,100,110,95,105,4,{T}000001",
            'open_time "1672531200000000000" is too long,'
            " should be milliseconds like 1672531200000",
        ),
        ("-60000,1,1,1,1,1,-1", 'open_time is "-60000", should be milliseconds like 1672531200000'),
        (
            f"{T + 1},100,110,95,105,4,{T + 60_000}",
            f"open_time {T + 1} is off the 1m grid, should be {T}",
        ),
        (
            f"{T},100,110,95,105,4,{T + 60_000}",
            f"close_time {T + 60_000} does not end this 1m candle, should be {T + 59_999}",
        ),
        (candle_row(prices="nan,110,95,105"), 'open is "nan", should be a price'),
        (candle_row(prices="100,,95,105"), "high is blank, should be a price"),
        (candle_row(prices="100,110,x,105"), 'low is "x", should be a price'),
        (candle_row(prices="100,110,95,1_05"), 'close is "1_05", should be a price'),
        (candle_row(prices="100,inf,95,105"), 'high is "inf", should be a price'),
        (candle_row(prices="100,110,0,105"), "low is 0, should be above 0"),
        (candle_row(prices="100,110,101,105"), "low 101 is above open 100, should be the lowest"),
        (candle_row(prices="105,110,104,103"), "low 104 is above close 103, should be the lowest"),
        (candle_row(prices="100,99,95,98"), "high 99 is below open 100, should be the highest"),
        (candle_row(prices="95,99,95,105"), "high 99 is below close 105, should be the highest"),
        (candle_row(volume="-4"), "volume is -4, should be 0 or more"),
        (candle_row(volume="many"), 'volume is "many", should be a number'),
        (candle_row(rest=",-1,8,1,103"), "quote_volume is -1, should be 0 or more"),
        (candle_row(rest=",410,8.5,1,103"), 'count is "8.5", should be a whole number'),
        (candle_row(rest=",410,-8,1,103"), 'count is "-8", should be a whole number'),
        (
            candle_row(rest=",410,8,5,103"),
            "taker_buy_volume 5 is more than volume 4, should be a part of it",
        ),
        (
            candle_row(rest=",410,8,1,411"),
            "taker_buy_quote_volume 411 is more than quote_volume 410, should be a part of it",
        ),
        (
            candle_row(rest=",,8,1,411"),
            "taker_buy_quote_volume 411 is more than quote_volume 410, should be a part of it",
        ),
    ],
)
def test_a_row_is_judged(row: str, flaw: str | None) -> None:
    assert CandleJudge(Timeframe.M1)(row.split(",")) == flaw


@pytest.mark.parametrize(
    ("second", "flaw"),
    [
        (2, None),
        (1, f"open_time {T + 60_000} comes twice, should come once"),
        (0, f"open_time {T} is before {T + 60_000} above it, should be after it"),
    ],
)
def test_rows_follow_each_other(second: int, flaw: str | None) -> None:
    judge = CandleJudge(Timeframe.M1)
    assert judge(candle_row(1).split(",")) is None
    assert judge(candle_row(second).split(",")) == flaw


def test_times_and_numbers_are_judged_by_themselves() -> None:
    assert time_flaw("calc_time", f"{T}000") is None
    assert number_flaw("rate", "-0.0001") is None
    assert number_flaw("rate", "") == "rate is blank, should be a number"
    assert (to_ms(f"{T}999"), to_ms(f"{T}")) == (T, T)
