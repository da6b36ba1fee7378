"""A range grows, and remembers when its ends were made."""

from functools import partial

from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.running_range import RunningRange
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, drawn


def test_it_grows_and_an_equal_extreme_leaves_the_first_time() -> None:
    first, *others = drawn("100 101/99 100, 103/99 102, 103/98 99")
    grown = RunningRange(first)
    for bar in others:
        grown.take(bar)
    assert (grown.high, grown.high_ms) == (103, START_MS + FIVE_MINUTES_MS)
    assert (grown.low, grown.low_ms) == (98, START_MS + 2 * FIVE_MINUTES_MS)


def test_stops_rest_above_its_high_and_below_its_low() -> None:
    (bar,) = drawn("100 101/99 100")
    pool = partial(Pool, source=PoolSource.SESSION, at_ms=START_MS, since_ms=7)
    assert RunningRange(bar).pools(PoolSource.SESSION, "asia", since_ms=7) == (
        pool(way=Way.UP, label="asia high", price=101),
        pool(way=Way.DOWN, label="asia low", price=99),
    )
