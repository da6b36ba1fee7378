"""What a bracket wants done now; whoever carries it out tells the outcome as events."""

from typing import TypeAlias

from msgspec import Struct

from noctule.domain.order import ClientOrderId, OrderKind, OrderRequest

__all__ = ["Ask", "Cancel", "CountDown", "Look", "Send", "Step"]


class Send(Struct, frozen=True, kw_only=True):
    """Send an order; it is reserved already."""

    request: OrderRequest
    countdown_ms: int | None = None  # first let the venue cancel it unless told again in time


class Cancel(Struct, frozen=True, kw_only=True):
    """Take an order out."""

    client_order_id: ClientOrderId
    kind: OrderKind


class Ask(Struct, frozen=True, kw_only=True):
    """Ask what became of an order."""

    client_order_id: ClientOrderId
    kind: OrderKind


class Look(Struct, frozen=True, kw_only=True):
    """Ask what is held of the symbol, and what rests there."""


class CountDown(Struct, frozen=True, kw_only=True):
    """Let the venue cancel the symbol's regular orders unless told again; zero calls it off."""

    timeout_ms: int


Step: TypeAlias = Send | Cancel | Ask | Look | CountDown
