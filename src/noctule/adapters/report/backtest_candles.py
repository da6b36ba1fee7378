"""Candles for the browser: every one of them where they are few enough, otherwise longer ones."""

import math
from collections.abc import Mapping
from typing import Final, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from noctule.adapters.report.backtest_bytes import folded, packed, planes
from noctule.domain.values import MINUTE_MS, Symbol, Timeframe

__all__ = ["CANDLES_MAX", "Columns", "Market", "markets_of"]

CANDLES_MAX: Final = 400_000  # of all symbols together: some three megabytes
_LONGER_MIN: Final = (1, 3, 5, 15, 30, 60, 120, 240, 720, 1_440, 10_080, 43_200)
_WHOLE_MAX: Final = 2**31 - 1
_DECIMALS_MAX: Final = 8

Prices = NDArray[np.float64]


class Columns(Protocol):
    """A symbol's candles as columns of equal length, in order."""

    @property
    def timeframe(self) -> Timeframe:
        """Return what a candle covers."""
        ...

    @property
    def open_ms(self) -> NDArray[np.int64]:
        """Return when they opened."""
        ...

    @property
    def open(self) -> Prices:
        """Return their first prices."""
        ...

    @property
    def high(self) -> Prices:
        """Return their highest prices."""
        ...

    @property
    def low(self) -> Prices:
        """Return their lowest prices."""
        ...

    @property
    def close(self) -> Prices:
        """Return their last prices."""
        ...


class Market(Struct, frozen=True, kw_only=True):
    """A symbol's candles as the page carries them."""

    symbol: Symbol
    first_ms: int
    candle_ms: int
    scale: float  # prices are whole numbers, divided by it
    count: int
    packed: str
    is_gathered: bool = False  # into longer candles than were traded on


class _Bars(Struct, frozen=True, kw_only=True):
    candle_ms: int
    open_ms: NDArray[np.int64]
    open: Prices
    high: Prices
    low: Prices
    close: Prices


def markets_of(candles: Mapping[Symbol, Columns]) -> list[Market]:
    """Pack the candles of every symbol that has any."""
    filled = {symbol: each for symbol, each in candles.items() if len(each.open_ms)}
    crowd = sum(len(each.open_ms) for each in filled.values())
    return [_market_of(symbol, each, crowd) for symbol, each in sorted(filled.items())]


def _market_of(symbol: Symbol, columns: Columns, crowd: int) -> Market:
    bars = _fewer(_bars_of(columns), crowd / CANDLES_MAX)
    scale = _scale_of(bars)
    opened, high, low, close = (
        np.rint(each * scale).astype(np.int64)
        for each in (bars.open, bars.high, bars.low, bars.close)
    )
    minutes = np.diff(bars.open_ms, prepend=bars.open_ms[0]) // MINUTE_MS
    jumps = opened - np.concatenate(([0], close[:-1]))
    columns_in_order = (
        minutes,
        folded(jumps),
        folded(close - opened),
        high - np.maximum(opened, close),
        np.minimum(opened, close) - low,
    )
    return Market(
        symbol=symbol,
        first_ms=int(bars.open_ms[0]),
        candle_ms=bars.candle_ms,
        scale=scale,
        count=len(minutes),
        packed=packed(b"".join(map(planes, columns_in_order))),
        is_gathered=len(minutes) < len(columns.open_ms),
    )


def _bars_of(columns: Columns) -> _Bars:
    return _Bars(
        candle_ms=columns.timeframe.ms_max,
        open_ms=columns.open_ms,
        open=columns.open,
        high=columns.high,
        low=columns.low,
        close=columns.close,
    )


def _fewer(bars: _Bars, times: float) -> _Bars:
    """Gather candles into longer ones, until there are so many times fewer."""
    if times <= 1:
        return bars
    longer = (minutes * MINUTE_MS for minutes in _LONGER_MIN)
    fits = (ms for ms in longer if ms % bars.candle_ms == 0 and ms >= bars.candle_ms * times)
    length = next(fits, bars.candle_ms * math.ceil(times))
    opens = bars.open_ms // length * length
    starts = np.flatnonzero(np.diff(opens, prepend=opens[0] - 1))
    ends = np.append(starts[1:], len(opens)) - 1
    return _Bars(
        candle_ms=length,
        open_ms=opens[starts],
        open=bars.open[starts],
        high=np.maximum.reduceat(bars.high, starts),
        low=np.minimum.reduceat(bars.low, starts),
        close=bars.close[ends],
    )


def _scale_of(bars: _Bars) -> float:
    """Return what makes all prices whole numbers that fit, or as nearly as four bytes allow."""
    prices = np.concatenate((bars.open, bars.high, bars.low, bars.close))
    decimals_max = min(_DECIMALS_MAX, math.floor(math.log10(_WHOLE_MAX / prices.max())))
    for decimals in range(decimals_max):
        scaled = prices * 10.0**decimals
        if np.allclose(scaled, np.rint(scaled), rtol=0, atol=1e-4):
            return 10.0**decimals
    return 10.0**decimals_max
