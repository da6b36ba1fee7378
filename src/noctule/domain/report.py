"""What the venue says when it is asked for an order or a symbol: its word, not our book."""

from decimal import Decimal

from msgspec import Struct

from noctule.domain.order import ClientOrderId, OrderKind, OrderState
from noctule.domain.values import Price, Quantity, Side, Symbol

__all__ = ["OrderReport", "SymbolLook"]


class OrderReport(Struct, frozen=True, kw_only=True):
    """One order of the account, ours or not, as the venue told it."""

    client_order_id: ClientOrderId
    venue_order_id: str  # of a conditional order: its algo id, a number space of its own
    symbol: Symbol
    side: Side
    kind: OrderKind
    state: OrderState
    quantity: Quantity | None  # None closes the whole position
    filled: Quantity
    price: Price | None = None
    trigger_price: Price | None = None
    average_price: Price | None = None  # None until something filled, or where it is not told
    reduces_only: bool = False
    child_order_id: str | None = None  # the order that a triggered conditional one became
    updated_ms: int = 0

    @property
    def closes_position(self) -> bool:
        """Tell whether it closes whatever there is when it fires."""
        return self.quantity is None


class SymbolLook(Struct, frozen=True, kw_only=True):
    """One symbol as the venue sees it: what is held, and every order that rests, ours or not."""

    symbol: Symbol
    signed_quantity: Decimal
    entry_price: Price | None  # None when flat
    orders: tuple[OrderReport, ...]  # conditional ones, too
    at_ms: int  # market time when the first of the answers was asked for
    position_ms: int = 0  # when what is held last changed, says the venue; 0 if it tells of nothing
