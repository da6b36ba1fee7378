"""What kind of market it is."""

from enum import StrEnum

from msgspec import Struct

__all__ = ["Regime", "RegimeReading"]


class Regime(StrEnum):
    """The character of a market; where several fit, the first one of these counts."""

    ILLIQUID = "illiquid"
    HIGH_VOLATILITY = "high_volatility"
    TREND_UP = "trend_up"
    TREND_DOWN = "trend_down"
    RANGE = "range"

    @property
    def is_trend(self) -> bool:
        """Tell whether the market goes somewhere."""
        return self in _TRENDS


_TRENDS = (Regime.TREND_UP, Regime.TREND_DOWN)


class RegimeReading(Struct, frozen=True, kw_only=True):
    """A regime, since when it holds, and what the latest candles measure."""

    regime: Regime
    since_ms: int  # close of the candle that settled it
    trend: float  # share of the way that was progress: -1 straight down to 1 straight up
    volatility: float  # of the latest candles, as a multiple of the usual
    liquidity: float  # likewise; less where prices stood still
