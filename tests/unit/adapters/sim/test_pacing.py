"""Paces: when what is due on the market is due here."""

import pytest

from noctule.adapters.sim.pacing import AtOnce, ByHand, Followed, Pace, Scaled


def test_at_sixty_times_the_speed_a_minute_takes_a_second() -> None:
    pace = Scaled(60.0, market_ms=1_000_000, real_ms=5_000)
    assert pace.wait_ms(1_060_000, 5_000) == 1_000
    assert pace.wait_ms(1_060_000, 5_999) == 1
    assert pace.wait_ms(1_060_000, 9_000) == 0
    assert pace.market_ms(6_000) == 1_060_000


def test_nothing_happens_before_its_time() -> None:
    pace = Scaled(7.3, market_ms=0, real_ms=0)
    for due_ms in range(1, 200):
        assert pace.market_ms(pace.wait_ms(due_ms, 0)) >= due_ms


def test_as_fast_as_it_goes_waits_for_nothing_and_has_no_time_of_its_own() -> None:
    pace: Pace = AtOnce()
    assert pace.wait_ms(10**15, 0) == 0
    assert pace.market_ms(5) is None


def test_by_hand_there_is_no_time_of_its_own() -> None:
    pace: Pace = ByHand()
    assert pace.market_ms(5) is None


def test_by_hand_nothing_happens_that_was_not_allowed() -> None:
    pace = ByHand()
    assert pace.wait_ms(0, 0) is None
    pace.allow(2)
    assert pace.wait_ms(10**15, 0) == 0
    pace.take()
    pace.take()
    assert pace.wait_ms(0, 0) is None
    with pytest.raises(AssertionError, match="nobody allowed"):
        pace.take()


def test_a_market_that_is_followed_has_its_own_time_and_nothing_waits_for_it() -> None:
    pace: Pace = Followed(lambda: 77)
    assert pace.market_ms(5) == 77
    assert pace.wait_ms(10**15, 0) == 0


def test_time_that_passes_by_itself_comes_to_every_instant() -> None:
    scaled = Scaled(60.0, market_ms=1_000_000, real_ms=5_000)
    assert scaled.passes_in_ms(1_060_000, 5_999) == 1
    followed = Followed(lambda: 77)
    assert [followed.passes_in_ms(due_ms, 5) for due_ms in (100, 70)] == [23, 0]


def test_of_a_market_that_is_followed_nobody_knows_how_fast_its_time_goes() -> None:
    assert Followed(lambda: 77).passes_in_ms(60_077, 5) == 50


def test_where_only_events_move_the_time_no_instant_comes_by_itself() -> None:
    by_hand = ByHand()
    by_hand.allow(1)
    paces: tuple[Pace, ...] = (by_hand, AtOnce())
    assert [pace.passes_in_ms(10, 0) for pace in paces] == [None, None]
