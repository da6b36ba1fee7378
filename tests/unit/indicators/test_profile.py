"""The volume profile: drawn by hand, and made anew from an explicit list of levels."""

from bisect import bisect_right
from collections import Counter
from fractions import Fraction

import msgspec
import pytest

from noctule.indicators.profile import LEVELS_MAX, ProfileValue, VolumeProfile
from tests.indicator_series import HARD, Columns, hard

# Between 64 and 128 with 64 levels, each is 1 wide: a price of 100.3 belongs to that from 100 on.
LEVELS = 64


def profile(*candles: tuple[float, float, float], share: float = 0.7) -> ProfileValue | None:
    indicator = VolumeProfile(len(candles), LEVELS, share)
    value = None
    for candle in candles:
        value = indicator.update(*candle)
    return value


def test_the_point_of_control_is_the_middle_of_the_level_most_was_traded_at() -> None:
    value = profile((100.3, 100.1, 5.0), (103.9, 103.0, 80.0), (105.0, 105.0, 6.0))

    assert value == ProfileValue(103.5, 104.0, 103.0)
    assert VolumeProfile(3).warmup == 3


def test_a_candle_spreads_its_volume_over_the_levels_it_reached() -> None:
    value = profile((109.0, 100.0, 100.0), (104.5, 104.5, 1.0), share=0.25)

    assert value == ProfileValue(104.5, 105.0, 102.0)  # 11, 10 and 10 of 101, the lower of equals


def test_the_value_area_takes_the_side_with_more_first() -> None:
    candles = [(100.0, 100.0, 50.0), (101.0, 101.0, 10.0), (99.0, 99.0, 20.0), (98.0, 98.0, 5.0)]

    assert profile(*candles, share=0.5) == ProfileValue(100.5, 101.0, 100.0)
    assert profile(*candles, share=0.8) == ProfileValue(100.5, 101.0, 99.0)
    assert profile(*candles, share=0.9) == ProfileValue(100.5, 102.0, 99.0)
    assert profile(*candles, share=1.0) == ProfileValue(100.5, 102.0, 98.0)


def test_it_skips_levels_at_which_nobody_traded() -> None:
    candles = [(100.0, 100.0, 50.0), (110.0, 110.0, 49.0), (90.0, 90.0, 1.0)]

    assert profile(*candles, share=0.9) == ProfileValue(100.5, 111.0, 100.0)


def test_of_levels_with_the_same_volume_the_lowest_is_the_point_of_control() -> None:
    assert profile((105.0, 105.0, 7.0), (101.0, 101.0, 7.0), share=0.1) == ProfileValue(
        101.5, 102.0, 101.0
    )


def test_where_nobody_trades_the_level_most_candles_reached_is_it() -> None:
    candles = [(101.0, 101.0, 0.0), (105.0, 105.0, 0.0), (105.0, 105.0, 0.0)]

    assert profile(*candles, share=0.5) == ProfileValue(105.5, 106.0, 105.0)


def test_what_leaves_the_window_is_forgotten_to_the_last() -> None:
    old, fresh = VolumeProfile(3, LEVELS), VolumeProfile(3, LEVELS)
    candles = [(101.7, 99.2, 0.1), (104.0, 96.0, 0.3), (100.0, 100.0, 0.7)]
    for candle in [(1e9, 1e-3, 1e12), (120.0, 70.0, 1 / 3), (90.0, 80.0, 1e-9), *candles]:
        old.update(*candle)
    for candle in candles:
        fresh.update(*candle)

    assert old.snapshot() == fresh.snapshot()
    assert old.value == fresh.value


def test_the_candles_are_all_that_is_written_down_and_enough_to_go_on() -> None:
    first, second = VolumeProfile(3, LEVELS), VolumeProfile(3, LEVELS)
    for candle in [(101.7, 99.2, 0.1), (104.0, 96.0, 0.3), (100.0, 100.0, 0.7)]:
        first.update(*candle)
        second.update(500.0, 1.0, 3.0)
    second.restore(msgspec.json.decode(msgspec.json.encode(first.snapshot())))

    assert second.value == first.value is not None
    for candle in [(102.0, 98.0, 5.0), (99.0, 99.0, 1.0), (97.5, 90.0, 2.0), (98.0, 97.0, 9.0)]:
        assert second.update(*candle) == first.update(*candle)


def test_levels_do_not_depend_on_where_a_series_begins_and_narrow_with_the_price() -> None:
    assert profile((64.0, 64.0, 1.0)) == ProfileValue(64.5, 65.0, 64.0)
    assert profile((127.9, 127.9, 1.0)) == ProfileValue(127.5, 128.0, 127.0)
    assert profile((128.0, 128.0, 1.0)) == ProfileValue(129.0, 130.0, 128.0)
    assert profile((0.5, 0.5, 1.0)) == ProfileValue(0.5 + 1 / 256, 0.5 + 1 / 128, 0.5)
    assert profile((0.3, 0.3, 1.0)) == ProfileValue(0.298828125, 0.30078125, 0.296875)


def test_a_candle_that_reaches_over_too_many_levels_gives_to_some_of_them_only() -> None:
    indicator = VolumeProfile(1, 1_000)
    indicator.update(1e6, 1.0, 1e6)
    levels = 19 * 1_000 + 907 + 1  # 1e6 is in the level 907 of those from 2¹⁹ on

    assert len(indicator._at) == -(-levels // (1 + (levels - 1) // LEVELS_MAX)) <= LEVELS_MAX


@pytest.mark.parametrize("name", HARD)
def test_it_is_the_profile_made_anew_of_each_window(name: str) -> None:
    columns, indicator = hard(name).part(0, 150), VolumeProfile(12, LEVELS, 0.7)
    edges = [
        Fraction(2) ** power * (1 + Fraction(place, LEVELS))
        for power in range(-22, 38)
        for place in range(LEVELS)
    ]
    for stop, row in enumerate(columns.rows(indicator.inputs), start=1):
        value = indicator.update(*row)
        if value is not None:
            assert value == made_anew(columns.part(stop - 12, stop), edges)


def made_anew(columns: Columns, edges: list[Fraction]) -> ProfileValue:
    traded = Counter[int]()
    for high, low, volume in columns.rows(("high", "low", "volume")):
        bottom, top = bisect_right(edges, low) - 1, bisect_right(edges, high) - 1
        step = 1
        while step * LEVELS_MAX <= top - bottom:
            step += 1
        levels = range(bottom, top + 1, step)
        for level in levels:
            traded[level] += int(volume * 1_000_000) // len(levels) + 1
    control = min(traded, key=lambda level: (-traded[level], level))
    area, rest = [control], sorted(traded.keys() - {control})
    while sum(traded[level] for level in area) < 0.7 * traded.total():
        below = [level for level in rest if level < control][-1:]
        above = [level for level in rest if level > control][:1]
        (taken,) = sorted(below + above, key=lambda level: (-traded[level], level))[:1]
        area.append(taken)
        rest.remove(taken)
    middle = (edges[control] + edges[control + 1]) / 2
    return ProfileValue(float(middle), float(edges[max(area) + 1]), float(edges[min(area)]))


def test_it_needs_a_candle_a_level_and_a_share() -> None:
    with pytest.raises(ValueError, match="length is 0, the least is 1"):
        VolumeProfile(0)
    with pytest.raises(ValueError, match="levels is 0, the least is 1"):
        VolumeProfile(10, 0)
    for share in (0.0, 1.1):
        with pytest.raises(
            ValueError, match=rf"share is {share}, it must be above 0 and at most 1"
        ):
            VolumeProfile(10, 100, share)
