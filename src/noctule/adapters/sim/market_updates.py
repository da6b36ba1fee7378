"""What everybody may hear of the market; which stream carries it, and how, is the wire's."""

from decimal import Decimal

from msgspec import Struct

from noctule.adapters.sim.klines import Kline
from noctule.adapters.sim.model import Order

__all__ = [
    "AggTrade",
    "BookTicker",
    "DepthUpdate",
    "ForceOrder",
    "KlineUpdate",
    "Level",
    "MarkUpdate",
    "MarketUpdate",
    "Ticker",
    "TickerUpdate",
]

Level = tuple[Decimal, Decimal]  # price, quantity


class MarketUpdate(Struct, frozen=True, kw_only=True):
    """Something that happened to one symbol's market."""

    symbol: str
    time_ms: int


class KlineUpdate(MarketUpdate, frozen=True, kw_only=True):
    """The running kline has changed, or a kline has closed."""

    interval: str
    kline: Kline  # nobody changes it any more
    is_closed: bool


class AggTrade(MarketUpdate, frozen=True, kw_only=True):
    """Trades at one price, taken together."""

    agg_id: int
    price: Decimal
    qty: Decimal
    first_id: int
    last_id: int
    is_buyer_maker: bool


class MarkUpdate(MarketUpdate, frozen=True, kw_only=True):
    """Mark and index price, what funding is about to be, and when."""

    mark: Decimal
    index: Decimal
    mark_average: Decimal  # `ap`
    funding_rate: Decimal
    next_funding_ms: int


class BookTicker(MarketUpdate, frozen=True, kw_only=True):
    """The best prices."""

    update_id: int
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal


class DepthUpdate(MarketUpdate, frozen=True, kw_only=True):
    """What has changed in the book since `previous_id`; a quantity of zero removes the level."""

    first_id: int  # U
    last_id: int  # u
    previous_id: int  # pu
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class Ticker(Struct, frozen=True, kw_only=True):
    """The last 24 hours; the mini-ticker is a part of it."""

    open_ms: int
    close_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    last: Decimal
    last_qty: Decimal
    volume: Decimal
    quote_volume: Decimal
    first_id: int
    last_id: int
    count: int


class TickerUpdate(MarketUpdate, frozen=True, kw_only=True):
    """The 24-hour figures, for `@miniTicker` and `@ticker`."""

    ticker: Ticker


class ForceOrder(MarketUpdate, frozen=True, kw_only=True):
    """A liquidation order has filled."""

    order: Order
