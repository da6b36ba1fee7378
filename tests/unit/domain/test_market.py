"""Candles: an impossible bar is told, a possible one is let through."""

import math

import pytest
from msgspec.structs import replace

from noctule.domain.market import BookTicker
from noctule.domain.values import Timeframe
from tests.builders import BTCUSDT, START_MS, candle


@pytest.mark.parametrize("timeframe", Timeframe)
def test_a_possible_bar_has_no_flaw(timeframe: Timeframe) -> None:
    open_ms = timeframe.open_of(START_MS)
    bar = candle(102.0, open=101.0, high=103.0, low=100.0, timeframe=timeframe, open_ms=open_ms)
    assert bar.flaw() is None


def test_a_coin_may_be_worth_next_to_nothing() -> None:
    assert candle(1e-7, open=2e-7).flaw() is None


def test_a_bar_that_stands_still_has_no_flaw() -> None:
    assert candle(100.0, volume=0.0, trades=0).flaw() is None


def test_a_bar_opens_on_its_timeframes_grid() -> None:
    bar = candle(timeframe=Timeframe.M5, open_ms=START_MS + 60_000)
    assert bar.flaw() == f"open_ms {START_MS + 60_000} is off the 5m grid"


def test_a_bar_closes_where_the_next_one_opens() -> None:
    bar = replace(candle(), close_ms=START_MS + 60_000)
    assert bar.flaw() == (f"close_ms {START_MS + 60_000} does not end the bar opened at {START_MS}")


@pytest.mark.parametrize("days", [27, 28, 30, 31])
def test_a_monthly_bar_closes_with_its_own_month(days: int) -> None:
    february_2026_ms = 1_769_904_000_000
    close_ms = february_2026_ms + days * 86_400_000 - 1
    bar = candle(timeframe=Timeframe.MO1, open_ms=february_2026_ms)
    told = f"close_ms {close_ms} does not end the bar opened at {february_2026_ms}"
    assert replace(bar, close_ms=close_ms).flaw() == (None if days == 28 else told)


@pytest.mark.parametrize("timeframe", Timeframe)
@pytest.mark.parametrize("open_ms", [-(10**30) + 1, 10**30 + 1])
def test_a_bar_of_no_calendar_is_only_off_the_grid(timeframe: Timeframe, open_ms: int) -> None:
    bar = replace(candle(), timeframe=timeframe, open_ms=open_ms)
    assert bar.flaw() == f"open_ms {open_ms} is off the {timeframe} grid"


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"low": 101.5}, "low 101.5 is not the lowest of 101.0 103.0 102.0"),
        ({"low": 0.0}, "low 0.0 is not the lowest of 101.0 103.0 102.0"),
        ({"low": -1.0}, "low -1.0 is not the lowest of 101.0 103.0 102.0"),
        ({"low": math.nan}, "low nan is not the lowest of 101.0 103.0 102.0"),
        ({"open": math.nan}, "low 100.0 is not the lowest of nan 103.0 102.0"),
        ({"open": 99.0}, "low 100.0 is not the lowest of 99.0 103.0 102.0"),
        ({"close": 99.0}, "low 100.0 is not the lowest of 101.0 103.0 99.0"),
        ({"close": math.nan}, "low 100.0 is not the lowest of 101.0 103.0 nan"),
        ({"open": 104.0}, "high 103.0 is not the highest of 104.0 100.0 102.0"),
        ({"close": 104.0}, "high 103.0 is not the highest of 101.0 100.0 104.0"),
        ({"high": math.nan}, "high nan is not the highest of 101.0 100.0 102.0"),
        ({"high": math.inf}, "high inf is not the highest of 101.0 100.0 102.0"),
    ],
)
def test_a_bars_prices_lie_between_its_low_and_its_high(
    change: dict[str, float], flaw: str
) -> None:
    bar = replace(candle(102.0, open=101.0, high=103.0, low=100.0), **change)
    assert bar.flaw() == flaw


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"volume": -1.0}, "volume -1.0 with 5.0 bought by takers"),
        ({"volume": math.inf}, "volume inf with 5.0 bought by takers"),
        ({"volume": math.nan}, "volume nan with 5.0 bought by takers"),
        ({"taker_buy_volume": 11.0}, "volume 10.0 with 11.0 bought by takers"),
        ({"taker_buy_volume": -0.1}, "volume 10.0 with -0.1 bought by takers"),
        ({"quote_volume": -1.0}, "quote volume -1.0 in 100 trades"),
        ({"quote_volume": math.nan}, "quote volume nan in 100 trades"),
        ({"quote_volume": math.inf}, "quote volume inf in 100 trades"),
        ({"trades": -1}, "quote volume 600000.0 in -1 trades"),
    ],
)
def test_a_bars_volumes_add_up(change: dict[str, float], flaw: str) -> None:
    assert replace(candle(), **change).flaw() == flaw


def test_a_bar_without_trades_is_idle() -> None:
    assert candle(volume=0.0, trades=0).is_idle


def test_a_bar_with_trades_or_volume_is_not_idle() -> None:
    assert not candle(volume=1.0, trades=0).is_idle
    assert not candle(volume=0.0, trades=1).is_idle


@pytest.mark.parametrize("timeframe", Timeframe)
def test_an_idle_bar_repeats_the_last_close_on_its_own_place(timeframe: Timeframe) -> None:
    open_ms = timeframe.open_of(START_MS)
    bar = candle(102.0, open=101.0, high=103.0, low=100.0, timeframe=timeframe, open_ms=open_ms)
    idle = bar.idle_at(bar.close_ms + 1)
    assert (idle.symbol, idle.timeframe, idle.open_ms) == (BTCUSDT, timeframe, bar.close_ms + 1)
    assert (idle.open, idle.high, idle.low, idle.close) == (102.0, 102.0, 102.0, 102.0)
    assert (idle.quote_volume, idle.taker_buy_volume) == (0.0, 0.0)
    assert idle.is_idle
    assert idle.flaw() is None


def test_a_spread_is_a_share_of_the_middle_price() -> None:
    book = BookTicker(
        symbol=BTCUSDT,
        bid_price=99.0,
        bid_quantity=1.0,
        ask_price=101.0,
        ask_quantity=1.0,
        update_id=1,
    )
    assert book.spread_share == 0.02
