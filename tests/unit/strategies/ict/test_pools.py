"""Stops rest until a wick sweeps them or a close takes them."""

import pytest

from noctule.strategies.ict.pools import (
    ENDED_KEPT,
    RESTING_MAX,
    Pool,
    Pools,
    PoolSource,
    PoolState,
)
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import drawn


def pool(
    price: float,
    label: str = "swing high",
    *,
    source: PoolSource = PoolSource.SWING,
    way: Way = Way.UP,
    since_ms: int = 0,
) -> Pool:
    return Pool(way=way, source=source, label=label, price=price, at_ms=0, since_ms=since_ms)


def pools(*resting: Pool, way: Way = Way.UP, within: float = 0.0) -> Pools:
    made = Pools(way)
    for each in resting:
        made.add(each, within=within)
    return made


def prices(kept: Pools) -> list[float]:
    return [each.price for each in kept.resting]


def swept(kept: Pools, text: str, *, oldest_ms: int = 0) -> list[float]:
    return [each.price for bar in drawn(text) for each in kept.judge(bar, oldest_ms=oldest_ms)]


def test_a_wick_beyond_that_closes_back_sweeps_it() -> None:
    kept = pools(pool(105))
    assert swept(kept, "100 106/99 104") == [105]
    assert [(each.state, each.ended_ms) for each in kept.ended] == [(PoolState.SWEPT, START_MS)]
    assert kept.resting == []


def test_a_close_beyond_takes_it() -> None:
    kept = pools(pool(105))
    assert swept(kept, "100 106/99 105.1") == []
    assert [each.state for each in kept.ended] == [PoolState.TAKEN]


def test_a_wick_that_only_touches_leaves_it_resting() -> None:
    kept = pools(pool(105))
    assert swept(kept, "100 105/99 104") == []
    assert prices(kept) == [105]


def test_one_that_is_only_touched_rests_while_another_is_swept() -> None:
    kept = pools(pool(105), pool(106))
    assert swept(kept, "100 106/99 104") == [105]
    assert prices(kept) == [106]


def test_a_close_on_its_price_is_back_inside() -> None:
    assert swept(pools(pool(105)), "100 106/99 105") == [105]


def test_below_lows_all_is_the_other_way_round() -> None:
    kept = pools(pool(95, way=Way.DOWN), pool(93, way=Way.DOWN), way=Way.DOWN)
    assert swept(kept, "100 101/94 96, 97/92 92.5") == [95]
    assert [each.state for each in kept.ended] == [PoolState.SWEPT, PoolState.TAKEN]


def test_one_wick_may_sweep_some_and_take_others() -> None:
    kept = pools(pool(103), pool(105), pool(107))
    assert swept(kept, "100 106/99 104") == [105]
    assert prices(kept) == [107]


def test_it_is_swept_once() -> None:
    assert swept(pools(pool(105)), "100 106/99 104, 107/103 104") == [105]


def test_a_day_takes_the_place_of_the_day_before() -> None:
    day = PoolSource.DAY
    high, low = "previous day high", "previous week high"
    kept = pools(
        pool(105, high, source=day), pool(110, low, source=day), pool(107, high, source=day)
    )
    assert prices(kept) == [110, 107]


def test_equal_highs_take_the_place_of_those_near_them_only() -> None:
    equal = PoolSource.EQUAL
    kept = pools(
        pool(105, "equal highs", source=equal),
        pool(110, "equal highs", source=equal),
        pool(105.5, "equal highs", source=equal),
        within=0.5,
    )
    assert prices(kept) == [110, 105.5]


def test_single_swings_stand_each_for_themselves() -> None:
    assert prices(pools(pool(105), pool(105))) == [105, 105]


def test_what_is_older_than_the_memory_is_forgotten() -> None:
    kept = pools(pool(105, since_ms=5), pool(106, since_ms=6))
    assert swept(kept, "100 107/99 104", oldest_ms=6) == [106]
    assert swept(pools(pool(105, since_ms=5)), "100 107/99 104", oldest_ms=6) == []
    longer = pools(pool(105, since_ms=6), pool(104, since_ms=5), pool(106, since_ms=7))
    assert swept(longer, "100", oldest_ms=6) == []
    assert prices(longer) == [105, 106]


def test_what_began_before_the_memory_is_not_even_kept() -> None:
    kept = pools()
    swept(kept, "100", oldest_ms=6)
    kept.add(pool(105, since_ms=5))
    kept.add(pool(106, since_ms=6))
    assert prices(kept) == [106]


def test_what_it_keeps_has_a_bound() -> None:
    kept = pools(*(pool(105 + index, since_ms=index) for index in range(RESTING_MAX + 2)))
    assert prices(kept) == [107.0 + index for index in range(RESTING_MAX)]
    swept(kept, "100 900/99 104")
    assert len(kept.ended) == ENDED_KEPT


def test_a_pool_of_the_other_way_has_no_place_here() -> None:
    with pytest.raises(AssertionError, match="among those of"):
        pools(pool(95, way=Way.DOWN))
