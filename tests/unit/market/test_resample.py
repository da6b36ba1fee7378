"""Higher bars: whole, exact at both ends, told with their last base candle and never before."""

import pytest
from msgspec.structs import replace

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe
from noctule.market.resample import Resampler
from tests.builders import BTCUSDT, START_MS, candle, candles

MINUTE_MS = 60_000


def minute(
    number: int,
    prices: tuple[float, float, float, float] = (5.0, 5.0, 5.0, 5.0),
    *,
    volume: float = 10.0,
    trades: int = 100,
) -> Candle:
    """Build one minute from open, high, low and close."""
    opened, high, low, close = prices
    return candle(
        close,
        open_ms=START_MS + number * MINUTE_MS,
        open=opened,
        high=high,
        low=low,
        volume=volume,
        trades=trades,
    )


def idle(number: int, close: float) -> Candle:
    return minute(number, (close, close, close, close), volume=0.0, trades=0)


def bars_of(*minutes: Candle, timeframes: tuple[Timeframe, ...] = (Timeframe.M3,)) -> list[Candle]:
    resampler = Resampler(timeframes, base=Timeframe.M1)
    return [bar for each in minutes for bar in resampler.add(each)]


def prices(bar: Candle) -> tuple[float, float, float, float]:
    return bar.open, bar.high, bar.low, bar.close


def test_a_bar_is_the_sum_of_its_minutes() -> None:
    (bar,) = bars_of(
        minute(0, (10.0, 12.0, 9.0, 11.0), volume=1.0, trades=3),
        minute(1, (11.0, 15.0, 10.0, 14.0), volume=2.0, trades=4),
        minute(2, (14.0, 14.0, 8.0, 13.0), volume=4.0, trades=5),
    )
    assert bar == Candle(
        symbol=BTCUSDT,
        timeframe=Timeframe.M3,
        open_ms=START_MS,
        close_ms=START_MS + 3 * MINUTE_MS - 1,
        open=10.0,
        high=15.0,
        low=8.0,
        close=13.0,
        volume=7.0,
        quote_volume=1 * 11.0 + 2 * 14.0 + 4 * 13.0,
        trades=12,
        taker_buy_volume=3.5,
    )
    assert bar.flaw() is None


def test_a_bar_is_told_with_its_last_minute_and_not_before() -> None:
    resampler = Resampler([Timeframe.M3], base=Timeframe.M1)
    assert [len(resampler.add(each)) for each in candles([1.0] * 7)] == [0, 0, 1, 0, 0, 1, 0]


@pytest.mark.parametrize("first", [1, 2])
def test_a_bar_that_had_begun_before_we_looked_is_never_told(first: int) -> None:
    bars = bars_of(*(minute(number) for number in range(first, 9)))
    assert [bar.open_ms - START_MS for bar in bars] == [3 * MINUTE_MS, 6 * MINUTE_MS]


def test_of_bars_that_close_together_the_shorter_is_told_first() -> None:
    timeframes = (Timeframe.M15, Timeframe.M3, Timeframe.M5)
    resampler = Resampler(timeframes, base=Timeframe.M1)
    told = [[bar.timeframe for bar in resampler.add(each)] for each in candles([1.0] * 15)]
    assert told[2] == ["3m"]
    assert told[4] == ["5m"]
    assert told[14] == ["3m", "5m", "15m"]


def test_a_minute_without_trades_has_no_say_in_open_high_and_low() -> None:
    (bar,) = bars_of(idle(0, 20.0), minute(1, (10.0, 12.0, 9.0, 11.0)), idle(2, 11.0))
    assert prices(bar) == (10.0, 12.0, 9.0, 11.0)


def test_a_bar_closes_where_its_last_trade_did_whatever_an_idle_minute_shows() -> None:
    (bar,) = bars_of(minute(0, (10.0, 12.0, 9.0, 11.0)), idle(1, 30.0), idle(2, 30.0))
    assert prices(bar) == (10.0, 12.0, 9.0, 11.0)
    assert bar.flaw() is None


def test_a_bar_without_trades_stands_at_the_last_close() -> None:
    first, second = bars_of(
        *(minute(number, (10.0, 12.0, 9.0, 11.0)) for number in range(3)),
        *(idle(number, 11.0) for number in range(3, 6)),
    )
    assert prices(second) == (11.0, 11.0, 11.0, 11.0) == (first.close,) * 4
    assert second.is_idle


def test_a_minute_with_trades_of_unknown_number_has_its_say() -> None:
    (bar,) = bars_of(
        minute(0, (10.0, 12.0, 9.0, 11.0), volume=1.0, trades=0),
        minute(1, (11.0, 11.0, 7.0, 8.0), volume=1.0, trades=0),
        idle(2, 8.0),
    )
    assert prices(bar) == (10.0, 12.0, 7.0, 8.0)


def test_takers_never_buy_more_than_was_traded_however_the_sum_is_rounded() -> None:
    tenths = [
        candle(0.1, open_ms=START_MS + number * MINUTE_MS, volume=0.1) for number in range(1_440)
    ]
    minutes = [replace(each, taker_buy_volume=each.volume) for each in tenths]
    (day,) = bars_of(*minutes, timeframes=(Timeframe.D1,))
    assert day.flaw() is None
    assert day.volume == pytest.approx(144.0)


def test_a_month_has_as_many_days_as_the_calendar_says() -> None:
    february_2028_ms = 1_832_976_000_000
    days = candles([1.0] * 60, timeframe=Timeframe.D1, start_ms=february_2028_ms)
    resampler = Resampler([Timeframe.MO1], base=Timeframe.D1)
    february, march = [bar for each in days for bar in resampler.add(each)]
    assert (february.volume, march.volume) == (290.0, 310.0)
    assert (february.flaw(), march.flaw()) == (None, None)


def test_what_is_not_built_from_the_base_is_refused() -> None:
    with pytest.raises(AssertionError, match="1w is not a multiple of 3d"):
        Resampler([Timeframe.W1], base=Timeframe.D3)


def test_a_candle_of_another_length_is_refused() -> None:
    with pytest.raises(AssertionError, match="5m is not the base 1m"):
        bars_of(candle(timeframe=Timeframe.M5))


@pytest.mark.parametrize("number", [0, 2])
def test_a_repeated_minute_or_a_gap_is_refused(number: int) -> None:
    with pytest.raises(AssertionError, match=f"expected was {START_MS + MINUTE_MS}"):
        bars_of(minute(0), minute(number))
