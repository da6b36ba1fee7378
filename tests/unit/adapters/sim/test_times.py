"""The exchange's clocks, and what it says when its own is wrong."""

from noctule.adapters.sim.times import Times, least


def test_the_time_that_is_told_is_the_markets_plus_the_skew() -> None:
    times = Times(market_ms=lambda: 1_000, real_ms=lambda: 5, wall_ms=lambda: 7)
    before = times.told_ms()
    times.skew_ms = -300

    assert (before, times.told_ms(), times.market_ms()) == (1_000, 700, 1_000)


def test_the_earliest_is_of_those_that_there_are() -> None:
    assert least(None, 7, 3, None, 5) == 3
    assert least(None, None) is None
