"""Two ways, and what a candle is to each."""

import pytest

from noctule.domain.signals import Direction
from noctule.strategies.drawing import Tone
from noctule.strategies.ict.way import Trend, Way, came_back_to, went_to
from tests.ict_builders import drawn


def test_up_calls_for_a_long_and_down_for_a_short() -> None:
    assert (Way.UP.direction, Way.DOWN.direction) == (Direction.LONG, Direction.SHORT)
    assert (Way.UP.opposite, Way.DOWN.opposite) == (Way.DOWN, Way.UP)
    assert (Way.UP.tone, Way.DOWN.tone) == (Tone.BULLISH, Tone.BEARISH)
    assert (Way.UP.extreme, Way.DOWN.extreme) == ("high", "low")


def test_a_candle_goes_to_its_high_and_comes_back_to_its_low_when_the_way_is_up() -> None:
    (bar,) = drawn("100 103/98 101")
    assert (went_to(bar, Way.UP), came_back_to(bar, Way.UP)) == (103, 98)
    assert (went_to(bar, Way.DOWN), came_back_to(bar, Way.DOWN)) == (98, 103)


@pytest.mark.parametrize("way", Way)
def test_a_trend_agrees_with_its_own_way_only(way: Way) -> None:
    assert [trend for trend in Trend if trend.agrees_with(way)] == [Trend(way.value)]
