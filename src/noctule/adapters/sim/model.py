"""What the simulated exchange remembers: its own words, shared with no part of the bot.

The bot reads Binance's protocol one way, this exchange reads it another; where the two disagree,
one of them is wrong, and tests find out. So nothing here comes from noctule.domain.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct

__all__ = [
    "ZERO",
    "AlgoOrder",
    "AlgoStatus",
    "Bracket",
    "ExpiryReason",
    "MarginType",
    "Order",
    "OrderStatus",
    "OrderType",
    "Position",
    "PositionSide",
    "Quote",
    "Refusal",
    "Rules",
    "Side",
    "Tif",
    "WorkingType",
]

ZERO: Final = Decimal(0)


class Refusal(Exception):
    """The exchange says no: the code and text of the error body, and the HTTP status."""

    def __init__(self, code: int, msg: str, *, status: int = 400) -> None:
        self.code = code
        self.msg = msg
        self.status = status
        super().__init__(f"{code}: {msg}")


class Side(StrEnum):
    """BUY or SELL."""

    BUY = "BUY"
    SELL = "SELL"

    sign: int  # +1 for a buy, -1 for a sell

    def __init__(self, word: str) -> None:
        self.sign = 1 if word == "BUY" else -1

    @property
    def other(self) -> "Side":
        """Return the opposite side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class PositionSide(StrEnum):
    """BOTH in one-way mode; LONG and SHORT in hedge mode."""

    BOTH = "BOTH"
    LONG = "LONG"
    SHORT = "SHORT"


class OrderType(StrEnum):
    """Regular orders are the first two; the rest live in the conditional service."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    STOP = "STOP"
    STOP_MARKET = "STOP_MARKET"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_MARKET = "TAKE_PROFIT_MARKET"
    TRAILING_STOP_MARKET = "TRAILING_STOP_MARKET"
    LIQUIDATION = "LIQUIDATION"


class Tif(StrEnum):
    """Time in force."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"
    GTX = "GTX"
    GTD = "GTD"
    GTE_GTC = "GTE_GTC"


class OrderStatus(StrEnum):
    """The states of a regular order."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"


class AlgoStatus(StrEnum):
    """The states of a conditional order."""

    NEW = "NEW"
    TRIGGERING = "TRIGGERING"
    TRIGGERED = "TRIGGERED"
    FINISHED = "FINISHED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"


class WorkingType(StrEnum):
    """The price that pulls a trigger."""

    CONTRACT_PRICE = "CONTRACT_PRICE"
    MARK_PRICE = "MARK_PRICE"


class MarginType(StrEnum):
    """How far a loss may reach."""

    CROSSED = "CROSSED"
    ISOLATED = "ISOLATED"


class ExpiryReason(StrEnum):
    """Why an order expired: `er` of ORDER_TRADE_UPDATE."""

    NONE = "0"
    SELF_TRADE = "1"
    IOC_REMAINDER = "2"
    REDUCE_ONLY = "4"  # knocked out by a higher-priority reduce-only order, or it would reverse
    LIQUIDATION = "5"
    GTE_UNSATISFIED = "6"
    MARKET_REMAINDER = "9"


class Bracket(Struct, frozen=True, kw_only=True):
    """One tier of position notional."""

    bracket: int
    initial_leverage: int
    notional_floor: Decimal
    notional_cap: Decimal
    maint_margin_ratio: Decimal
    cum: Decimal


class Rules(Struct, frozen=True, kw_only=True):
    """One symbol's contract: what exchangeInfo, leverageBracket and commissionRate say of it."""

    symbol: str
    base_asset: str
    quote_asset: str = "USDT"
    status: str = "TRADING"
    onboard_ms: int = 1_569_398_400_000
    price_precision: int
    quantity_precision: int
    tick: Decimal
    min_price: Decimal
    max_price: Decimal
    step: Decimal
    min_qty: Decimal
    max_qty: Decimal
    market_step: Decimal
    market_min_qty: Decimal
    market_max_qty: Decimal
    min_notional: Decimal
    multiplier_up: Decimal = Decimal("1.0500")
    multiplier_down: Decimal = Decimal("0.9500")
    multiplier_decimal: int = 4
    market_take_bound: Decimal = Decimal("0.05")
    trigger_protect: Decimal = Decimal("0.0500")
    liquidation_fee: Decimal = Decimal("0.012500")
    max_num_orders: int = 200
    funding_interval_hours: int = 8
    maker_rate: Decimal = Decimal("0.000200")
    taker_rate: Decimal = Decimal("0.000500")
    brackets: tuple[Bracket, ...]


