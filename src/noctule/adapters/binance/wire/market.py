"""What the streams say of the market, and the same in our words; facts 4.

Observations are floats, read straight from their text. Fields that are not named here are
ignored: the exchange adds some every year.
"""

from typing import Final, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct, field
from msgspec.json import Decoder

from noctule.domain.errors import FeedMalformed
from noctule.domain.market import BookTicker, Candle, MarketTrade, MarkPrice
from noctule.domain.values import Symbol, Timeframe

__all__ = [
    "AGG_TRADE",
    "BOOK_TICKER",
    "KLINE",
    "MARK_PRICE",
    "UNREADABLE",
    "AggTradeEvent",
    "BookTickerEvent",
    "Event",
    "Frame",
    "KlineEvent",
    "MarkPriceEvent",
    "combined_frame",
    "mark_price_of",
    "read_frame",
]

Event = TypeVar("Event")

_INFINITY: Final = float("inf")
# What a decoder may raise, whatever the bytes are: no JSON, no UTF-8, or nested without end.
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Kline(Struct, frozen=True, gc=False):
    open_ms: int = field(name="t")
    close_ms: int = field(name="T")
    interval: str = field(name="i")
    open: float = field(name="o")
    high: float = field(name="h")
    low: float = field(name="l")
    close: float = field(name="c")
    volume: float = field(name="v")
    quote_volume: float = field(name="q")
    trades: int = field(name="n")
    taker_buy_volume: float = field(name="V")
    is_closed: bool = field(name="x")


class KlineEvent(Struct, frozen=True):
    """A kline moved, or is closed."""

    event_ms: int = field(name="E")
    symbol: str = field(name="s")
    kline: _Kline = field(name="k")

    def candle(self, symbol: Symbol, timeframe: Timeframe) -> Candle:
        """Return the bar, which may be an impossible one: ask for its flaw."""
        kline = self.kline
        return Candle(
            symbol=symbol,
            timeframe=timeframe,
            open_ms=kline.open_ms,
            close_ms=kline.close_ms,
            open=kline.open,
            high=kline.high,
            low=kline.low,
            close=kline.close,
            volume=kline.volume,
            quote_volume=kline.quote_volume,
            trades=kline.trades,
            taker_buy_volume=kline.taker_buy_volume,
        )


class MarkPriceEvent(Struct, frozen=True):
    """Mark price, index and funding, every second or every third."""

    event_ms: int = field(name="E")
    symbol: str = field(name="s")
    mark_price: float = field(name="p")
    index_price: float = field(name="i")
    funding_rate: str = field(name="r")  # empty where there is no funding: dated contracts
    next_funding_ms: int = field(name="T")

    def mark(self, symbol: Symbol) -> MarkPrice:
        """Return the mark price; raises FeedMalformed when it is none."""
        return mark_price_of(
            symbol, self.mark_price, self.index_price, self.funding_rate, self.next_funding_ms
        )


class BookTickerEvent(Struct, frozen=True):
    """The best bid and ask moved."""

    event_ms: int = field(name="E")
    symbol: str = field(name="s")
    update_id: int = field(name="u")
    bid_price: float = field(name="b")
    bid_quantity: float = field(name="B")
    ask_price: float = field(name="a")
    ask_quantity: float = field(name="A")

    def book(self, symbol: Symbol) -> BookTicker:
        """Return the best prices; raises FeedMalformed when they are none."""
        if not (0 < self.bid_price < _INFINITY and 0 < self.ask_price < _INFINITY):
            raise FeedMalformed(f"{symbol}: bid {self.bid_price}, ask {self.ask_price}")
        if not (0 <= self.bid_quantity < _INFINITY and 0 <= self.ask_quantity < _INFINITY):
            raise FeedMalformed(f"{symbol}: so much wanted as {self.bid_quantity}")
        return BookTicker(
            symbol=symbol,
            bid_price=self.bid_price,
            bid_quantity=self.bid_quantity,
            ask_price=self.ask_price,
            ask_quantity=self.ask_quantity,
            update_id=self.update_id,
        )


