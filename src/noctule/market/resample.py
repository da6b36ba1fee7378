"""Bars of higher timeframes, built from closed base candles, candle by candle."""

from collections.abc import Iterable

from noctule.domain.market import Candle
from noctule.domain.values import Timeframe

__all__ = ["Resampler"]


class Resampler:
    """Builds the bars of several timeframes at once from one symbol's base candles.

    A bar is told when its last base candle is in, and only if its first one was: a bar that had
    begun before we looked is never told. The work for a candle does not depend on how many went
    before it. Where a base candle had no trades, the exchange repeats the last close, and leaves
    it out of the open, high and low of longer bars; so do we.
    """

    def __init__(self, timeframes: Iterable[Timeframe], *, base: Timeframe) -> None:
        self._base = base
        self._bars: list[_RunningBar] = []
        self._next_open_ms: int | None = None
        for timeframe in sorted(timeframes, key=list(Timeframe).index):
            assert timeframe.is_built_from(base), f"{timeframe} is not a multiple of {base}"
            self._bars.append(_RunningBar(timeframe))

    def add(self, candle: Candle) -> list[Candle]:
        """Take the next base candle and return the bars that close with it, shortest first."""
        assert candle.timeframe is self._base, f"{candle.timeframe} is not the base {self._base}"
        assert self._next_open_ms in (None, candle.open_ms), (
            f"{candle.symbol} {candle.timeframe} opened at {candle.open_ms}, "
            f"expected was {self._next_open_ms}"
        )
        self._next_open_ms = candle.close_ms + 1
        if not self._bars:
            return []
        bars = (running.add(candle) for running in self._bars)
        return [bar for bar in bars if bar is not None]


class _RunningBar:
    """The bar of one timeframe that has not closed yet."""

    __slots__ = (
        "_close",
        "_close_ms",
        "_has_traded",
        "_high",
        "_is_whole",
        "_low",
        "_open",
        "_open_ms",
        "_quote_volume",
        "_taker_buy_volume",
        "_timeframe",
        "_trades",
        "_volume",
    )

    def __init__(self, timeframe: Timeframe) -> None:
        self._timeframe = timeframe
        self._open_ms = 0
        self._close_ms: int | None = None  # None: the next base candle begins a bar

    def add(self, candle: Candle) -> Candle | None:
        if self._close_ms is None:
            self._begin(candle)
        self._absorb(candle)
        if candle.close_ms != self._close_ms:
            return None
        self._close_ms = None
        return self._closed(candle) if self._is_whole else None

    def _begin(self, candle: Candle) -> None:
        self._open_ms = self._timeframe.open_of(candle.open_ms)
        self._close_ms = self._timeframe.close_of(candle.open_ms)
        self._is_whole = candle.open_ms == self._open_ms
        self._has_traded = False
        self._volume = self._quote_volume = self._taker_buy_volume = 0.0
        self._trades = 0

    def _absorb(self, candle: Candle) -> None:
        if not self._has_traded:  # until somebody trades, it is as flat as its latest candle
            self._has_traded = not candle.is_idle
            self._open, self._high, self._low = candle.open, candle.high, candle.low
        elif candle.is_idle:
            return
        elif candle.high > self._high or candle.low < self._low:
            self._high = max(self._high, candle.high)
            self._low = min(self._low, candle.low)
        self._close = candle.close
        self._volume += candle.volume
        self._quote_volume += candle.quote_volume
        self._trades += candle.trades
        self._taker_buy_volume += candle.taker_buy_volume

    def _closed(self, last: Candle) -> Candle:
        return Candle(
            symbol=last.symbol,
            timeframe=self._timeframe,
            open_ms=self._open_ms,
            close_ms=last.close_ms,
            open=self._open,
            high=self._high,
            low=self._low,
            close=self._close,
            volume=self._volume,
            quote_volume=self._quote_volume,
            trades=self._trades,
            taker_buy_volume=self._taker_buy_volume,
        )
