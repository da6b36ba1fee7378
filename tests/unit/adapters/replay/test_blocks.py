"""Blocks of rows are joined and cut without a copy that nobody needs."""

from pathlib import Path

import numpy as np

from noctule.adapters.replay.blocks import COLUMNS, Block, Pile, cut, let_go, reordered


def block_of(*opens: int) -> Block:
    column = np.array(opens, dtype=np.float64)
    columns = {name: column.astype(kind) for name, kind in COLUMNS.items()}
    return Block(**columns)


def test_a_pile_is_what_was_put_on_it() -> None:
    pile = Pile()
    for first in range(0, 3_000, 100):
        pile.add(block_of(*range(first, first + 100)))

    whole = pile.whole()

    for name, kind in COLUMNS.items():
        assert getattr(whole, name).tolist() == [*range(3_000)]
        assert getattr(whole, name).dtype == kind
    assert len(Pile().whole()) == 0


def test_a_cut_that_leaves_nothing_out_is_the_block_itself() -> None:
    only = block_of(1, 2)
    assert cut(only, 0, 2) is only


def test_a_cut_holds_nothing_of_what_is_left_out() -> None:
    short = cut(block_of(1, 2, 3, 4), 1, 3)

    assert short.close.tolist() == [2, 3]
    assert short.close.base is None


def test_candles_without_a_trade_are_idle() -> None:
    block = block_of(1, 2, 3)
    block.volume = np.array([0.0, 0.0, 1.0])
    block.trades = np.array([0, 1, 1])
    assert block.idle == 1


def test_rows_come_in_the_order_that_is_told() -> None:
    block = reordered(block_of(1, 2, 3), np.array([2, 0, 1]))

    assert {tuple(getattr(block, name).tolist()) for name in COLUMNS} == {(3, 1, 2)}


def test_a_pile_that_nobody_wants_leaves_no_file_open() -> None:
    pile = Pile()
    for first in (1, 2, 3):
        pile.add(block_of(first))
    files = [*Path("/proc/self/fd").iterdir()]
    del pile
    assert len([*Path("/proc/self/fd").iterdir()]) == len(files) - len(COLUMNS)


def test_what_is_let_go_is_still_there() -> None:
    pile = Pile()
    for first in (1, 2, 3):
        pile.add(block_of(first))
    whole, only = pile.whole(), block_of(7)
    whole.let_go()
    only.let_go()
    let_go(whole.close[1:])
    assert whole.close.tolist() == [1, 2, 3]
    assert only.close.tolist() == [7]
