"""Zones meet the candles that come back to them, and no list of them grows without end."""

import pytest

from noctule.strategies.ict.order_blocks import BlockState, OrderBlock
from noctule.strategies.ict.way import Way
from noctule.strategies.ict.zones import SPENT_KEPT, STANDING_MAX, Zones
from tests.ict_builders import drawn


def block(low: float, high: float, *, way: Way = Way.UP, known_ms: int = 0) -> OrderBlock:
    return OrderBlock(way=way, low=low, high=high, at_ms=known_ms, known_ms=known_ms)


def zones(*kept: OrderBlock, way: Way = Way.UP) -> Zones[OrderBlock]:
    made: Zones[OrderBlock] = Zones(way)
    for each in kept:
        made.add(each)
    return made


def states(kept: Zones[OrderBlock], text: str, *, oldest_ms: int = 0) -> list[BlockState]:
    for bar in drawn(text):
        kept.meet(bar, oldest_ms=oldest_ms)
    return [zone.state for zone in kept.standing]


def test_a_candle_meets_all_that_it_reaches_and_no_other() -> None:
    kept = zones(block(90, 92), block(95, 97), block(97.5, 99))
    assert states(kept, "101 102/96 100") == [
        BlockState.FRESH,
        BlockState.MITIGATED,
        BlockState.MITIGATED,
    ]


def test_above_price_they_are_met_from_below() -> None:
    kept = zones(block(105, 107, way=Way.DOWN), block(103, 104, way=Way.DOWN), way=Way.DOWN)
    assert states(kept, "101 103.5/99 100") == [BlockState.FRESH, BlockState.MITIGATED]


def test_a_touch_of_the_near_edge_is_enough() -> None:
    below, above = zones(block(95, 97)), zones(block(103, 104, way=Way.DOWN), way=Way.DOWN)
    assert states(below, "101 102/97 100") == [BlockState.MITIGATED]
    assert states(above, "101 103/99 100") == [BlockState.MITIGATED]


def test_what_ended_stands_no_more() -> None:
    kept = zones(block(90, 92), block(95, 97))
    assert states(kept, "101 102/93 94") == [BlockState.FRESH]
    assert [zone.low for zone in kept.spent] == [95]


def test_none_at_all_are_met_by_nothing() -> None:
    assert states(zones(), "101 102/93 94") == []


def test_what_is_older_than_the_memory_is_forgotten() -> None:
    kept = zones(block(90, 92, known_ms=5), block(95, 97, known_ms=6))
    states(kept, "101 102/100 101", oldest_ms=5)
    assert [zone.known_ms for zone in kept.standing] == [5, 6]
    states(kept, "101 102/100 101", oldest_ms=6)
    assert [zone.known_ms for zone in kept.standing] == [6]
    assert states(kept, "101 102/90 101", oldest_ms=7) == []


def test_the_oldest_is_forgotten_for_the_newest() -> None:
    kept = zones(*(block(50, 51, known_ms=index) for index in range(STANDING_MAX + 2)))
    assert [zone.known_ms for zone in kept.standing] == [*range(2, STANDING_MAX + 2)]


def test_of_the_spent_only_the_latest_are_kept() -> None:
    kept = zones()
    for index in range(SPENT_KEPT + 3):
        kept.add(block(99, 100, known_ms=index))
        states(kept, "101 102/97 98")
    assert [zone.known_ms for zone in kept.spent] == [*range(3, SPENT_KEPT + 3)]


def test_a_zone_of_the_other_way_has_no_place_here() -> None:
    with pytest.raises(AssertionError, match="among those of"):
        zones(block(1, 2, way=Way.DOWN))
