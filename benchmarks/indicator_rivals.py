"""Each indicator beside TA-Lib: what one more candle costs, kept up or computed anew."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import talib
from msgspec import Struct
from numpy.typing import NDArray
from talib import stream

from noctule import indicators as ours
from noctule.domain.market import Candle
from noctule.indicators import Indicator

__all__ = ["SUBJECTS", "WINDOW", "Subject", "best_ns"]

WINDOW: Final = 500  # candles that a bot keeps, and gives to a function that looks at all of them
ROUNDS: Final = 8


class Subject(Struct, frozen=True):
    """An indicator, and the same by the name that TA-Lib has for it; "" for none."""

    kind: type[Indicator[Any]]
    arguments: tuple[float, ...]
    rival: str = ""
    terms: dict[str, float] = {}

    @property
    def title(self) -> str:
        """Return how one asks for it."""
        return f"{self.kind.__name__}({', '.join(map(str, self.arguments))})"

    def ours_ns(self, candles: Sequence[Candle]) -> float:
        """Return what one update takes."""
        rows = self._rows(candles)

        def once() -> None:
            self._feed(self.kind(*self.arguments).update, rows)

        return best_ns(once, len(rows))

    def handle_ns(self, candles: Sequence[Candle]) -> float | None:
        """Return what one update of TA-Lib's streaming handle takes, which goes on in C."""
        if not self.rival:
            return None
        rows = self._rows(candles)
        history = self._columns(candles[:WINDOW])

        def once() -> None:
            handle = getattr(stream, self.rival)(*history, **self.terms)
            self._feed(handle.update, rows)

        return best_ns(once, len(rows))

    def window_ns(self, candles: Sequence[Candle]) -> float | None:
        """Return what it takes to move the window on and let TA-Lib's function go over it."""
        if not self.rival:
            return None
        function, rows = getattr(talib, self.rival), self._rows(candles)
        windows = self._columns(candles[:WINDOW])

        def once() -> None:
            for row in rows:
                for window, number in zip(windows, row, strict=True):
                    window[:-1] = window[1:]
                    window[-1] = number
                function(*windows, **self.terms)

        return best_ns(once, len(rows))

    def _feed(self, update: Callable[..., object], rows: Sequence[tuple[float, ...]]) -> None:
        if len(self.kind.inputs) == 1:
            for (number,) in rows:
                update(number)
            return
        for row in rows:
            update(*row)

    def _rows(self, candles: Sequence[Candle]) -> list[tuple[float, ...]]:
        return [tuple(getattr(each, name) for name in self.kind.inputs) for each in candles]

    def _columns(self, candles: Sequence[Candle]) -> list[NDArray[np.float64]]:
        rows = self._rows(candles)
        return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]


def best_ns(once: Callable[[], None], count: int) -> float:
    """Return the nanoseconds that each of so many steps takes in the quickest round."""
    return min(_taken_ns(once) for _ in range(ROUNDS)) / count


def _taken_ns(once: Callable[[], None]) -> int:
    began = time.perf_counter_ns()
    once()
    return time.perf_counter_ns() - began


def _of(length: int) -> dict[str, float]:
    return {"timeperiod": length}


SUBJECTS: Final = (
    Subject(ours.Sma, (20,), "SMA", _of(20)),
    Subject(ours.Sma, (500,), "SMA", _of(500)),
    Subject(ours.Ema, (20,), "EMA", _of(20)),
    Subject(ours.Wma, (20,), "WMA", _of(20)),
    Subject(ours.Rma, (14,), "RMA", _of(14)),
    Subject(ours.Hma, (20,), "HMA", _of(20)),
    Subject(ours.Vwap, (20,)),
    Subject(ours.SessionVwap, (0,)),
    Subject(ours.Rsi, (14,), "RSI", _of(14)),
    Subject(ours.Macd, (12, 26, 9), "MACD"),
    Subject(ours.Stochastic, (14, 3, 3), "STOCH", {"fastk_period": 14}),
    Subject(ours.StochRsi, (14, 14, 3), "STOCHRSI", _of(14) | {"fastk_period": 14}),
    Subject(ours.Roc, (10,), "ROC", _of(10)),
    Subject(ours.Cci, (20,), "CCI", _of(20)),
    Subject(ours.Adx, (14,), "ADX", _of(14)),
    Subject(ours.Aroon, (25,), "AROON", _of(25)),
    Subject(ours.Atr, (14,), "ATR", _of(14)),
    Subject(ours.Bollinger, (20, 2.0), "BBANDS", _of(20)),
    Subject(ours.Keltner, (20, 10, 2.0), "KC"),
    Subject(ours.Donchian, (20,), "DONCHIAN", _of(20)),
    Subject(ours.Supertrend, (10, 3.0), "SUPERTREND"),
    Subject(ours.ParabolicSar, (0.02, 0.2), "SAR"),
    Subject(ours.RealisedVolatility, (20,)),
    Subject(ours.Obv, (), "OBV"),
    Subject(ours.Mfi, (14,), "MFI", _of(14)),
    Subject(ours.Delta, (20,)),
    Subject(ours.VolumeProfile, (100,)),
    Subject(ours.Swings, (3, 3)),
    Subject(ours.LinearSlope, (20,), "LINEARREG_SLOPE", _of(20)),
    Subject(ours.StdDev, (20,), "STDDEV", _of(20)),
    Subject(ours.Variance, (20,), "VAR", _of(20)),
    Subject(ours.ZScore, (20,)),
    Subject(ours.Correlation, (20,), "CORREL", _of(20)),
)
