"""The lines of the trade log: one struct per event, its fields the keys that users rely on."""

from decimal import Decimal

from msgspec import Struct

from noctule.domain.order import ClientOrderId, Leg, OrderKind
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Quantity, Quote, Side, Symbol

__all__ = [
    "TRADE_LINES",
    "Costs",
    "Fill",
    "Funding",
    "LogGap",
    "OrderAccepted",
    "OrderOutcomeUnknown",
    "OrderRejected",
    "OrderRequested",
    "PositionClosed",
    "PositionProtected",
    "Reconciled",
    "Signal",
    "SignalRefused",
    "Stamps",
    "StopMoved",
    "TradeLine",
    "TradingHalted",
    "TradingResumed",
]


class TradeLine(Struct, frozen=True, kw_only=True, tag_field="event"):
    """What every line says; the trade log adds the time as text, environment and version."""

    at_ms: int
    trace: str
    symbol: Symbol | None  # None when it concerns the whole account
    strategy: str | None  # None when no strategy is behind it


class Signal(TradeLine, frozen=True, tag="signal"):
    """A strategy wants a position; its prices are observations, hence numbers."""

    direction: Direction
    reason: str
    price: float
    stop: float | None
    target: float | None
    confidence: float


class SignalRefused(TradeLine, frozen=True, tag="signal_refused"):
    """Risk said no."""

    direction: Direction
    reasons: tuple[str, ...]


class OrderRequested(TradeLine, frozen=True, tag="order_requested"):
    """We intend to send an order."""

    client_order_id: ClientOrderId
    leg: Leg
    side: Side
    kind: OrderKind
    quantity: Quantity | None  # None closes the whole position
    price: Price | None
    trigger_price: Price | None


class OrderAccepted(TradeLine, frozen=True, tag="order_accepted"):
    """The exchange has the order."""

    client_order_id: ClientOrderId
    order_id: str


class OrderRejected(TradeLine, frozen=True, tag="order_rejected"):
    """The exchange refused the order."""

    client_order_id: ClientOrderId
    code: int
    message: str


class OrderOutcomeUnknown(TradeLine, frozen=True, tag="order_outcome_unknown"):
    """The order may or may not exist."""

    client_order_id: ClientOrderId
    cause: str


class Fill(TradeLine, frozen=True, tag="fill"):
    """One trade of an order."""

    client_order_id: ClientOrderId
    order_id: str
    trade_id: int
    side: Side
    price: Price
    quantity: Quantity
    fee: Decimal  # in fee_asset; positive is paid
    fee_asset: str
    maker: bool


class PositionProtected(TradeLine, frozen=True, tag="position_protected"):
    """The stop, and the target if there is one, rest at the exchange."""

    stop: Price
    target: Price | None
    naked_ms: int  # from the first fill until the stop rested


class StopMoved(TradeLine, frozen=True, tag="stop_moved"):
    """The stop rests elsewhere now."""

    stop: Price
    previous_stop: Price
    reason: str


class Stamps(Struct, frozen=True, kw_only=True):
    """The way from candle to protection, in milliseconds UTC; None where a step was not seen."""

    candle_closed: int | None
    received: int | None
    decided: int | None
    sent: int | None
    acknowledged: int | None
    filled: int | None
    protected: int | None


class Costs(Struct, frozen=True, kw_only=True):
    """What the trade cost, in quote currency: positive was paid, negative was earned."""

    fee: Quote
    funding: Quote
    slippage: Quote  # against the signal's price


class PositionClosed(TradeLine, frozen=True, tag="position_closed"):
    """The position is flat, and this is what it amounted to."""

    direction: Direction
    entry_price: Price
    exit_price: Price
    quantity: Quantity
    gross_pnl: Quote
    fees: Quote  # positive is paid
    fees_converted: bool  # some were paid in another asset
    funding: Quote  # positive was received
    net_pnl: Quote
    exit_reason: ExitReason
    held_seconds: float
    stamps: Stamps
    costs: Costs

    def __post_init__(self) -> None:
        assert self.net_pnl == self.gross_pnl - self.fees + self.funding, (
            f"{self.net_pnl} is not {self.gross_pnl} - {self.fees} + {self.funding}"
        )


class Funding(TradeLine, frozen=True, tag="funding"):
    """Funding was settled."""

    amount: Quote  # positive was received


class TradingHalted(TradeLine, frozen=True, tag="trading_halted"):
    """Entries are off."""

    cause: str
    actor: str
    ends_ms: int | None  # None until somebody resumes


class TradingResumed(TradeLine, frozen=True, tag="trading_resumed"):
    """Entries are on again."""

    actor: str


class Reconciled(TradeLine, frozen=True, tag="reconciled"):
    """Our book equals the exchange's."""

    adopted: int
    protected: int
    swept: int
    discrepancies: int


class LogGap(TradeLine, frozen=True, tag="log_gap"):
    """Lines are missing before this one."""

    lost: int  # lines that could not be written (disk full, or faster than the disk)
    torn: str | None  # half a line that a killed process left, cut off here


TRADE_LINES: tuple[type[TradeLine], ...] = (
    Signal,
    SignalRefused,
    OrderRequested,
    OrderAccepted,
    OrderRejected,
    OrderOutcomeUnknown,
    Fill,
    PositionProtected,
    StopMoved,
    PositionClosed,
    Funding,
    TradingHalted,
    TradingResumed,
    Reconciled,
    LogGap,
)
