"""What the exchange tells: to one account's stream, and to everybody."""

from decimal import Decimal

from msgspec import Struct

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.model import ZERO, AlgoOrder, MarginType, Order, Position

__all__ = [
    "AccountUpdated",
    "AlgoUpdated",
    "BalanceChange",
    "Best",
    "ConfigUpdated",
    "ListenKeyExpired",
    "MarginCalled",
    "MarkTick",
    "OrderUpdated",
    "PositionChange",
    "PositionView",
    "Tick",
    "TradeHinted",
    "UserEvent",
]


class Tick(Struct, frozen=True, kw_only=True):
    """One or more trades at one price; a candle is replayed as four of these.

    The sums over a candle's ticks are the candle's own figures, so klines built from ticks equal
    the ones the ticks were made from.
    """

    symbol: str
    time_ms: int
    price: Decimal
    qty: Decimal
    quote_qty: Decimal
    count: int
    taker_buy_qty: Decimal
    taker_buy_quote: Decimal
    travelled: bool = False  # within a candle: the price came here through all between, no jump


class MarkTick(Struct, frozen=True, kw_only=True):
    """Mark and index price moved, or the funding forecast."""

    symbol: str
    time_ms: int
    mark: Decimal
    index: Decimal
    funding_rate: Decimal
    next_funding_ms: int
    is_last: bool = False  # nobody knows the mark: it is the last price, also on its way


class Best(Struct, frozen=True, kw_only=True):
    """The best prices of a market that is followed, and what stands there."""

    symbol: str
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal


class UserEvent(Struct, frozen=True, kw_only=True):
    """Something one account hears: `T`, when it was so; `E`, when it was told, is the wire's."""

    time_ms: int


class OrderUpdated(UserEvent, frozen=True, kw_only=True):
    """ORDER_TRADE_UPDATE: a copy of the order, what happened, and the trade if there was one."""

    order: Order
    execution: str  # NEW, TRADE, CANCELED, EXPIRED, AMENDMENT, CALCULATED
    trade: Trade | None = None


class TradeHinted(UserEvent, frozen=True, kw_only=True):
    """TRADE_LITE: a fill without fee, result or status, ahead of the full story."""

    order: Order
    trade: Trade


class BalanceChange(Struct, frozen=True, kw_only=True):
    """One asset of an ACCOUNT_UPDATE; change leaves out profit and commission."""

    asset: str
    wallet: Decimal
    cross_wallet: Decimal
    change: Decimal


class PositionChange(Struct, frozen=True, kw_only=True):
    """One position as ACCOUNT_UPDATE shows it."""

    position: Position  # a copy
    margin_type: MarginType
    unrealized: Decimal


class PositionView(PositionChange, frozen=True, kw_only=True):
    """One position with what the market makes of it."""

    mark: Decimal
    notional: Decimal  # signed
    initial_margin: Decimal
    maint_margin: Decimal
    isolated_margin: Decimal  # isolated wallet and unrealised profit; zero when crossed
    liquidation_price: Decimal  # zero: none
    leverage: int
    open_order_margin: Decimal = ZERO  # beyond initial_margin, which is the position's own
    bid_notional: Decimal = ZERO  # of the open orders that add or reverse
    ask_notional: Decimal = ZERO


class AccountUpdated(UserEvent, frozen=True, kw_only=True):
    """ACCOUNT_UPDATE: balances and positions that changed, and why."""

    reason: str  # ORDER, FUNDING_FEE, DEPOSIT, WITHDRAW, MARGIN_TRANSFER, MARGIN_TYPE_CHANGE …
    balances: tuple[BalanceChange, ...]
    positions: tuple[PositionChange, ...]
    symbol: str | None = None  # FUNDING_FEE names it


class AlgoUpdated(UserEvent, frozen=True, kw_only=True):
    """ALGO_UPDATE: a copy of the conditional order."""

    algo: AlgoOrder


class ConfigUpdated(UserEvent, frozen=True, kw_only=True):
    """ACCOUNT_CONFIG_UPDATE: leverage of a symbol, or the multi-assets mode."""

    symbol: str | None = None
    leverage: int | None = None
    multi_assets: bool | None = None


class MarginCalled(UserEvent, frozen=True, kw_only=True):
    """MARGIN_CALL: these positions are close to liquidation."""

    cross_wallet: Decimal
    positions: tuple[PositionView, ...]


class ListenKeyExpired(UserEvent, frozen=True, kw_only=True):
    """listenKeyExpired: nothing more will come on this key."""

    listen_key: str
