"""Candles as the plain implementation reads them: by pandas, as text, so that prices are exact."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

__all__ = ["Row", "read_candles", "read_fundings", "rows_of"]

_COLUMNS: Final = ("open_time", "open", "high", "low", "close", "volume", "close_time")


class Row(NamedTuple):
    """One candle."""

    open_ms: int
    end_ms: int  # when the next one begins
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    is_idle: bool


def read_candles(paths: Sequence[Path]) -> pd.DataFrame:
    """Read files of the archive's layout that begin with the names of their columns."""
    return pd.concat([pd.read_csv(path, dtype=str) for path in paths], ignore_index=True)


def read_fundings(path: Path) -> pd.DataFrame:
    """Read the settlements of one symbol."""
    return pd.read_csv(path, dtype=str)


def rows_of(candles: pd.DataFrame) -> list[Row]:
    """Return the candles, oldest first."""
    columns = [candles[name].tolist() for name in _COLUMNS]
    return [
        Row(
            open_ms=int(open_ms),
            end_ms=int(close_ms) + 1,
            open=Decimal(open_),
            high=Decimal(high),
            low=Decimal(low),
            close=Decimal(close),
            is_idle=Decimal(volume) == 0,
        )
        for open_ms, open_, high, low, close, volume, close_ms in zip(*columns, strict=True)
    ]
