"""A market for the benchmark: seeded minutes of a price that walks, in files as the archive has."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

__all__ = ["FIRST_MS", "MINUTE_MS", "write_candles"]

FIRST_MS: Final = 1_577_836_800_000  # 2020-01-01
MINUTE_MS: Final = 60_000
_SEED: Final = 8
_PRICE: Final = 30_000.0
_TICK: Final = 0.1
_MOVE: Final = 0.0004  # of the price, in a minute
_PULL: Final = 2e-6  # back to where it began, in a minute


def write_candles(folder: Path, count: int) -> tuple[Path, ...]:
    """Write so many candles, a file a month, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_written(folder, month, table) for month, table in _by_month(_columns(count)))


def _by_month(columns: dict[str, NDArray[np.generic]]) -> Iterator[tuple[str, pa.Table]]:
    open_ms = columns["open_time"]
    months = open_ms.astype("datetime64[ms]").astype("datetime64[M]")
    starts = [0, *(np.flatnonzero(np.diff(months.astype(int))) + 1), len(open_ms)]
    for begin, end in pairwise(starts):
        part = {name: column[begin:end] for name, column in columns.items()}
        yield str(months[begin]), pa.table(part)


def _written(folder: Path, month: str, table: pa.Table) -> Path:
    path = folder / f"BTCUSDT-1m-{month}.csv"
    with path.open("wb") as file:
        file.write(",".join(table.column_names).encode() + b"\n")
        csv.write_csv(table, file, csv.WriteOptions(include_header=False))
    return path


def _columns(count: int) -> dict[str, NDArray[np.generic]]:
    """Return candles whose close is the next one's open; nothing but the seed decides."""
    random = np.random.default_rng(_SEED)
    close = _walk(random.standard_normal(count) * _MOVE)
    open_ = np.concatenate(([_PRICE], close[:-1]))
    beyond = np.abs(random.standard_normal((2, count))) * _MOVE / 2 * open_
    high = _on_grid(np.maximum(open_, close) + beyond[0])
    low = _on_grid(np.minimum(open_, close) - beyond[1])
    volume = np.round(random.uniform(1, 100, count), 3)
    bought = np.round(volume * random.uniform(0.3, 0.7, count), 3)
    open_ms = FIRST_MS + np.arange(count, dtype=np.int64) * MINUTE_MS
    return {
        "open_time": open_ms,
        "open": open_,
        "high": high,
        "low": low,
        "close": close,
        "volume": volume,
        "close_time": open_ms + MINUTE_MS - 1,
        "quote_volume": np.round(volume * (high + low) / 2, 2),
        "count": random.integers(50, 500, count),
        "taker_buy_volume": bought,
        "taker_buy_quote_volume": np.round(bought * (high + low) / 2, 2),
    }


def _walk(moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return prices on the grid that wander, and come home within months."""
    away, path = 0.0, np.empty(len(moves))
    for number, move in enumerate(moves.tolist()):
        away += move - _PULL * away
        path[number] = away
    return _on_grid(_PRICE * np.exp(path))


def _on_grid(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(np.round(prices / _TICK) * _TICK, 1)
