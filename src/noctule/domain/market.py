"""What the market told us: observations, as floats."""

from msgspec import Struct

from noctule.domain.values import Symbol, Timeframe

__all__ = [
    "BookLevel",
    "BookTicker",
    "Candle",
    "DepthBook",
    "FundingRate",
    "MarkPrice",
    "MarketTrade",
]


class Candle(Struct, frozen=True, kw_only=True, gc=False):
    """One bar of one symbol."""

    symbol: Symbol
    timeframe: Timeframe
    open_ms: int
    close_ms: int  # the bar's last millisecond
    open: float
    high: float
    low: float
    close: float
    volume: float
    quote_volume: float
    trades: int
    taker_buy_volume: float

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody traded, so that the prices only repeat the last close."""
        return self.trades == 0 and self.volume == 0

    def idle_at(self, open_ms: int) -> "Candle":
        """Return a later bar in which nobody traded: it repeats this one's close."""
        close = self.close
        return Candle(
            symbol=self.symbol,
            timeframe=self.timeframe,
            open_ms=open_ms,
            close_ms=self.timeframe.close_of(open_ms),
            open=close,
            high=close,
            low=close,
            close=close,
            volume=0.0,
            quote_volume=0.0,
            trades=0,
            taker_buy_volume=0.0,
        )

    def flaw(self) -> str | None:
        """Say what makes this bar impossible; checked once, where it enters the program."""
        return self._time_flaw() or self._price_flaw() or self._volume_flaw()

    def _time_flaw(self) -> str | None:
        if self.open_ms != self.timeframe.open_of(self.open_ms):
            return f"open_ms {self.open_ms} is off the {self.timeframe} grid"
        if self.close_ms != self.timeframe.close_of(self.open_ms):
            return f"close_ms {self.close_ms} does not end the bar opened at {self.open_ms}"
        return None

    def _price_flaw(self) -> str | None:
        # One comparison a price: min() and max() may pass over a NaN, a comparison never does.
        if not (0 < self.low <= self.open and self.low <= self.close):
            return f"low {self.low} is not the lowest of {self.open} {self.high} {self.close}"
        if not (self.open <= self.high and self.close <= self.high < float("inf")):
            return f"high {self.high} is not the highest of {self.open} {self.low} {self.close}"
        return None

    def _volume_flaw(self) -> str | None:
        if not 0 <= self.taker_buy_volume <= self.volume < float("inf"):
            return f"volume {self.volume} with {self.taker_buy_volume} bought by takers"
        if not 0 <= self.quote_volume < float("inf") or self.trades < 0:
            return f"quote volume {self.quote_volume} in {self.trades} trades"
        return None


class MarkPrice(Struct, frozen=True, kw_only=True, gc=False):
    """The price margins are measured by, and what funding is about to be."""

    symbol: Symbol
    mark_price: float
    index_price: float
    funding_rate: float
    next_funding_ms: int


class FundingRate(Struct, frozen=True, kw_only=True, gc=False):
    """A funding rate that was settled."""

    symbol: Symbol
    at_ms: int
    rate: float


class BookTicker(Struct, frozen=True, kw_only=True, gc=False):
    """The best bid and ask, and how much stands there."""

    symbol: Symbol
    bid_price: float
    bid_quantity: float
    ask_price: float
    ask_quantity: float
    update_id: int  # grows with every change, so an older one can be told

    @property
    def spread_share(self) -> float:
        """Return the distance of ask and bid as a share of their middle."""
        return 2 * (self.ask_price - self.bid_price) / (self.ask_price + self.bid_price)


class MarketTrade(Struct, frozen=True, kw_only=True, gc=False):
    """What one taker bought or sold at one price: an aggregate trade."""

    symbol: Symbol
    trade_id: int
    price: float
    quantity: float
    at_ms: int
    is_taker_buy: bool


class BookLevel(Struct, frozen=True, gc=False):
    """So much is wanted, or offered, at one price."""

    price: float
    quantity: float


class DepthBook(Struct, frozen=True, kw_only=True):
    """The order book's upper levels, best first on both sides."""

    symbol: Symbol
    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    update_id: int
