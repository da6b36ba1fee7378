"""Bands around the price, by hand on a few candles and written out plainly on many."""

from statistics import fmean, pstdev

import pytest

from noctule.indicators.bands import Bollinger, BollingerValue, Channel, Donchian, Keltner
from tests.indicator_series import hard


def test_a_donchian_channel_spans_the_latest_candles_the_last_one_included() -> None:
    donchian = Donchian(2)
    candles = [(12.0, 8.0), (11.0, 9.0), (15.0, 10.0), (11.0, 7.0)]

    assert [donchian.update(*candle) for candle in candles] == [
        None,
        Channel(12.0, 10.0, 8.0),
        Channel(15.0, 12.0, 9.0),
        Channel(15.0, 11.0, 7.0),
    ]
    assert donchian.warmup == 2


def test_a_breakout_is_measured_against_the_channel_before_the_candle() -> None:
    donchian = Donchian(2)
    for candle in ((12.0, 8.0), (11.0, 9.0)):
        donchian.update(*candle)
        assert donchian.before is None
    donchian.update(15.0, 10.0)

    assert donchian.before == Channel(12.0, 10.0, 8.0)


def test_the_channel_before_is_remembered_too() -> None:
    first, second = Donchian(1), Donchian(1)
    first.update(12.0, 8.0)
    first.update(11.0, 9.0)
    second.restore(first.snapshot())

    assert second.before == Channel(12.0, 10.0, 8.0)
    assert second.value == Channel(11.0, 10.0, 9.0)


def test_bollinger_bands_lie_so_many_deviations_from_the_mean() -> None:
    bollinger = Bollinger(2, 2.0)

    assert bollinger.warmup == 2
    assert bollinger.update(8.0) is None
    assert bollinger.update(12.0) == BollingerValue(14.0, 10.0, 6.0, 0.8, 0.75)
    assert bollinger.update(8.0) == BollingerValue(14.0, 10.0, 6.0, 0.8, 0.25)
    assert bollinger.update(8.0) == BollingerValue(8.0, 8.0, 8.0, 0.0, 0.5)


def test_prices_around_nothing_have_no_relative_width() -> None:
    bollinger = Bollinger(2, 1.0)
    bollinger.update(-1.0)

    assert bollinger.update(1.0) == BollingerValue(1.0, 0.0, -1.0, 0.0, 1.0)


def test_bollinger_bands_are_what_the_standard_library_makes_of_each_window() -> None:
    prices, bollinger = hard("gaps").close.tolist(), Bollinger(20, 2.5)
    for stop, price in enumerate(prices, start=1):
        value = bollinger.update(price)
        if stop < 20:
            continue
        window = prices[stop - 20 : stop]
        middle, distance = fmean(window), 2.5 * pstdev(window)
        upper, lower = middle + distance, middle - distance
        place = (price - lower) / (upper - lower)
        right = BollingerValue(upper, middle, lower, (upper - lower) / middle, place)
        assert value is not None
        for name in BollingerValue.__struct_fields__:
            assert getattr(value, name) == pytest.approx(getattr(right, name), rel=1e-9, abs=1e-9)


def test_keltner_bands_lie_so_many_ranges_from_the_average_of_typical_prices() -> None:
    keltner = Keltner(1, 1, 2.0)

    assert keltner.update(12.0, 9.0, 9.0) is None
    assert keltner.update(10.0, 6.0, 8.0) == Channel(16.0, 8.0, 0.0)
    assert keltner.update(9.0, 9.0, 9.0) == Channel(11.0, 9.0, 7.0)


def test_the_average_that_needs_fewer_candles_begins_later() -> None:
    early = [(500.0, 1.0, 400.0), (300.0, 2.0, 7.0)]
    late = [(12.0, 9.0, 9.0), (10.0, 6.0, 8.0), (9.0, 9.0, 9.0)]
    long_ranges, long_average = Keltner(1, 4, 2.0), Keltner(5, 1, 2.0)
    for candle in early + late:
        long_ranges.update(*candle)
        long_average.update(*candle)

    assert long_ranges.warmup == long_average.warmup == 5
    assert long_ranges.value is not None
    assert long_ranges.value.middle == 9.0
    assert long_average.value is not None
    assert long_average.value.upper - long_average.value.middle == pytest.approx(2.0)


def test_factors_are_above_nothing() -> None:
    with pytest.raises(ValueError, match=r"factor is 0\.0, it must be above 0"):
        Bollinger(20, 0.0)
    with pytest.raises(ValueError, match=r"factor is -1\.0, the least is 0"):
        Keltner(20, 10, -1.0)


def test_bollinger_bands_need_two_prices_and_the_others_one_candle() -> None:
    with pytest.raises(ValueError, match="length is 1, the least is 2"):
        Bollinger(1, 2.0)
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        Donchian(0)
    with pytest.raises(ValueError, match=r"length is 2\.5, it must be a whole number"):
        Donchian(2.5)  # type: ignore[arg-type]  # settings may come from anywhere
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        Keltner(20, 0, 2.0)
