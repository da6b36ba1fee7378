"""Each regime: where it begins and where not yet, how it ends, and that noise is no change."""

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from math import inf, nextafter
from random import Random

import pytest

from noctule.domain.market import Candle
from noctule.domain.regime import Regime, RegimeReading
from noctule.market.regime import RegimeDetector
from noctule.market.regime_settings import RegimeSettings
from tests.builders import candle
from tests.fakes.market_weather import Weather, any_market

NORM = 60
SHORT = {"trend_candles": 10, "recent_candles": 5, "norm_candles": NORM}
UP, DOWN, RANGE = Regime.TREND_UP, Regime.TREND_DOWN, Regime.RANGE
VOLATILE, ILLIQUID = Regime.HIGH_VOLATILITY, Regime.ILLIQUID


def new_detector(**bounds: float) -> RegimeDetector:
    return RegimeDetector(RegimeSettings.model_validate({**SHORT, **bounds}))


def told(bars: Iterable[Candle], detector: RegimeDetector) -> list[Regime | None]:
    return [detector.update(bar) for bar in bars]


def readings(bars: Iterable[Candle], **bounds: float) -> list[RegimeReading]:
    detector, found = new_detector(**bounds), []
    for bar in bars:
        detector.update(bar)
        if detector.reading is not None:
            found.append(detector.reading)
    return found


def last(bars: Iterable[Candle]) -> RegimeReading:
    return readings(bars)[-1]


def calm(count: int = NORM) -> Weather:
    weather = Weather()
    weather.swing(count)
    return weather


def rising() -> list[Candle]:
    weather = calm()
    weather.go([1.0] * 10)
    return weather.bars


def falling() -> list[Candle]:
    weather = calm()
    weather.go([-1.0] * 10)
    return weather.bars


def stormy() -> list[Candle]:
    weather = calm()
    weather.swing(12, reach=6.0)
    return weather.bars


def deserted() -> list[Candle]:
    weather = calm()
    weather.swing(12, volume=0.2)
    return weather.bars


def standing_still() -> list[Candle]:
    weather = calm()
    weather.go([0.0] * 12, reach=0.0)
    return weather.bars


def halted() -> list[Candle]:
    weather = calm()
    weather.go([0.0] * 12, reach=0.0, volume=0.0)
    return weather.bars


Draw = Callable[[], list[Candle]]


@pytest.mark.parametrize(
    ("draw", "regime"),
    [
        (lambda: calm().bars, RANGE),
        (rising, UP),
        (falling, DOWN),
        (stormy, VOLATILE),
        (deserted, ILLIQUID),
        (standing_still, ILLIQUID),
        (halted, ILLIQUID),
    ],
)
def test_each_regime_is_told_where_it_is_plain(draw: Draw, regime: Regime) -> None:
    assert last(draw()).regime is regime


@pytest.mark.parametrize(
    ("draw", "name", "regime"),
    [
        (rising, "trend", UP),
        (falling, "trend", DOWN),
        (stormy, "volatility", VOLATILE),
        (deserted, "liquidity", ILLIQUID),
        (standing_still, "liquidity", ILLIQUID),
    ],
)
def test_a_regime_begins_beyond_its_bound_and_not_at_it(
    draw: Draw, name: str, regime: Regime
) -> None:
    bars, furthest = draw(), max if name != "liquidity" else min
    bound = furthest(abs(getattr(each, name)) for each in readings(bars))
    beyond = nextafter(bound, inf if name == "liquidity" else 0)
    leave = {f"{name}_leave": 1.0 if name == "liquidity" else bound / 2}

    at, past = {f"{name}_enter": bound, **leave}, {f"{name}_enter": beyond, **leave}
    assert {each.regime for each in readings(bars, confirm_candles=1, **at)} == {RANGE}
    assert {each.regime for each in readings(bars, confirm_candles=1, **past)} == {RANGE, regime}


def climb(weather: Weather, ups: float) -> None:
    """Take ten steps, of which so many go up; those are spread evenly."""
    weather.go([1.0 if index * ups % 10 < ups else -1.0 for index in range(10)])


def storm(weather: Weather, reach: float) -> None:
    weather.swing(5, reach=reach)


def trade(weather: Weather, volume: float) -> None:
    weather.swing(5, volume=volume)


@pytest.mark.parametrize(
    ("move", "beyond", "between", "below", "regime"),
    [
        (climb, 7, 6, 5, UP),  # of ten steps: trends of 0.3, 0.1 and 0
        (climb, 3, 4, 5, DOWN),
        (storm, 5.0, 2.2, 1.0, VOLATILE),  # ranges 3.7, 1.8 and 1 times the usual
        (trade, 1.0, 3.0, 10.0, ILLIQUID),  # a tenth, a third and all of the usual volume
    ],
)
def test_a_regime_begins_at_one_bound_and_ends_at_a_milder_one(
    move: Callable[[Weather, float], None],
    beyond: float,
    between: float,
    below: float,
    regime: Regime,
) -> None:
    weather, detector, seen = calm(600), new_detector(norm_candles=600, confirm_candles=1), []
    for strength in (between, beyond, between, below, between):
        move(weather, strength)
        seen.append(told(weather.bars, detector)[-1])
        weather.bars.clear()

    assert seen == [RANGE, regime, regime, RANGE, RANGE]


