"""What was recorded, as columns: a year of minutes is ten arrays, not half a million objects."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from noctule.adapters.replay.blocks import let_go
from noctule.domain.values import Symbol, Timeframe

__all__ = ["CandleColumns", "FundingColumns", "Gap", "Recorded", "SourceFile"]


class SourceFile(Struct, frozen=True, kw_only=True):
    """A file that was read, told apart from every other by what it holds."""

    path: Path
    sha256: str  # of the file as it is, packed or not
    rows: int


class Gap(Struct, frozen=True, kw_only=True):
    """Candles that should be there and are not."""

    from_ms: int  # when the first missing one would have opened
    to_ms: int  # when the next one opens
    candles: int


class CandleColumns(Struct, frozen=True, kw_only=True, eq=False):
    """One symbol's candles in time order; the columns are equally long."""

    symbol: Symbol
    timeframe: Timeframe
    open_ms: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]
    quote_volume: NDArray[np.float64]
    taker_buy_volume: NDArray[np.float64]
    taker_buy_quote: NDArray[np.float64]
    trades: NDArray[np.int64]
    files: tuple[SourceFile, ...]
    gaps: tuple[Gap, ...]

    def __len__(self) -> int:
        return len(self.open_ms)

    def let_go(self) -> None:
        """Leave to the disk what was read of it; whoever looks again reads it again."""
        for each in (self.open_ms, self.open, self.high, self.low, self.close, self.volume):
            let_go(each)
        for each in (self.quote_volume, self.taker_buy_volume, self.taker_buy_quote, self.trades):
            let_go(each)

    @property
    def from_ms(self) -> int:
        """Return when the first candle opens."""
        return int(self.open_ms[0])

    @property
    def to_ms(self) -> int:
        """Return when the candle after the last one would open."""
        return self.timeframe.next_open(int(self.open_ms[-1]))

    @property
    def idle(self) -> int:
        """Return in how many candles nobody traded: a halt, or a thin market."""
        return int(np.count_nonzero((self.volume == 0) & (self.trades == 0)))


class FundingColumns(Struct, frozen=True, kw_only=True, eq=False):
    """One symbol's settled funding rates in time order."""

    symbol: Symbol
    time_ms: NDArray[np.int64]  # on the whole hour
    rate: tuple[Decimal, ...]
    files: tuple[SourceFile, ...] = ()

    def __len__(self) -> int:
        return len(self.rate)


class Recorded(Struct, frozen=True, kw_only=True, eq=False):
    """All that was asked for; a symbol without marks or funding is not in those mappings."""

    candles: Mapping[Symbol, CandleColumns]
    marks: Mapping[Symbol, CandleColumns]
    funding: Mapping[Symbol, FundingColumns]
    finer: Mapping[Symbol, CandleColumns]  # of the same span, to tell what came first in a candle
