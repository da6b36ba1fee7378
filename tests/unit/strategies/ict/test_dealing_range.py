"""Depths are shares of a move, from its end back to its beginning."""

from noctule.strategies.ict.dealing_range import DealingRange
from noctule.strategies.ict.way import Way


def moved(began: float, ended: float) -> DealingRange:
    return DealingRange(began=began, ended=ended, began_ms=1, ended_ms=2)


def test_after_a_move_up_deep_is_low() -> None:
    leg = moved(100, 200)
    assert leg.way is Way.UP
    assert [leg.depth_of(price) for price in (200, 150, 138, 121, 100)] == [0, 0.5, 0.62, 0.79, 1]
    assert [leg.price_at(depth) for depth in (0, 0.5, 0.62, 0.79, 1)] == [200, 150, 138, 121, 100]


def test_after_a_move_down_deep_is_high() -> None:
    leg = moved(200, 100)
    assert leg.way is Way.DOWN
    assert [leg.depth_of(price) for price in (100, 162, 200)] == [0, 0.62, 1]
    assert leg.price_at(0.62) == 162
