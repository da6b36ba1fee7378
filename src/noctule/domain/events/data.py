"""What happens in the market."""

from typing import ClassVar

from noctule.domain.events.base import DataEvent, Overflow
from noctule.domain.market import BookTicker, Candle, DepthBook, MarketTrade, MarkPrice
from noctule.domain.values import Symbol

__all__ = [
    "BookTickerUpdated",
    "CandleClosed",
    "CandleRevised",
    "CandleUpdated",
    "DataTimerFired",
    "DepthUpdated",
    "FeedLost",
    "FeedRestored",
    "MarkPriceUpdated",
    "TradePrinted",
]


class CandleUpdated(DataEvent, frozen=True, kw_only=True):
    """The running candle moved."""

    overflow: ClassVar[Overflow] = Overflow.REPLACE

    candle: Candle

    @property
    def slot(self) -> tuple[str, ...]:
        """Return the symbol and timeframe: only their latest state matters."""
        return (self.candle.symbol, self.candle.timeframe)


class CandleClosed(DataEvent, frozen=True, kw_only=True):
    """A bar is final."""

    candle: Candle
    received_ms: int | None = None  # when its frame, or the answer that told it, was in


class CandleRevised(DataEvent, frozen=True, kw_only=True):
    """The venue tells a bar differently that was published as final; what was done stays done."""

    candle: Candle
    published: Candle


class MarkPriceUpdated(DataEvent, frozen=True, kw_only=True):
    """Mark and index price moved, or the funding forecast."""

    overflow: ClassVar[Overflow] = Overflow.REPLACE

    mark: MarkPrice

    @property
    def slot(self) -> tuple[str, ...]:
        """Return the symbol: only its latest mark price matters."""
        return (self.mark.symbol,)


class BookTickerUpdated(DataEvent, frozen=True, kw_only=True):
    """The best bid or ask moved."""

    overflow: ClassVar[Overflow] = Overflow.REPLACE

    book: BookTicker

    @property
    def slot(self) -> tuple[str, ...]:
        """Return the symbol: only its latest best prices matter."""
        return (self.book.symbol,)


class TradePrinted(DataEvent, frozen=True, kw_only=True):
    """Somebody traded."""

    trade: MarketTrade


class DepthUpdated(DataEvent, frozen=True, kw_only=True):
    """The order book moved."""

    overflow: ClassVar[Overflow] = Overflow.REPLACE

    depth: DepthBook

    @property
    def slot(self) -> tuple[str, ...]:
        """Return the symbol: only its latest book matters."""
        return (self.depth.symbol,)


class FeedLost(DataEvent, frozen=True, kw_only=True):
    """A market stream is down."""

    symbol: Symbol
    reason: str


class FeedRestored(DataEvent, frozen=True, kw_only=True):
    """A market stream is back; candles from gap_from_ms on are being fetched, if any."""

    symbol: Symbol
    gap_from_ms: int | None


class DataTimerFired(DataEvent, frozen=True, kw_only=True):
    """A deadline that concerns the market passed."""

    timer: str