class AggTradeEvent(Struct, frozen=True):
    """Trades of one taker at one price."""

    event_ms: int = field(name="E")
    symbol: str = field(name="s")
    trade_id: int = field(name="a")
    price: float = field(name="p")
    quantity: float = field(name="q")
    at_ms: int = field(name="T")
    is_buyer_maker: bool = field(name="m")

    def trade(self, symbol: Symbol) -> MarketTrade:
        """Return the trade; raises FeedMalformed when it is none."""
        if not (0 < self.price < _INFINITY and 0 <= self.quantity < _INFINITY):
            raise FeedMalformed(f"{symbol}: {self.quantity} traded at {self.price}")
        return MarketTrade(
            symbol=symbol,
            trade_id=self.trade_id,
            price=self.price,
            quantity=self.quantity,
            at_ms=self.at_ms,
            is_taker_buy=not self.is_buyer_maker,
        )


class Frame(Struct, Generic[Event], frozen=True):
    """An event in the envelope of a combined stream."""

    data: Event


def read_frame(decoder: Decoder[Frame[Event]], frame: bytes) -> Event:
    """Return the event in a frame; raises FeedMalformed for bytes that hold none."""
    try:
        return decoder.decode(frame).data
    except UNREADABLE as exc:
        raise FeedMalformed(str(exc)) from exc


KLINE: Final = Decoder(Frame[KlineEvent], strict=False)
MARK_PRICE: Final = Decoder(Frame[MarkPriceEvent], strict=False)
BOOK_TICKER: Final = Decoder(Frame[BookTickerEvent], strict=False)
AGG_TRADE: Final = Decoder(Frame[AggTradeEvent], strict=False)


class _Interval(Struct, frozen=True):
    i: str = ""


class _Envelope(Struct, frozen=True):
    """Enough of a frame to tell what it is about, enveloped or not."""

    stream: str = ""
    data: Raw = Raw(b"")
    e: str = ""
    s: str = ""
    k: _Interval = _Interval()


_ENVELOPE: Final = Decoder(_Envelope)
# Streams by the event they carry; what follows the @ where it is not the same for all.
_STREAMS: Final = {
    "aggTrade": "aggTrade",
    "bookTicker": "bookTicker",
    "depthUpdate": "depth",
    "markPriceUpdate": "markPrice",
}


def combined_frame(frame: bytes) -> tuple[str, bytes]:
    """Return a frame's stream and the frame in its envelope, for one that came without or oddly.

    The name of a speed (@1s, @100ms) is not in the event, hence not in the name of its stream.
    """
    try:
        envelope = _ENVELOPE.decode(frame)
    except UNREADABLE as exc:
        raise FeedMalformed(str(exc)) from exc
    if envelope.stream:
        return envelope.stream, frame
    kind = f"kline_{envelope.k.i}" if envelope.e == "kline" else _STREAMS.get(envelope.e)
    name = f"{envelope.s.lower()}@{kind}" if kind else envelope.e
    return name, b'{"data":%b}' % frame


def mark_price_of(
    symbol: Symbol, mark: float, index: float, rate: str, next_funding_ms: int
) -> MarkPrice:
    """Return the mark price; raises FeedMalformed when it is none."""
    if not (0 < mark < _INFINITY and 0 <= index < _INFINITY):
        raise FeedMalformed(f"{symbol}: mark price {mark}, index {index}")
    try:
        funding_rate = float(rate) if rate else 0.0
    except ValueError as exc:
        raise FeedMalformed(f"{symbol}: funding rate {rate[:40]!r}") from exc
    if not -1 < funding_rate < 1:
        raise FeedMalformed(f"{symbol}: funding rate {funding_rate}")
    return MarkPrice(
        symbol=symbol,
        mark_price=mark,
        index_price=index,
        funding_rate=funding_rate,
        next_funding_ms=next_funding_ms,
    )
