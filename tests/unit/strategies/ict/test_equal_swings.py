"""Swings at nearly the same price make a pool, as long as none went clearly beyond."""

from noctule.strategies.ict.equal_swings import UNTOUCHED_MAX, EqualSwings
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.structure import Swing
from noctule.strategies.ict.way import Way
from tests.ict_builders import drawn


def added(
    equals: EqualSwings, price: float, at_ms: int, *, way: Way = Way.UP, tolerance: float = 0.5
) -> Pool | None:
    swing = Swing(way=way, price=price, at_ms=at_ms)
    return equals.add(swing, tolerance=tolerance)


def passed(equals: EqualSwings, text: str, *, oldest_ms: int = 0) -> list[float]:
    for bar in drawn(text):
        equals.let_pass(bar, tolerance=0.5, oldest_ms=oldest_ms)
    return [swing.price for swing in equals.untouched]


def test_two_highs_at_one_price_are_a_pool_beyond_the_higher_one() -> None:
    equals = EqualSwings(Way.UP, before_ms=4)
    assert added(equals, 105, 10) is None
    assert added(equals, 104.6, 20) == Pool(
        way=Way.UP, source=PoolSource.EQUAL, label="equal highs", price=105, at_ms=10, since_ms=6
    )


def test_of_three_the_latest_two_are_enough_for_the_pool() -> None:
    equals = EqualSwings(Way.UP, before_ms=4)
    added(equals, 105, 10)
    added(equals, 104.8, 20)
    pool = added(equals, 104.6, 30)
    assert pool is not None
    assert (pool.price, pool.at_ms, pool.since_ms) == (105, 10, 16)


def test_lows_are_a_pool_below_the_lower_one() -> None:
    equals = EqualSwings(Way.DOWN, before_ms=4)
    added(equals, 95, 10, way=Way.DOWN)
    pool = added(equals, 94.8, 20, way=Way.DOWN)
    assert pool is not None
    assert (pool.price, pool.label) == (94.8, "equal lows")


def test_just_the_tolerance_apart_they_are_equal_and_a_little_more_not() -> None:
    equals = EqualSwings(Way.UP, before_ms=4)
    added(equals, 105, 10)
    assert added(equals, 105.5, 20) is not None
    assert added(equals, 106.25, 30) is None


def test_a_candle_clearly_beyond_makes_a_swing_forgotten() -> None:
    equals = EqualSwings(Way.UP, before_ms=4)
    added(equals, 105, 10)
    added(equals, 110, 20)
    assert passed(equals, "100 105.5/99 104") == [105, 110]  # beyond by the tolerance
    assert passed(equals, "100 105.6/99 104") == [110]
    assert added(equals, 105, 30) is None


def test_one_that_is_passed_by_the_tolerance_stays_while_another_is_forgotten() -> None:
    equals = EqualSwings(Way.UP, before_ms=4)
    added(equals, 104, 10)
    added(equals, 105, 20)
    assert passed(equals, "100 105.5/99 104") == [105]


def test_a_low_is_forgotten_below() -> None:
    equals = EqualSwings(Way.DOWN, before_ms=4)
    added(equals, 95, 10, way=Way.DOWN)
    assert passed(equals, "100 101/94.5 96") == [95]
    assert passed(equals, "100 101/94.4 96") == []
    assert passed(equals, "100 101/94.4 96") == []


def test_what_is_older_than_the_memory_is_forgotten() -> None:
    equals = EqualSwings(Way.UP, before_ms=4)
    added(equals, 105, 10)
    added(equals, 110, 20)
    assert passed(equals, "100", oldest_ms=6) == [105, 110]
    assert passed(equals, "100", oldest_ms=7) == [110]


def test_the_oldest_is_forgotten_for_the_newest() -> None:
    equals = EqualSwings(Way.UP, before_ms=4)
    for index in range(UNTOUCHED_MAX + 2):
        added(equals, 105 + index, index)
    assert [swing.at_ms for swing in equals.untouched] == [*range(2, UNTOUCHED_MAX + 2)]
