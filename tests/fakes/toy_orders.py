"""The orders of the toy exchange, and what its private stream tells of them."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest, OrderState

__all__ = ["STOPS", "News", "Told", "ToyOrder"]

STOPS = (OrderKind.STOP, OrderKind.STOP_MARKET)
_NONE = Decimal(0)


class Told(StrEnum):
    """What the private stream tells."""

    ACCEPTED = "accepted"
    TRADED = "traded"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"  # when it was triggered
    TRIGGERED = "triggered"
    POSITION = "position"


class News(Struct, frozen=True, kw_only=True):
    """One word of the private stream."""

    told: Told
    at_ms: int
    name: ClientOrderId | None = None  # of ours; a stranger's trade has none
    # Of a trade: as bought or sold; of the position: all of it, signed; of an end: filled in all.
    quantity: Decimal = _NONE
    remaining: Decimal = _NONE


class ToyOrder(Struct, kw_only=True):
    """One order as the exchange has it."""

    request: OrderRequest
    placed_ms: int
    is_ours: bool = True
    state: OrderState = OrderState.OPEN
    filled: Decimal = _NONE
    updated_ms: int = 0
    has_become: bool = False  # a regular order, in the book by the same name (facts 2.5, point 9)

    @property
    def is_conditional(self) -> bool:
        """Tell whether it waits for its trigger, at the conditional service."""
        return self.request.kind.is_conditional and not self.has_become

    @property
    def rests(self) -> bool:
        """Tell whether it may trade still."""
        return not self.state.is_final

    @property
    def remaining(self) -> Decimal:
        """Return what it may trade still; of one that closes the position, nothing known."""
        return (self.request.quantity or _NONE) - self.filled

    @property
    def guards_all(self) -> bool:
        """Tell whether it closes whatever there is."""
        return self.request.quantity is None

    @property
    def is_stop(self) -> bool:
        """Tell whether it ends a position that goes wrong."""
        return self.request.kind in STOPS
