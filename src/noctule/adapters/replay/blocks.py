"""Rows of candles as arrays while they are read: checked, but nobody's candles yet."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from msgspec import Struct
from msgspec.structs import fields
from numpy.typing import NDArray

__all__ = ["COLUMNS", "Block", "Pile", "cut", "reordered"]


class Block(Struct, kw_only=True, eq=False):
    """Some rows; of a whole file, or a stretch of it."""

    open_ms: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    quote_volume: NDArray[np.float64]
    trades: NDArray[np.int64]
    taker_buy_volume: NDArray[np.float64]
    taker_buy_quote: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.open_ms)

    @property
    def idle(self) -> int:
        """Return in how many candles nobody traded: a halt, or a thin market."""
        return int(np.count_nonzero((self.volume == 0) & (self.trades == 0)))


COLUMNS: Final[Mapping[str, type[np.generic]]] = {
    field.name: np.int64 if field.name in {"open_ms", "trades"} else np.float64
    for field in fields(Block)
}


class Pile:
    """Rows that come stretch after stretch, in one piece of memory that grows where it is.

    Thousands of small arrays would leave as much memory behind as they held.
    """

    def __init__(self) -> None:
        self._columns: dict[str, NDArray[Any]] = {
            name: np.empty(0, dtype=kind) for name, kind in COLUMNS.items()
        }
        self._rows = 0

    def add(self, block: Block) -> None:
        """Put these rows behind the others; the first ones are taken over as they are."""
        if not self._rows:
            self._columns = {name: getattr(block, name) for name in COLUMNS}
            self._rows = len(block)
            return
        rows = self._rows + len(block)
        for name, column in self._columns.items():
            if rows > len(column):
                column.resize(rows + rows // 8, refcheck=False)
            column[self._rows : rows] = getattr(block, name)
        self._rows = rows

    def whole(self) -> Block:
        """Return all rows that were added; there are no more to come."""
        for column in self._columns.values():
            column.resize(self._rows, refcheck=False)
        return Block(**self._columns)


def cut(block: Block, first: int, last: int) -> Block:
    """Return the rows from one on and before the other; what is left out is let go."""
    if (first, last) == (0, len(block)):
        return block
    return Block(**{name: getattr(block, name)[first:last].copy() for name in COLUMNS})


def reordered(block: Block, order: NDArray[np.int64]) -> Block:
    """Return the rows in another order, one column after the other."""
    for name in COLUMNS:
        setattr(block, name, getattr(block, name)[order])
    return block
