"""What happens to orders, the account and the desk."""

from collections.abc import Mapping

from noctule.domain.commands import AnyCommand
from noctule.domain.events.base import OrderEvent
from noctule.domain.order import ClientOrderId, OrderRequest
from noctule.domain.position import AccountSnapshot, Balance, Fill, Position
from noctule.domain.signals import Direction
from noctule.domain.values import Quantity, Quote, Symbol

__all__ = [
    "AccessRefused",
    "AccessRestored",
    "AccountFeedLost",
    "AccountFeedRestored",
    "AccountSnapshotTaken",
    "AccountUpdated",
    "AlertRaised",
    "CommandReceived",
    "DiscrepancyFound",
    "FundingPaid",
    "LeverageChanged",
    "MarginCalled",
    "OrderAccepted",
    "OrderCanceled",
    "OrderExpired",
    "OrderFilled",
    "OrderOutcomeUnknown",
    "OrderRejected",
    "OrderRequested",
    "OrderSubmitted",
    "OrderTimerFired",
    "OrderTriggered",
    "PositionChanged",
    "PositionReported",
    "Reconciled",
    "ReloadRequested",
    "TradingAuthorized",
    "TradingHalted",
    "TradingResumed",
]


class OrderRequested(OrderEvent, frozen=True, kw_only=True):
    """We intend to send this; the blotter knows it already."""

    strategy: str
    request: OrderRequest
    countdown_ms: int | None = None  # a resting entry lives so long if nobody renews it


class OrderSubmitted(OrderEvent, frozen=True, kw_only=True):
    """Bytes left the building."""

    symbol: Symbol
    client_order_id: ClientOrderId


class OrderAccepted(OrderEvent, frozen=True, kw_only=True):
    """The venue has it."""

    symbol: Symbol
    client_order_id: ClientOrderId
    venue_order_id: str


class OrderRejected(OrderEvent, frozen=True, kw_only=True):
    """The venue refused it, definitely."""

    symbol: Symbol
    client_order_id: ClientOrderId
    code: int
    message: str


class OrderOutcomeUnknown(OrderEvent, frozen=True, kw_only=True):
    """It may or may not exist; it must be asked for, never sent again."""

    symbol: Symbol
    client_order_id: ClientOrderId
    cause: str


class OrderFilled(OrderEvent, frozen=True, kw_only=True):
    """One trade, partial or last."""

    fill: Fill
    remaining: Quantity


class OrderCanceled(OrderEvent, frozen=True, kw_only=True):
    """It rests no more, because somebody cancelled it."""

    symbol: Symbol
    client_order_id: ClientOrderId
    filled: Quantity | None = None  # in all; its last trades may be told later; None if not told


class OrderExpired(OrderEvent, frozen=True, kw_only=True):
    """It rests no more, because the venue ended it."""

    symbol: Symbol
    client_order_id: ClientOrderId
    cause: str
    filled: Quantity | None = None  # in all; its last trades may be told later; None if not told


class OrderTriggered(OrderEvent, frozen=True, kw_only=True):
    """A conditional order fired: from here on it trades as another order of the venue's."""

    symbol: Symbol
    client_order_id: ClientOrderId
    child_order_id: str


class PositionChanged(OrderEvent, frozen=True, kw_only=True):
    """The net position is different now."""

    position: Position
    realized_pnl: Quote


class PositionReported(OrderEvent, frozen=True, kw_only=True):
    """The venue says what we hold; it may say so before the fill that explains it."""

    position: Position
    cause: str


class AccountSnapshotTaken(OrderEvent, frozen=True, kw_only=True):
    """The venue told the whole account: what was believed before is replaced."""

    snapshot: AccountSnapshot


class AccountUpdated(OrderEvent, frozen=True, kw_only=True):
    """Balances are different now."""

    balances: tuple[Balance, ...]
    cause: str = ""  # the venue's word for it: ORDER, FUNDING_FEE, DEPOSIT …
    changes: Mapping[str, Quote] = {}  # by asset, but profit and fees; where they were told


class AccountFeedLost(OrderEvent, frozen=True, kw_only=True):
    """The private stream is down or cannot be trusted: what we know of the account is old."""

    reason: str


class AccountFeedRestored(OrderEvent, frozen=True, kw_only=True):
    """The private stream is back, and what was missed has been told."""

    missed: int


class AccessRefused(OrderEvent, frozen=True, kw_only=True):
    """The venue takes our key no longer: nothing new may be opened, what stands is guarded."""

    code: int
    message: str


class AccessRestored(OrderEvent, frozen=True, kw_only=True):
    """The venue takes our key again."""


class MarginCalled(OrderEvent, frozen=True, kw_only=True):
    """The venue warns that a position is near its liquidation."""

    symbols: tuple[Symbol, ...]


class LeverageChanged(OrderEvent, frozen=True, kw_only=True):
    """Somebody set a symbol's leverage."""

    symbol: Symbol
    leverage: int


class FundingPaid(OrderEvent, frozen=True, kw_only=True):
    """Funding was settled; a positive amount was received."""

    symbol: Symbol
    amount: Quote


class Reconciled(OrderEvent, frozen=True, kw_only=True):
    """Our book equals the venue's."""

    adopted: int
    protected: int
    swept: int
    discrepancies: int


class DiscrepancyFound(OrderEvent, frozen=True, kw_only=True):
    """Our book and the venue's disagree."""

    symbol: Symbol
    text: str


class CommandReceived(OrderEvent, frozen=True, kw_only=True):
    """An operator asked for something."""

    command: AnyCommand


class ReloadRequested(OrderEvent, frozen=True, kw_only=True):
    """Risk limits or log levels changed on disk; all else is frozen."""

    changes: dict[str, str]


class TradingAuthorized(OrderEvent, frozen=True, kw_only=True):
    """Every gate passed, with its numbers."""

    symbol: Symbol
    strategy: str
    direction: Direction
    reason: str  # the signal's
    gates: dict[str, str]


class TradingHalted(OrderEvent, frozen=True, kw_only=True):
    """Entries are off."""

    cause: str
    actor: str
    ends_ms: int | None  # None until somebody resumes


class TradingResumed(OrderEvent, frozen=True, kw_only=True):
    """Entries are on again."""

    actor: str


class AlertRaised(OrderEvent, frozen=True, kw_only=True):
    """Tell a person."""

    text: str
    is_urgent: bool


class OrderTimerFired(OrderEvent, frozen=True, kw_only=True):
    """A deadline that concerns orders or the desk passed."""

    timer: str
