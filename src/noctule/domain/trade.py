"""One round trip: from a decision to a position, and back to flat."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from noctule.domain.signals import Direction
from noctule.domain.values import Price, Quantity, Quote, Symbol

__all__ = ["ClosedTrade", "ExitReason", "TradeStamps"]


class ExitReason(StrEnum):
    """Why a position was closed, in the trade log's words."""

    STOP = "stop"
    TARGET = "target"
    SIGNAL = "signal"
    FLATTEN = "flatten"
    LIQUIDATION = "liquidation"
    EXTERNAL = "external"


class TradeStamps(Struct, frozen=True, kw_only=True):
    """The way from candle to protection, in market milliseconds; None where nobody saw it."""

    candle_closed: int | None = None
    received: int | None = None
    decided: int | None = None
    sent: int | None = None
    acknowledged: int | None = None
    filled: int | None = None
    protected: int | None = None


class ClosedTrade(Struct, frozen=True, kw_only=True):
    """What one position amounted to, once it was flat."""

    symbol: Symbol
    strategy: str
    direction: Direction
    quantity: Quantity  # all that was entered
    entry_price: Price  # average
    exit_price: Price  # average
    gross_pnl: Quote
    fees: Quote  # positive is paid; other assets converted at the fill's index price
    funding: Quote  # positive was received
    exit_reason: ExitReason
    opened_ms: int
    closed_ms: int
    signal_price: float | None = None
    has_converted_fees: bool = False  # some fee was paid in another asset than the quote
    stamps: TradeStamps = TradeStamps()

    @property
    def net_pnl(self) -> Quote:
        """Return what it added to the account."""
        return Quote(self.gross_pnl - self.fees + self.funding)

    @property
    def held_seconds(self) -> float:
        """Return how long the position was open."""
        return (self.closed_ms - self.opened_ms) / 1000

    @property
    def slippage(self) -> Quote:
        """Return what the entry cost against the price it was decided at; negative was earned."""
        if self.signal_price is None:
            return Quote(Decimal(0))
        seen = Decimal(repr(self.signal_price))
        sign = -1 if self.direction is Direction.SHORT else 1
        return Quote((self.entry_price - seen) * self.quantity * sign)
