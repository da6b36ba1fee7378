"""What the exchange answers about the market, and the same in our words; facts 2.1."""

from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from noctule.adapters.binance.rest.calls import Call, Safety
from noctule.adapters.binance.wire.market import mark_price_of
from noctule.domain.market import Candle, MarkPrice
from noctule.domain.values import Symbol, Timeframe

__all__ = ["KLINES", "KLINES_MAX", "PREMIUM_INDEX", "KlineRow", "PremiumIndex", "klines_weight"]

KLINES_MAX: Final = 1_500  # rows in one answer; 1501 is refused with -1130
_WEIGHTS: Final = ((100, 1), (500, 2), (1_001, 5))  # below so many rows: so much


class KlineRow(Struct, frozen=True, array_like=True, gc=False):
    """One row of GET klines; the last one of an answer is usually still open."""

    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    close_ms: int
    quote_volume: float
    trades: int
    taker_buy_volume: float

    def candle(self, symbol: Symbol, timeframe: Timeframe) -> Candle:
        """Return the bar, which may be an impossible one: ask for its flaw."""
        return Candle(
            symbol=symbol,
            timeframe=timeframe,
            open_ms=self.open_ms,
            close_ms=self.close_ms,
            open=self.open,
            high=self.high,
            low=self.low,
            close=self.close,
            volume=self.volume,
            quote_volume=self.quote_volume,
            trades=self.trades,
            taker_buy_volume=self.taker_buy_volume,
        )


class PremiumIndex(Struct, frozen=True, rename="camel"):
    """GET premiumIndex of one symbol."""

    symbol: str
    mark_price: float
    index_price: float
    last_funding_rate: str
    next_funding_time: int
    time: int

    def mark(self, symbol: Symbol) -> MarkPrice:
        """Return the mark price; raises FeedMalformed when it is none."""
        return mark_price_of(
            symbol,
            self.mark_price,
            self.index_price,
            self.last_funding_rate,
            self.next_funding_time,
        )


KLINES: Final = Call(
    name="GET klines",
    safety=Safety.REPEATABLE,
    decoder=Decoder(list[KlineRow], strict=False),
)
PREMIUM_INDEX: Final = Call(
    name="GET premiumIndex",
    safety=Safety.REPEATABLE,
    decoder=Decoder(PremiumIndex, strict=False),
)


def klines_weight(limit: int) -> int:
    """Return what a question for so many klines costs."""
    return next((weight for rows, weight in _WEIGHTS if limit < rows), 10)
