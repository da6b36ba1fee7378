"""An order block is the last candle against the move, until price breaks it."""

import pytest

from noctule.strategies.ict.order_blocks import BlockState, OrderBlock, block_before
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, drawn


def at(index: int) -> int:
    return START_MS + index * FIVE_MINUTES_MS


def sought(text: str, way: Way, displaced: int, *, body_only: bool = False) -> OrderBlock | None:
    bars = drawn(text)
    known_ms = bars[-1].open_ms
    recent = reversed(bars)
    return block_before(at(displaced), recent, way=way, known_ms=known_ms, body_only=body_only)


BLOCK = OrderBlock(way=Way.UP, low=97, high=101, at_ms=at(1), known_ms=at(3))


def test_before_a_move_up_it_is_the_last_candle_that_closed_down() -> None:
    text = "102 103/99 100, 101/97 98, 99, 105"
    assert sought(text, Way.UP, 3) == BLOCK


def test_before_a_move_down_it_is_the_last_candle_that_closed_up() -> None:
    found = sought("98 101/97 100, 102/99 101, 95", Way.DOWN, 2)
    assert found == OrderBlock(way=Way.DOWN, low=99, high=102, at_ms=at(1), known_ms=at(2))


def test_only_its_body_may_count() -> None:
    found = sought("102 103/99 100, 101/97 98, 99, 105", Way.UP, 3, body_only=True)
    assert found is not None
    assert (found.low, found.high) == (98, 100)


def test_a_candle_that_closed_where_it_opened_is_against_nothing() -> None:
    found = sought("102 103/99 100, 100 101/97 100, 105", Way.UP, 2)
    assert found is not None
    assert found.at_ms == at(0)


def test_what_came_with_or_after_the_displacement_is_none() -> None:
    assert sought("100 101/99 100.5, 105, 104", Way.UP, 1) is None


def test_one_that_price_came_back_to_before_the_break_is_known_as_mitigated() -> None:
    moved = "102 103/99 100, 101/97 98, 105/98 104, 106/103 105"
    fresh, touched = sought(moved, Way.UP, 2), sought(f"{moved}, 105/101 104, 107", Way.UP, 2)
    assert fresh is not None
    assert touched is not None
    assert (fresh.state, fresh.spent_ms) == (BlockState.FRESH, None)
    assert (touched.state, touched.spent_ms) == (BlockState.MITIGATED, at(4))


def test_one_that_was_broken_before_the_break_is_none() -> None:
    moved = "102 103/99 100, 101/97 98, 105/98 104, 106/103 105"
    assert sought(f"{moved}, 105/96 96.9, 107, 108", Way.UP, 2) is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("105 106/101 105", BlockState.MITIGATED),  # a touch
        ("105 106/97 97", BlockState.MITIGATED),  # a close on the far edge
        ("105 106/96 96.9", BlockState.BROKEN),
        ("105 106/101 105, 106/96 96", BlockState.BROKEN),
    ],
)
def test_price_that_comes_back_mitigates_it_and_a_close_beyond_breaks_it(
    text: str, state: BlockState
) -> None:
    block = BLOCK
    for bar in drawn(text):
        block = block.after(bar)
    assert block.state is state
    assert (block.ended_ms is not None) == (state is BlockState.BROKEN)


def test_it_waits_for_its_near_edge_and_then_for_its_far_one() -> None:
    (touch,) = drawn("105 106/101 105")
    assert (BLOCK.trigger, BLOCK.after(touch).trigger) == (101, 97)
    down = OrderBlock(way=Way.DOWN, low=99, high=102, at_ms=at(1), known_ms=at(2))
    assert (down.trigger, down.far) == (99, 102)


def test_it_is_spent_by_the_candle_that_came_back_first() -> None:
    block = BLOCK
    touch, deeper, through = drawn("105 106/101 105, 105/99 100, 100/95 96")
    block = block.after(touch).after(deeper)
    assert (block.spent_ms, block.ended_ms) == (touch.open_ms, None)
    block = block.after(through)
    assert (block.spent_ms, block.ended_ms) == (touch.open_ms, through.open_ms)
    assert BLOCK.after(through).spent_ms == through.open_ms
