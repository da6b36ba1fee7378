"""What a strategy may look at."""

from collections.abc import Mapping

from noctule.domain.values import Symbol, Timeframe
from noctule.market.series import CandleSeries

__all__ = ["MarketView"]


class MarketView:
    """The read-only face of one symbol's market."""

    def __init__(self, symbol: Symbol, series: Mapping[Timeframe, CandleSeries]) -> None:
        self.symbol = symbol
        self._series = series

    def history(self, timeframe: Timeframe) -> CandleSeries:
        """Return the closed candles of a timeframe, the current one included."""
        return self._series[timeframe]