def test_a_trend_may_turn_without_a_range_between() -> None:
    weather, detector = calm(), new_detector(trend_enter=0.05, trend_leave=0.04)
    weather.go([1.0] * 20)
    weather.go([-3.0] * 20)
    changes = [now for before, now in pairwise(told(weather.bars, detector)) if now is not before]
    assert changes == [RANGE, UP, DOWN]


@pytest.mark.parametrize(
    ("reach", "volume", "step", "regime"),
    [
        (9.0, 0.1, 1.0, ILLIQUID),
        (9.0, 10.0, 1.0, VOLATILE),
        (1.0, 10.0, 1.0, UP),
        (1.0, 10.0, 0.0, RANGE),
    ],
)
def test_of_several_that_fit_the_gravest_is_told(
    reach: float, volume: float, step: float, regime: Regime
) -> None:
    weather = calm()
    weather.go([step] * 10)
    weather.go([step] * 8, reach=reach, volume=volume)
    assert last(weather.bars).regime is regime


def test_none_is_known_before_there_is_a_norm_and_the_first_holds_at_once() -> None:
    weather, detector = calm(NORM - 10), new_detector(confirm_candles=5)
    weather.go([1.0] * 11)
    assert told(weather.bars, detector) == [None] * (NORM - 1) + [UP] * 2
    assert detector.warmup == NORM
    assert detector.since_ms == weather.bars[NORM - 1].close_ms


def test_before_a_regime_is_known_there_is_no_reading() -> None:
    detector = new_detector()
    assert detector.reading is None
    assert detector.regime is None


def test_a_change_waits_for_as_many_candles_in_a_row_as_confirm_it() -> None:
    weather, at_once, later = calm(), new_detector(confirm_candles=1), new_detector()
    weather.go([1.0] * 20)
    first = told(weather.bars, at_once).index(UP)
    assert told(weather.bars, later).index(UP) == first + 2
    assert later.since_ms == weather.bars[first + 2].close_ms


def test_a_change_that_is_called_for_with_a_break_begins_to_count_anew() -> None:
    weather = calm()
    weather.go([1.0] * 7 + [-1.0] + [1.0] * 3)
    seen = readings(weather.bars, trend_enter=0.6, trend_leave=0.59)[-5:]

    assert [each.trend > 0.6 for each in seen] == [True, False, True, True, True]
    assert [each.regime for each in seen] == [RANGE, RANGE, RANGE, RANGE, UP]


def test_a_change_that_is_about_to_come_is_confirmed_at_the_milder_bound_already() -> None:
    weather = calm()
    weather.go([1.0] * 7 + [-1.0] + [1.0])
    seen = readings(weather.bars, trend_enter=0.6, trend_leave=0.2)[-3:]

    assert [each.trend > 0.6 for each in seen] == [True, False, True]
    assert [each.regime for each in seen] == [RANGE, RANGE, UP]


def test_noise_at_a_bound_makes_one_change_and_not_many() -> None:
    random, weather = Random(1), calm(2_000)
    for _ in range(400):  # a fifth of the usual volume, where illiquid begins, more or less
        weather.swing(1, volume=2.0 * random.uniform(0.3, 1.9))
    plain = {"norm_candles": 2_000, "confirm_candles": 1, "liquidity_leave": 0.2001}
    steady = {"norm_candles": 2_000}

    assert changes_of(told(weather.bars, new_detector(**plain))) > 30
    assert changes_of(told(weather.bars, new_detector(**steady))) == 2  # the first one included


def changes_of(regimes: list[Regime | None]) -> int:
    return sum(before is not now for before, now in pairwise(regimes))


@pytest.mark.parametrize("seed", range(10))
def test_no_price_and_no_volume_that_is_possible_is_too_much(seed: int) -> None:
    random, bars, opened = Random(seed), list[Candle](), 1.0
    for _ in range(NORM + 100):
        close, volume = 10 ** random.uniform(-300, 300), 10 ** random.uniform(-300, 300)
        bars.append(candle(close, open=opened, volume=random.choice([0.0, volume])))
        opened = random.choice([close, 10 ** random.uniform(-300, 300)])
    assert set(told(bars, new_detector())[NORM - 1 :]) <= {*Regime}


def test_what_was_written_down_goes_on_the_same_in_every_regime() -> None:
    bars = any_market(Random(2), 400)
    detector = new_detector()
    told(bars[:NORM], detector)
    for bar in bars[NORM:]:
        again = new_detector()
        again.restore(json.loads(json.dumps(detector.snapshot())))
        assert again.reading == detector.reading
        assert again.update(bar) is detector.update(bar)
    assert set(told(bars, new_detector())) == {None, *Regime}


def test_a_reading_says_what_was_measured_last_and_since_when_its_regime_holds() -> None:
    weather, detector = calm(), new_detector()
    weather.go([1.0] * 10)
    first = told(weather.bars, detector).index(UP)
    reading = detector.reading
    assert reading is not None
    assert (reading.regime, reading.trend) == (UP, 0.9)
    assert reading.since_ms == weather.bars[first].close_ms
    assert 0.6 < reading.volatility < 1.1
    assert reading.liquidity == pytest.approx(1)


def test_without_settings_it_goes_by_the_defaults() -> None:
    assert RegimeDetector().warmup == RegimeSettings().norm_candles == 480
