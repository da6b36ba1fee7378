"""ADX and Aroon: by hand on a few candles, and what they say where nothing happens."""

import pytest
from msgspec.structs import astuple

from noctule.indicators import Adx, AdxValue, Aroon, AroonValue


def test_directional_movement_by_hand() -> None:
    adx = Adx(2)
    candles = [(10.0, 8.0, 9.0), (12.0, 9.0, 11.0), (13.0, 9.5, 10.0), (12.0, 6.0, 7.0)]
    told = [adx.update(*candle) for candle in candles]

    # Sums after each move: up 2, 2, 1; down 0, 0, 3½; ranges 3, 5, 8½.
    assert told[:3] == [None] * 3
    assert told[3] is not None
    values = (100 + 100 * 2.5 / 4.5) / 2, 100 * 1 / 8.5, 100 * 3.5 / 8.5
    assert astuple(told[3]) == pytest.approx(values)
    assert adx.warmup == 4


def test_later_on_the_adx_goes_a_part_of_the_way_to_how_far_both_are_apart() -> None:
    adx = Adx(2)
    for candle in [(10.0, 8.0, 9.0), (12.0, 9.0, 11.0), (13.0, 9.5, 10.0), (12.0, 6.0, 7.0)]:
        adx.update(*candle)
    before = adx.value
    adx.update(14.0, 5.0, 6.0)

    # Up ½ + 2, down 1¾, ranges 4¼ + 9.
    assert before is not None
    assert adx.value is not None
    assert adx.value.adx == pytest.approx((before.adx + 100 * 0.75 / 4.25) / 2)
    assert (adx.value.plus, adx.value.minus) == pytest.approx((250 / 13.25, 175 / 13.25))


def test_a_candle_that_went_as_far_up_as_down_moved_in_no_direction() -> None:
    adx = Adx(2)
    for candle in [(10.0, 8.0, 9.0), (11.0, 7.0, 9.0), (12.0, 6.0, 9.0), (13.0, 5.0, 9.0)]:
        adx.update(*candle)

    assert adx.value == AdxValue(0.0, 0.0, 0.0)


def test_where_nothing_moves_everything_is_0() -> None:
    adx = Adx(2)
    for _ in range(6):
        adx.update(5.0, 5.0, 5.0)

    assert adx.value == AdxValue(0.0, 0.0, 0.0)


def test_as_long_as_nothing_moves_any_more_the_directions_stay_to_the_last_digit() -> None:
    adx = Adx(14)
    for place in range(60):
        adx.update(102.0 + place % 5, 99.0 + place % 3, 100.0 + place % 3)
    adx.update(104.0, 104.0, 104.0)
    before = adx.value
    for _ in range(20_000):
        adx.update(104.0, 104.0, 104.0)

    assert before is not None
    assert adx.value is not None
    assert (adx.value.plus, adx.value.minus) == (before.plus, before.minus)
    apart = 100 * abs(before.plus - before.minus) / (before.plus + before.minus)
    assert adx.value.adx == pytest.approx(apart)


def test_aroon_counts_the_candles_since_the_highest_high_and_the_lowest_low() -> None:
    aroon = Aroon(4)
    candles = [(9.0, 5.0), (12.0, 6.0), (10.0, 6.0), (10.0, 4.0), (11.0, 7.0), (8.0, 7.0)]
    told = [aroon.update(*candle) for candle in candles]

    assert told[:4] == [None] * 4
    assert told[4:] == [AroonValue(25.0, 75.0, -50.0), AroonValue(0.0, 50.0, -50.0)]
    assert aroon.warmup == 5


def test_of_equal_highs_and_lows_aroon_counts_from_the_newest() -> None:
    aroon = Aroon(2)
    for _ in range(3):
        aroon.update(9.0, 5.0)

    assert aroon.value == AroonValue(100.0, 100.0, 0.0)


def test_lengths_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="length is 1, the least is 2"):
        Adx(1)
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        Aroon(0)
