"""Progress, volatility and liquidity: what each is, and what must not change it."""

import json
from collections.abc import Iterable
from itertools import pairwise
from math import sqrt
from random import Random
from statistics import fmean

import pytest
from msgspec.structs import replace

from noctule.domain.market import Candle
from noctule.market.regime_measures import Measures, RegimeMeter
from tests.fakes.market_weather import Weather

TREND, RECENT, NORM = 10, 5, 50


def new_meter() -> RegimeMeter:
    return RegimeMeter(TREND, RECENT, NORM)


def taken(bars: Iterable[Candle], meter: RegimeMeter | None = None) -> list[Measures | None]:
    meter = meter or new_meter()
    return [meter.update(bar.high, bar.low, bar.close, bar.volume) for bar in bars]


def measured(bars: Iterable[Candle]) -> Measures:
    last = taken(bars)[-1]
    assert last is not None
    return last


def wild(seed: int, count: int = 300) -> list[Candle]:
    """Draw bars of any kind: still ones, gaps, bursts of volume and none."""
    random, weather = Random(seed), Weather(1_000.0)
    for _ in range(count):
        weather.price += random.choice([0.0, 0.0, random.gauss(0, 20)])
        step = random.choice([0.0, random.gauss(0, 1), random.gauss(0, 8)])
        reach = random.choice([0.0, random.random()])
        weather.go([step], reach=reach, volume=random.choice([0.0, 1.0, 400.0]) * random.random())
    return weather.bars


def test_nothing_is_measured_before_there_is_a_norm() -> None:
    told = taken(Weather().swing(NORM + 1))
    assert [each is None for each in told] == [True] * (NORM - 1) + [False] * 2
    assert new_meter().warmup == NORM


@pytest.mark.parametrize(
    ("steps", "trend"),
    [
        ([1.0] * 10, 0.9),  # straight up: all but the largest step
        ([-1.0] * 10, -0.9),
        ([1.0] * 8 + [-1.0] * 2, 0.5),
        ([-1.0] * 8 + [1.0] * 2, -0.5),
        ([1.0, -1.0] * 5, 0.0),
        ([0.0] * 10, 0.0),
        ([0.0] * 5 + [300.0] + [0.0] * 4, 0.0),  # one candle makes no trend
        ([0.0] * 5 + [300.0, 300.0] + [0.0] * 3, 0.5),
    ],
)
def test_a_trend_is_the_share_of_the_way_that_was_progress(
    steps: list[float], trend: float
) -> None:
    weather = Weather()
    weather.swing(NORM)
    weather.go(steps)
    assert measured(weather.bars).trend == trend


def test_volatility_is_the_latest_mean_range_over_the_usual_one() -> None:
    weather = Weather(1e9)  # so high that a share of it hardly depends on when
    weather.swing(NORM - RECENT, reach=0.5)  # ranges of 2
    assert measured([*weather.bars, *weather.swing(5, reach=0.5)]).volatility == pytest.approx(1)
    weather.swing(RECENT, reach=2.5)  # ranges of 6: five of 6 and 45 of 2 are 2.4 on average
    assert measured(weather.bars).volatility == pytest.approx(2.5, rel=1e-6)


def test_a_gap_belongs_to_the_range_of_the_candle_after_it() -> None:
    weather = Weather(1e9)
    weather.go([0.0] * (NORM - 1), reach=1.0)
    usual = measured([*weather.bars, *weather.go([0.0])]).volatility
    weather.price += 10
    gap = measured([*weather.bars, *weather.go([0.0])]).volatility
    assert usual == pytest.approx(1)
    # Of 50 ranges of 2 the last is 11, so the latest five are 3.8 on average, all of them 2.18.
    assert gap == pytest.approx(3.8 / 2.18, rel=1e-6)


def test_liquidity_is_the_latest_volume_over_the_usual_one() -> None:
    weather = Weather()
    weather.swing(NORM - RECENT, volume=16)
    weather.swing(RECENT, volume=1)
    # The roots are 4 and 1: five of 1 and 45 of 4 are 3.7 on average.
    assert measured(weather.bars).liquidity == pytest.approx((1 / 3.7) ** 2)


