"""What the desk asks the venue, what it is answered, and what it made of a position."""

from msgspec import field

from noctule.domain.events.base import OrderEvent
from noctule.domain.order import ClientOrderId
from noctule.domain.report import OrderReport, SymbolLook
from noctule.domain.signals import Direction, Reason
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Price, Symbol

__all__ = [
    "CancelAccepted",
    "CancelFailed",
    "EntryRefused",
    "ExitRequested",
    "LookFailed",
    "OrderHeldBack",
    "OrderReported",
    "PositionClosed",
    "PositionProtected",
    "QuestionFailed",
    "StopMoveRequested",
    "StopMoved",
    "SymbolReported",
]


class OrderHeldBack(OrderEvent, frozen=True, kw_only=True):
    """Nothing was executed, for want of a way or of budget; the same want may be sent anew."""

    symbol: Symbol
    client_order_id: ClientOrderId
    cause: str
    retry_after_ms: int


class OrderReported(OrderEvent, frozen=True, kw_only=True):
    """The venue was asked for an order of ours; None says that it knows none of that name."""

    symbol: Symbol
    client_order_id: ClientOrderId
    report: OrderReport | None


class QuestionFailed(OrderEvent, frozen=True, kw_only=True):
    """The venue was asked for an order of ours and did not answer."""

    symbol: Symbol
    client_order_id: ClientOrderId
    cause: str
    retry_after_ms: int


class CancelAccepted(OrderEvent, frozen=True, kw_only=True):
    """The venue took the order out; what it had filled before, it tells elsewhere."""

    symbol: Symbol
    client_order_id: ClientOrderId


class CancelFailed(OrderEvent, frozen=True, kw_only=True):
    """An order may or may not rest still: it must be asked for."""

    symbol: Symbol
    client_order_id: ClientOrderId
    is_gone: bool  # the venue says that it has no such order (any more)
    cause: str
    retry_after_ms: int


class SymbolReported(OrderEvent, frozen=True, kw_only=True):
    """The venue told the position of one symbol, and every order that rests there."""

    look: SymbolLook


class LookFailed(OrderEvent, frozen=True, kw_only=True):
    """The venue was asked for a symbol and did not answer."""

    symbol: Symbol
    cause: str
    retry_after_ms: int


class ExitRequested(OrderEvent, frozen=True, kw_only=True):
    """Somebody wants a position closed."""

    symbol: Symbol
    reason: ExitReason
    actor: str


class StopMoveRequested(OrderEvent, frozen=True, kw_only=True):
    """A position's stop is to stand elsewhere."""

    symbol: Symbol
    stop: Price
    reason: str


class EntryRefused(OrderEvent, frozen=True, kw_only=True):
    """A reversal's second half was not entered, and why: every reason at once."""

    symbol: Symbol
    strategy: str
    direction: Direction
    reasons: tuple[Reason, ...]
    gates: dict[str, str] = field(default_factory=dict)  # each that was asked, open or not


class PositionProtected(OrderEvent, frozen=True, kw_only=True):
    """The stop of a position rests at the venue."""

    symbol: Symbol
    strategy: str
    stop: Price
    target: Price | None
    naked_ms: int  # from the first fill until then


class StopMoved(OrderEvent, frozen=True, kw_only=True):
    """A position's stop rests elsewhere now, and the old one is gone."""

    symbol: Symbol
    strategy: str
    stop: Price
    previous_stop: Price
    reason: str


class PositionClosed(OrderEvent, frozen=True, kw_only=True):
    """A position is flat, and this is what it amounted to."""

    trade: ClosedTrade
