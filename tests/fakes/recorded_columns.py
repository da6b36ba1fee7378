"""Recorded candles in columns, from rows as short as a test can say them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np

from noctule.adapters.replay.columns import CandleColumns, Gap, Recorded, SourceFile
from noctule.domain.values import Symbol, Timeframe

__all__ = ["BEGIN_MS", "Row", "columns_of", "recorded_of", "standing"]

BEGIN_MS = 1_700_006_400_000  # 2023-11-15 00:00 UTC
Row: TypeAlias = tuple[int, float, float, float, float]  # its number, open, high, low, close


def columns_of(
    rows: Iterable[Row],
    *,
    symbol: Symbol = Symbol("BTCUSDT"),  # noqa: B008  # a text
    timeframe: Timeframe = Timeframe.M5,
    volumes: Sequence[float] | None = None,
) -> CandleColumns:
    """Number the candles from the beginning on; a number that is left out is a hole."""
    table = np.array(list(rows), dtype=np.float64).reshape(-1, 5)
    numbers = table[:, 0].astype(np.int64)
    begin_ms = timeframe.open_of(BEGIN_MS)
    volume = np.array([2.0] * len(table) if volumes is None else volumes, dtype=np.float64)
    close = table[:, 4]
    return CandleColumns(
        symbol=symbol,
        timeframe=timeframe,
        open_ms=begin_ms + numbers * timeframe.ms,
        open=table[:, 1].copy(),
        high=table[:, 2].copy(),
        low=table[:, 3].copy(),
        close=close.copy(),
        volume=volume,
        quote_volume=np.round(volume * close, 4),
        taker_buy_volume=np.round(volume / 3, 3),
        taker_buy_quote=np.round(volume * close / 3, 4),
        trades=np.where(volume > 0, 7, 0).astype(np.int64),
        files=(SourceFile(path=Path(f"{symbol}.csv"), sha256="ab" * 32, rows=len(table)),),
        gaps=tuple(_gaps([begin_ms + int(each) * timeframe.ms for each in numbers], timeframe)),
    )


def standing(numbers: Iterable[int], *, price: float = 100.0) -> list[Row]:
    """Return candles that go a little up and down and end where they began."""
    return [(each, price, price + 1, price - 1, price) for each in numbers]


def recorded_of(*columns: CandleColumns) -> Recorded:
    """Return a market without marks or funding."""
    return Recorded(candles={each.symbol: each for each in columns}, marks={}, funding={}, finer={})


def _gaps(opens_ms: Sequence[int], timeframe: Timeframe) -> Iterable[Gap]:
    for one, other in pairwise(opens_ms):
        missing = (other - one) // timeframe.ms - 1
        if missing:
            yield Gap(from_ms=one + timeframe.ms, to_ms=other, candles=missing)
