"""One symbol's candles on their way through a replay: which is under way, and which have closed."""

from collections.abc import Iterator
from typing import Protocol

import numpy
from numpy.typing import NDArray

from noctule.domain.market import Candle
from noctule.domain.values import Symbol, Timeframe

__all__ = ["Columns", "Track", "candles_of"]

_CHUNK = 8_192  # candles that are objects at a time


class Columns(Protocol):
    """Candles as columns."""

    symbol: Symbol
    timeframe: Timeframe
    open_ms: NDArray[numpy.int64]
    open: NDArray[numpy.float64]
    high: NDArray[numpy.float64]
    low: NDArray[numpy.float64]
    close: NDArray[numpy.float64]
    volume: NDArray[numpy.float64]
    quote_volume: NDArray[numpy.float64]
    trades: NDArray[numpy.int64]
    taker_buy_volume: NDArray[numpy.float64]


def candles_of(columns: Columns, start: int, stop: int) -> Iterator[Candle]:
    """Yield these rows as candles."""
    symbol, timeframe = columns.symbol, columns.timeframe
    length_ms = timeframe.ms
    for begin in range(start, stop, _CHUNK):
        part = slice(begin, min(begin + _CHUNK, stop))
        rows = zip(
            columns.open_ms[part].tolist(),
            columns.open[part].tolist(),
            columns.high[part].tolist(),
            columns.low[part].tolist(),
            columns.close[part].tolist(),
            columns.volume[part].tolist(),
            columns.quote_volume[part].tolist(),
            columns.trades[part].tolist(),
            columns.taker_buy_volume[part].tolist(),
            strict=True,
        )
        for open_ms, opened, high, low, close, volume, quote_volume, trades, bought in rows:
            yield Candle(
                symbol=symbol,
                timeframe=timeframe,
                open_ms=open_ms,
                close_ms=open_ms + length_ms - 1,
                open=opened,
                high=high,
                low=low,
                close=close,
                volume=volume,
                quote_volume=quote_volume,
                trades=trades,
                taker_buy_volume=bought,
            )


class Track:
    """Where a symbol's replay stands; a hole is filled with candles in which nobody traded."""

    history: list[Candle]  # that has closed when it begins
    running: Candle | None  # begun, and not told as closed

    def __init__(self, columns: Columns, *, first: int, start: int, stop: int) -> None:
        """Begin with row `start`; the one before it is under way, and about to close."""
        self.symbol = columns.symbol
        self.columns = columns
        *self.history, self.running = (*candles_of(columns, first, start),) or (None,)
        self.candles = 0  # told as closed
        self.ahead = stop - start  # candles to come when it begins
        self._ahead = candles_of(columns, start, stop)
        self._next = next(self._ahead, None)

    @property
    def next_ms(self) -> int | None:
        """Return when its next candle opens."""
        return None if self._next is None else self._next.open_ms

    def begin(self) -> Candle:
        """Let its next candle be under way."""
        candle = self._next
        assert candle is not None, f"{self.symbol} is over"
        self.running, self._next = candle, next(self._ahead, None)
        return candle

    def closed(self, at_ms: int) -> Iterator[Candle]:
        """Yield what has closed by this instant, oldest first."""
        candle = self.running
        while candle is not None and candle.close_ms < at_ms:
            self.running = None
            self.candles += 1
            yield candle
            is_hole = self._next is None or self._next.open_ms != candle.close_ms + 1
            candle = _idle_after(candle) if is_hole and candle.close_ms + 1 < at_ms else None
            self.running = candle


def _idle_after(candle: Candle) -> Candle:
    """Return the candle in which nobody traded: it repeats the close."""
    close, open_ms = candle.close, candle.close_ms + 1
    return Candle(
        symbol=candle.symbol,
        timeframe=candle.timeframe,
        open_ms=open_ms,
        close_ms=candle.timeframe.close_of(open_ms),
        open=close,
        high=close,
        low=close,
        close=close,
        volume=0.0,
        quote_volume=0.0,
        trades=0,
        taker_buy_volume=0.0,
    )