def test_liquidity_is_less_where_prices_stand_still() -> None:
    weather = Weather()
    weather.swing(NORM - 2)
    weather.go([0.0, 0.0], reach=0.0)
    assert measured(weather.bars).liquidity == pytest.approx(3 / 5)


def test_one_burst_of_volume_does_not_make_all_that_follows_look_thin() -> None:
    weather = Weather()
    weather.swing(NORM - 10)
    weather.go([1.0], volume=10.0 * 100)
    weather.swing(9)
    assert measured(weather.bars).liquidity > 0.7  # the mean would say 0.34


@pytest.mark.parametrize("volume", [0.0, 10.0])
def test_a_market_in_which_nothing_moves_is_calm_and_cannot_be_traded(volume: float) -> None:
    bars = Weather().go([0.0] * NORM, reach=0.0, volume=volume)
    assert measured(bars) == Measures(0.0, 0.0, 0.0)


def test_without_any_volume_there_is_no_liquidity_however_much_prices_move() -> None:
    told = measured(Weather().swing(NORM, volume=0.0))
    assert told.liquidity == 0.0
    assert told.volatility == pytest.approx(1, abs=0.01)


def test_they_are_the_same_for_every_price_and_every_lot() -> None:
    bars = wild(1)
    other = [
        replace(
            bar,
            high=bar.high * 1024,
            low=bar.low * 1024,
            close=bar.close * 1024,
            volume=bar.volume * 4096,
        )
        for bar in bars
    ]
    assert taken(other) == taken(bars)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_they_are_what_looking_at_all_candles_again_would_say(seed: int) -> None:
    bars = wild(seed)
    for index, told in enumerate(taken(bars)):
        if told is not None:
            again = plainly(bars[: index + 1])
            assert (told.trend, told.volatility, told.liquidity) == pytest.approx(again, rel=1e-9)


def plainly(bars: list[Candle]) -> tuple[float, float, float]:
    """Measure the last candles without remembering anything."""
    closes = [bar.close for bar in bars]
    steps = [now - before for before, now in pairwise(closes)][-TREND:]
    way, largest, net = sum(map(abs, steps)), max(map(abs, steps)), closes[-1] - closes[-TREND - 1]
    progress = max(0.0, abs(net) - largest) / way if way else 0.0
    befores = [closes[0], *closes]
    ranges = [
        (max(bar.high, before) - min(bar.low, before)) / bar.close
        for before, bar in zip(befores, bars, strict=False)
    ]
    roots = [sqrt(bar.volume) for bar in bars]
    moved = fmean(bar.high > bar.low for bar in bars[-RECENT:])
    return (
        progress if net > 0 else -progress,
        fmean(ranges[-RECENT:]) / fmean(ranges[-NORM:]),
        (fmean(roots[-RECENT:]) / fmean(roots[-NORM:])) ** 2 * moved,
    )


def test_what_came_before_the_norm_is_forgotten_even_a_spike_of_a_million() -> None:
    bars, weather = wild(4), Weather(1e9)
    weather.go([0.0, -1e9 + 1_000.0], reach=1.0, volume=1e6)
    spiked = taken([*weather.bars, *bars])[2:]
    for told, other in zip(spiked[NORM:], taken(bars)[NORM:], strict=True):
        assert told is not None
        assert other is not None
        pairs = zip(
            (told.trend, told.volatility, told.liquidity),
            (other.trend, other.volatility, other.liquidity),
            strict=True,
        )
        assert all(each == pytest.approx(it, rel=1e-9) for each, it in pairs)


def test_what_was_written_down_goes_on_the_same() -> None:
    bars, first, second = wild(5), new_meter(), new_meter()
    taken(bars[:120], first)
    second.restore(json.loads(json.dumps(first.snapshot())))
    assert second.value == first.value
    assert taken(bars[120:], second) == taken(bars[120:], first)


def test_a_norm_is_longer_than_what_it_judges() -> None:
    with pytest.raises(AssertionError, match="the norm is 10 candles, of 10 and 5"):
        RegimeMeter(10, 5, 10)
