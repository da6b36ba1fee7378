"""Blocks of rows are joined and cut without a copy that nobody needs."""

import numpy as np

from noctule.adapters.replay.blocks import COLUMNS, Block, Pile, cut, joined


def block_of(*opens: int) -> Block:
    column = np.array(opens, dtype=np.float64)
    columns = {name: column.astype(kind) for name, kind in COLUMNS.items()}
    return Block(**columns)


def test_joined_rows_follow_each_other_in_every_column() -> None:
    whole = joined([block_of(1, 2), block_of(3)])

    for name, kind in COLUMNS.items():
        assert getattr(whole, name).tolist() == [1, 2, 3]
        assert getattr(whole, name).dtype == kind


def test_what_was_joined_is_let_go() -> None:
    parts = [block_of(1, 2), block_of(3)]
    joined(parts)

    assert [len(part) for part in parts] == [0, 0]


def test_a_pile_is_what_was_put_on_it() -> None:
    pile = Pile()
    for first in range(0, 3_000, 100):
        pile.add(block_of(*range(first, first + 100)))

    whole = pile.whole()

    for name, kind in COLUMNS.items():
        assert getattr(whole, name).tolist() == [*range(3_000)]
        assert getattr(whole, name).dtype == kind
    assert len(Pile().whole()) == 0


def test_one_block_is_whole_already() -> None:
    only = block_of(1, 2)
    assert joined([only]) is only
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
