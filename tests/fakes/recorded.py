"""Recorded candles of the exchange, where they are at hand: see `needs_data`."""

import csv
import gzip
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from tests.conformance.fixtures import DATA

__all__ = ["recorded", "recorded_in_all"]


@cache
def recorded(symbol: str, timeframe: Timeframe, count: int) -> tuple[Candle, ...]:
    """Return the first candles of a symbol's first file."""
    return tuple(islice(_candles(_files(symbol, timeframe)[0], symbol, timeframe), count))


@cache
def recorded_in_all(symbol: str, timeframe: Timeframe) -> tuple[Candle, ...]:
    """Return all candles of a symbol, file after file."""
    files = _files(symbol, timeframe)
    return tuple(each for path in files for each in _candles(path, symbol, timeframe))


def _files(symbol: str, timeframe: Timeframe) -> list[Path]:
    return sorted((DATA / "klines").glob(f"{symbol}-{timeframe}-2*.csv.gz"))


def _candles(path: Path, symbol: str, timeframe: Timeframe) -> Iterator[Candle]:
    with gzip.open(path, "rt") as lines:
        for row in csv.DictReader(lines):
            yield _candle(row, Symbol(symbol), timeframe)


def _candle(row: dict[str, str], symbol: Symbol, timeframe: Timeframe) -> Candle:
    volume, close = float(row["volume"]), float(row["close"])
    return Candle(
        symbol=symbol,
        timeframe=timeframe,
        open_ms=int(row["open_time"]),
        close_ms=int(row["close_time"]),
        open=float(row["open"]),
        high=float(row["high"]),
        low=float(row["low"]),
        close=close,
        volume=volume,
        quote_volume=volume * close,  # these files are blank from here on
        trades=1 if volume else 0,
        taker_buy_volume=volume / 2,
    )
