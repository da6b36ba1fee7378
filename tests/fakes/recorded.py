"""Recorded candles of the exchange, where they are at hand: see `needs_data`."""

import csv
import gzip
from functools import cache
from itertools import islice

from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe
from tests.conformance.fixtures import DATA

__all__ = ["recorded"]


@cache
def recorded(symbol: str, timeframe: Timeframe, count: int) -> tuple[Candle, ...]:
    """Return the first candles of a symbol's first file."""
    path = min((DATA / "klines").glob(f"{symbol}-{timeframe}-2*.csv.gz"))
    with gzip.open(path, "rt") as lines:
        rows = islice(csv.DictReader(lines), count)
        return tuple(_candle(row, Symbol(symbol), timeframe) for row in rows)


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
