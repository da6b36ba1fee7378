"""What we hold and own: fills, positions, balances."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from noctule.domain.order import ClientOrderId
from noctule.domain.report import OrderReport
from noctule.domain.values import Price, Quantity, Quote, Side, Symbol

__all__ = ["AccountSnapshot", "Balance", "Fill", "Income", "IncomeKind", "Position"]


class Fill(Struct, frozen=True, kw_only=True):
    """One trade of one order, as the venue reported it."""

    trade_id: int
    venue_order_id: str
    client_order_id: ClientOrderId
    symbol: Symbol
    side: Side
    price: Price
    quantity: Quantity
    fee: Decimal  # in fee_asset; positive is paid
    fee_asset: str
    is_maker: bool
    realized_pnl: Quote  # before fees, by the venue's arithmetic
    at_ms: int

    @property
    def signed_quantity(self) -> Decimal:
        """Return the change of the position: positive when bought."""
        return self.quantity * self.side.sign


class Position(Struct, frozen=True, kw_only=True):
    """A net position: signed quantity, positive when long."""

    symbol: Symbol
    signed_quantity: Decimal = Decimal(0)
    entry_price: Price | None = None  # None exactly when flat
    updated_ms: int = 0

    def __post_init__(self) -> None:
        assert (self.entry_price is None) == self.is_flat, (
            f"{self.signed_quantity} {self.symbol} entered at {self.entry_price}"
        )

    @property
    def is_flat(self) -> bool:
        """Tell whether nothing is held."""
        return not self.signed_quantity

    @property
    def side(self) -> Side | None:
        """Return the side that opened the position; None when flat."""
        if self.is_flat:
            return None
        return Side.BUY if self.signed_quantity > 0 else Side.SELL

    @property
    def quantity(self) -> Quantity:
        """Return what is held, without its sign."""
        return Quantity(abs(self.signed_quantity))

    def unrealized_pnl(self, mark_price: Price) -> Quote:
        """Return what closing at this price would realise, before fees."""
        if self.entry_price is None:
            return Quote(Decimal(0))
        return Quote(self.signed_quantity * (mark_price - self.entry_price))


class Balance(Struct, frozen=True, kw_only=True):
    """What the account owns of one asset."""

    asset: str
    wallet: Quote
    available: Quote


class AccountSnapshot(Struct, frozen=True, kw_only=True):
    """The account at one instant: a snapshot replaces, an update amends."""

    at_ms: int
    balances: tuple[Balance, ...]
    positions: tuple[Position, ...]
    orders: tuple[OrderReport, ...] = ()  # all that rest, conditional ones too
    marks: Mapping[Symbol, Price] = {}  # of what is held, where they were told


class IncomeKind(StrEnum):
    """What a booking of the account was for; only transfers are neither profit nor loss."""

    PROFIT = "profit"  # realised by a trade, before its fee
    FEE = "fee"
    FUNDING = "funding"
    TRANSFER = "transfer"  # in or out of the account: deposits, withdrawals, bonuses …
    OTHER = "other"  # insurance and the like: it counts


class Income(Struct, frozen=True, kw_only=True):
    """One booking of the account; a positive amount was received."""

    kind: IncomeKind
    asset: str
    amount: Decimal
    symbol: Symbol | None
    at_ms: int
