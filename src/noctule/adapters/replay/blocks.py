"""Rows of candles as arrays while they are read: checked, but nobody's candles yet."""

from collections.abc import Mapping
from contextlib import ExitStack
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from tempfile import TemporaryFile
from typing import IO, Any, Final
from weakref import finalize

import numpy as np
from msgspec import Struct
from msgspec.structs import fields
from numpy.typing import NDArray

__all__ = ["COLUMNS", "Block", "Pile", "cut", "let_go", "reordered"]


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

    def let_go(self) -> None:
        """Leave to the disk what is mapped of it."""
        for name in COLUMNS:
            let_go(getattr(self, name))

    @property
    def idle(self) -> int:
        """Return in how many candles nobody traded: a halt, or a thin market."""
        return int(np.count_nonzero((self.volume == 0) & (self.trades == 0)))


COLUMNS: Final[Mapping[str, type[np.generic]]] = {
    field.name: np.int64 if field.name in {"open_ms", "trades"} else np.float64
    for field in fields(Block)
}


class Pile:
    """Rows that come stretch after stretch, each column in a file of its own that has no name.

    Years of minutes of a few symbols are more than memory should hold; what is mapped is read by
    who looks at it, and `let_go` leaves it to the disk again.
    """

    def __init__(self) -> None:
        self._first: Block | None = None  # for as long as it is the only one
        self._files: dict[str, IO[bytes]] = {}
        self._open = ExitStack()
        finalize(self, self._open.close)

    def add(self, block: Block) -> None:
        """Put these rows behind the others; the first ones are taken over as they are."""
        if self._first is None and not self._files:
            self._first = block
            return
        if self._first is not None:
            for name in COLUMNS:
                self._files[name] = self._open.enter_context(TemporaryFile(buffering=0))  # noqa: SIM115  # it is closed
            self._write(self._first)
            self._first = None
        self._write(block)

    def whole(self) -> Block:
        """Return all rows that were added; there are no more to come."""
        if self._first is not None:
            return self._first
        with self._open:
            return Block(**{name: self._mapped(name, kind) for name, kind in COLUMNS.items()})

    def _write(self, block: Block) -> None:
        for name, file in self._files.items():
            file.write(np.ascontiguousarray(getattr(block, name)).data)

    def _mapped(self, name: str, kind: type[np.generic]) -> NDArray[Any]:
        file = self._files.get(name)
        if file is None:
            return np.empty(0, dtype=kind)
        return np.frombuffer(mmap(file.fileno(), 0, access=ACCESS_READ), dtype=kind)


def let_go(column: NDArray[Any]) -> None:
    """Leave what was read of a mapped column to the disk; one in memory stays there."""
    base: object = column
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview) and isinstance(base.obj, mmap):
        base.obj.madvise(MADV_DONTNEED)


def cut(block: Block, first: int, last: int) -> Block:
    """Return the rows from one on and before the other; what is left out is let go."""
    if (first, last) == (0, len(block)):
        return block
    part = Block(**{name: getattr(block, name)[first:last].copy() for name in COLUMNS})
    block.let_go()
    return part


def reordered(block: Block, order: NDArray[np.int64]) -> Block:
    """Return the rows in another order, one column after the other."""
    for name in COLUMNS:
        setattr(block, name, getattr(block, name)[order])
    return block
