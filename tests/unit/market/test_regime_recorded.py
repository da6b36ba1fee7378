"""On real and generated markets every regime comes, stays a while, and means what it says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise, takewhile
from random import Random
from statistics import fmean

import pytest

from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.generator import generate
from noctule.adapters.sim.klines import Klines
from noctule.domain.market import Candle
from noctule.domain.regime import Regime, RegimeReading
from noctule.domain.values import Timeframe
from noctule.market.regime import RegimeDetector
from noctule.market.regime_settings import RegimeSettings
from tests.builders import START_MS
from tests.conformance.fixtures import needs_data
from tests.fakes.recorded import recorded_in_all
from tests.fakes.sim_market import rules_of
from tests.unit.market.test_resample_recorded import drawn

DAYS = 5
DAY_MS = 86_400_000
DIRECTIONS = {Regime.TREND_UP: 1, Regime.TREND_DOWN: -1}


@needs_data
@pytest.mark.parametrize(
    ("symbol", "timeframe", "a_day", "trends", "storms"),
    [
        ("BTCUSDT", Timeframe.M5, 4.1, 0.11, 0.11),
        ("LTCUSDT", Timeframe.M5, 4.4, 0.14, 0.06),
        ("BTCUSDT", Timeframe.H1, 0.33, 0.18, 0.05),
        ("ETHUSDT", Timeframe.H1, 0.36, 0.20, 0.04),
        ("ADAUSDT", Timeframe.H1, 0.38, 0.19, 0.05),
    ],
)
def test_recorded_markets_change_a_few_times_in_a_hundred_candles(
    symbol: str, timeframe: Timeframe, a_day: float, trends: float, storms: float
) -> None:
    seen = readings(recorded_in_all(symbol, timeframe))
    shares = shares_of(seen)

    assert changes_a_day(seen, timeframe) == pytest.approx(a_day, rel=0.05)
    assert shares[Regime.TREND_UP] + shares[Regime.TREND_DOWN] == pytest.approx(trends, abs=0.01)
    assert shares[Regime.HIGH_VOLATILITY] == pytest.approx(storms, abs=0.01)
    assert shares[Regime.RANGE] > 0.7


@needs_data
def test_a_recorded_regime_says_what_the_market_does_in_it() -> None:
    bars = recorded_in_all("BTCUSDT", Timeframe.H1)
    means_what_it_says(bars)


@pytest.mark.parametrize(
    ("symbol", "timeframe", "most"),
    [
        ("BTCUSDT", Timeframe.M1, 40),
        ("BTCUSDT", Timeframe.M5, 10),
        ("THINUSDT", Timeframe.M1, 40),
    ],
)
def test_generated_markets_change_no_more_often(
    symbol: str, timeframe: Timeframe, most: float
) -> None:
    seen = readings(generated(symbol)[timeframe])
    assert 1 < changes_a_day(seen, timeframe) < most


def test_a_generated_market_is_in_every_regime_and_mostly_in_a_range() -> None:
    shares = shares_of(readings(generated("BTCUSDT")[Timeframe.M1]))
    assert set(shares) == set(Regime)
    assert shares[Regime.RANGE] > 0.4
    assert shares[Regime.ILLIQUID] < 0.1


def test_a_symbol_in_which_most_minutes_have_a_trade_at_most_is_illiquid() -> None:
    assert shares_of(readings(generated("THINUSDT")[Timeframe.M1]))[Regime.ILLIQUID] > 0.6


def test_a_generated_regime_says_what_the_market_does_in_it() -> None:
    means_what_it_says(generated("BTCUSDT")[Timeframe.M1])


def means_what_it_says(bars: Sequence[Candle]) -> None:
    """Look with other eyes: at the ranges of single candles, and at where prices were before.

    A regime says what has been, not what will be.
    """
    seen = readings(bars)
    shown = bars[-len(seen) :]
    earlier = bars[-len(seen) - RegimeSettings().trend_candles : -RegimeSettings().trend_candles]

    def mean_range(regime: Regime) -> float:
        inside = [bar for bar, it in zip(shown, seen, strict=True) if it.regime is regime]
        return fmean((bar.high - bar.low) / bar.close for bar in inside)

    assert mean_range(Regime.HIGH_VOLATILITY) > 1.8 * mean_range(Regime.RANGE)
    for regime, sign in DIRECTIONS.items():
        ways = [
            sign * (bar.close - before.close) > 0
            for bar, before, it in zip(shown, earlier, seen, strict=True)
            if it.regime is regime
        ]
        assert fmean(ways) > 0.95  # the rest are candles that confirm its end


def readings(bars: Sequence[Candle]) -> list[RegimeReading]:
    detector, found = RegimeDetector(), []
    for bar in bars:
        detector.update(bar)
        if detector.reading is not None:
            found.append(detector.reading)
    return found


def shares_of(seen: list[RegimeReading]) -> Mapping[Regime, float]:
    counts = Counter(each.regime for each in seen)
    return {regime: count / len(seen) for regime, count in counts.items()}


def changes_a_day(seen: list[RegimeReading], timeframe: Timeframe) -> float:
    changes = sum(before.regime is not now.regime for before, now in pairwise(seen))
    return changes * DAY_MS / (len(seen) * timeframe.ms)


@cache
def generated(symbol: str) -> Mapping[str, list[Candle]]:
    """Let the simulated exchange draw some days of a symbol, in every interval."""
    klines, told = Klines(), dict[str, list[Candle]]()
    market = generate(rules_of(symbol), Random(1), start_ms=START_MS)
    for event in takewhile(lambda event: event.time_ms < START_MS + DAYS * DAY_MS, market):
        for interval, kline in klines.roll(event.time_ms):
            told.setdefault(interval, []).append(drawn(kline, Timeframe(interval)))
        if isinstance(event, Tick):
            klines.trade(event)
    return told
