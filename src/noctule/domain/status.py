"""What a running bot tells of itself when somebody asks: one value, made at one instant."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from noctule.domain.order import Leg, OrderKind, OrderState
from noctule.domain.signals import Direction
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Price, Quantity, Quote, Side, Symbol

__all__ = [
    "AccountView",
    "ComponentView",
    "HaltView",
    "HealthView",
    "LossView",
    "MarketView",
    "OrderView",
    "Phase",
    "PositionView",
    "RiskView",
    "SaidView",
    "StatusView",
    "TodayView",
    "TradeView",
    "trade_view",
]


class Phase(StrEnum):
    """How far the bot has come."""

    RECOVERING = "recovering"  # what an earlier run left is being guarded
    WARMING_UP = "warming up"  # history is being read; nothing is entered yet
    RUNNING = "running"
    STOPPING = "stopping"


class SaidView(Struct, frozen=True, kw_only=True):
    """What a strategy signalled last, and what became of it."""

    at_ms: int  # when its candle closed
    direction: Direction
    reason: str
    verdict: str | None  # None: nothing yet, or nothing to do


class MarketView(Struct, frozen=True, kw_only=True):
    """One traded symbol, and the strategy that trades it."""

    symbol: Symbol
    strategy: str
    close_ms: int | None  # of the last base candle
    last_price: float | None  # its close
    mark_price: float | None
    spread_share: float | None
    silent_ms: int | None  # real, since any frame; None before the first one
    is_lost: bool  # its feed is down
    regime: str | None
    disabled: str | None  # why its strategy is asked no more
    said: SaidView | None
    waits_for: str  # as the strategy puts it


class PositionView(Struct, frozen=True, kw_only=True):
    """What is held of one symbol."""

    symbol: Symbol
    strategy: str | None  # None where it is not ours
    side: Side
    quantity: Quantity
    entry_price: Price
    mark_price: Price | None
    unrealized_pnl: Quote | None
    stop: Price | None
    target: Price | None
    since_ms: int | None  # close of the candle that it was entered on
    is_protected: bool  # a stop rests behind all of it
    leaves: ExitReason | None  # why it is being closed
    is_ours: bool


class OrderView(Struct, frozen=True, kw_only=True):
    """One order of ours that may trade, now or later."""

    symbol: Symbol
    client_order_id: str
    leg: Leg
    side: Side
    kind: OrderKind
    state: OrderState
    quantity: Quantity | None  # None closes the whole position
    filled: Quantity
    price: Price | None  # its limit, else its trigger; None takes what there is


class AccountView(Struct, frozen=True, kw_only=True):
    """What the account is worth, and how far it is from its breakers."""

    asset: str
    wallet: Quote
    unrealized_pnl: Quote
    equity: Quote
    available: Quote
    day_pnl: Quote  # since midnight UTC, transfers aside
    day_loss_share: Decimal
    day_loss_share_max: Decimal
    equity_peak: Quote
    drawdown_share: Decimal
    drawdown_share_max: Decimal
    losses_in_a_row: int
    losses_in_a_row_max: int  # as many begin a cool-down; 0: none does


class RiskView(Struct, frozen=True, kw_only=True):
    """What everything held may lose together."""

    exposure: Quote
    net_exposure: Quote
    exposure_share: Decimal | None  # of equity
    exposure_share_max: Decimal
    historical_var: float | None  # of one base candle, in 95 of 100 cases; None: too few candles
    parametric_var: float | None
    candles: int
    correlations: tuple[tuple[Symbol, Symbol, float], ...]


class HaltView(Struct, frozen=True, kw_only=True):
    """One reason why nothing is entered."""

    check: str
    text: str
    since_ms: int | None
    ends_ms: int | None
    remedy: str | None


class TradeView(Struct, frozen=True, kw_only=True):
    """One closed trade, in short."""

    symbol: Symbol
    strategy: str
    direction: Direction
    quantity: Quantity
    entry_price: Price
    exit_price: Price
    net_pnl: Quote
    exit_reason: ExitReason
    closed_ms: int


class TodayView(Struct, frozen=True, kw_only=True):
    """The trades that were closed since midnight UTC, as far as this process knows."""

    since_ms: int  # midnight, or when the process started
    count: int
    won: int
    net_pnl: Quote
    latest: tuple[TradeView, ...]  # newest first


class HealthView(Struct, frozen=True, kw_only=True):
    """How well the bot is, folded into one number, and what is not as it should be."""

    score: float  # 0 to 1
    worst: str | None  # the part that lowers it most, in words


class ComponentView(Struct, frozen=True, kw_only=True):
    """One part of the bot, and how it is."""

    name: str
    state: str


class LossView(Struct, frozen=True, kw_only=True):
    """Lines or rows that never reached their place."""

    log: str
    lost: int
    cause: str | None


class StatusView(Struct, frozen=True, kw_only=True):
    """All of it."""

    version: str
    process: int
    environment: str
    exchange: str | None
    phase: Phase
    at_ms: int  # market time
    started_ms: int  # wall
    up_ms: int  # real
    timeframe: str
    shutdown_policy: str  # keep | flatten: what a stop does with what is held
    markets: tuple[MarketView, ...]
    positions: tuple[PositionView, ...]
    orders: tuple[OrderView, ...]
    account: AccountView | None  # None as long as it is not known
    risk: RiskView | None
    halts: tuple[HaltView, ...]
    today: TodayView
    health: HealthView | None
    components: tuple[ComponentView, ...]
    losses: tuple[LossView, ...]


def trade_view(trade: ClosedTrade) -> TradeView:
    """Return a closed trade in short."""
    return TradeView(
        symbol=trade.symbol,
        strategy=trade.strategy,
        direction=trade.direction,
        quantity=trade.quantity,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        net_pnl=trade.net_pnl,
        exit_reason=trade.exit_reason,
        closed_ms=trade.closed_ms,
    )