class Quote(Struct, frozen=True, kw_only=True, gc=False):
    """Where one symbol's market stands: last trade, best prices, mark and index."""

    last: Decimal
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    mark: Decimal
    index: Decimal


class Order(Struct, kw_only=True, gc=False):  # thousands are kept, and none is in a cycle
    """A regular order, as it stands."""

    order_id: int
    client_id: str
    symbol: str
    side: Side
    position_side: PositionSide
    type: OrderType
    orig_type: OrderType  # what it was before it triggered
    tif: Tif
    qty: Decimal
    price: Decimal = ZERO
    executed: Decimal = ZERO
    cum_quote: Decimal = ZERO
    reduce_only: bool = False
    close_position: bool = False
    stop_price: Decimal = ZERO
    activate_price: Decimal = ZERO
    callback_rate: Decimal = ZERO
    working_type: WorkingType = WorkingType.CONTRACT_PRICE
    price_protect: bool = False
    price_match: str = "NONE"
    stp: str = "EXPIRE_MAKER"
    good_till_ms: int = 0
    status: OrderStatus = OrderStatus.NEW
    expiry_reason: ExpiryReason = ExpiryReason.NONE
    algo_id: int | None = None  # the conditional order that became this one
    modifications: int = 0
    modify_id: int | None = None  # the client's name for the last amendment
    time_ms: int = 0
    update_ms: int = 0

    @property
    def left(self) -> Decimal:
        """Return what is still to fill."""
        return self.qty - self.executed

    @property
    def average_price(self) -> Decimal:
        """Return the mean price of what has filled; zero while nothing has."""
        return self.cum_quote / self.executed if self.executed else ZERO

    @property
    def is_open(self) -> bool:
        """Tell whether it may still fill."""
        return self.status in ("NEW", "PARTIALLY_FILLED")


class AlgoOrder(Struct, kw_only=True):
    """A conditional order, as it stands."""

    algo_id: int
    client_algo_id: str
    symbol: str
    side: Side
    position_side: PositionSide
    type: OrderType
    tif: Tif
    qty: Decimal = ZERO  # zero with close_position
    price: Decimal = ZERO
    trigger_price: Decimal = ZERO
    activate_price: Decimal = ZERO
    callback_rate: Decimal = ZERO
    reduce_only: bool = False
    close_position: bool = False
    working_type: WorkingType = WorkingType.CONTRACT_PRICE
    price_protect: bool = False
    price_match: str = "NONE"
    stp: str = "EXPIRE_MAKER"
    good_till_ms: int = 0
    status: AlgoStatus = AlgoStatus.NEW
    is_activated: bool = False  # trailing only
    extreme: Decimal = ZERO  # the trailing stop's best price since activation
    actual_order_id: int | None = None
    actual_price: Decimal = ZERO
    actual_qty: Decimal = ZERO
    failure: str = ""  # `rm`
    create_ms: int = 0
    update_ms: int = 0
    trigger_ms: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for its trigger."""
        return self.status is AlgoStatus.NEW


class Position(Struct, kw_only=True):
    """One leg of one symbol; amount is signed."""

    symbol: str
    side: PositionSide
    amount: Decimal = ZERO
    entry_price: Decimal = ZERO
    break_even: Decimal = ZERO
    isolated_wallet: Decimal = ZERO
    realized: Decimal = ZERO  # accumulated, before fees: `cr`
    update_ms: int = 0
