"""What is held of a symbol, when trades, answers and reports tell it at different times."""

from decimal import Decimal
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from noctule.domain.position import Position

__all__ = ["Held"]


class Held(Struct, frozen=True, kw_only=True):
    """Two books of one position, signed: our trades, and the venue's word; market times of both.

    The later one is believed. ACCOUNT_UPDATE and the trade that explains it carry the same time
    (facts 3.2): then the larger is, because a position must not be overlooked.
    """

    by_trades: Decimal = Decimal(0)
    trades_ms: int = 0  # of the last trade counted
    by_venue: Decimal = Decimal(0)
    venue_ms: int = 0  # when the venue said so
    begun_ms: int = 0  # our trades until then are in a position that the venue told

    @classmethod
    def of(cls, ours: Position, theirs: Position, *, begun_ms: int) -> Self:
        """Put our book of a position beside the venue's."""
        return cls(
            by_trades=ours.signed_quantity,
            trades_ms=ours.updated_ms,
            by_venue=theirs.signed_quantity,
            venue_ms=theirs.updated_ms,
            begun_ms=begun_ms,
        )

    def plus(self, untold: Decimal, at_ms: int) -> "Held":
        """Add what an answer said was filled, and no trade told of yet."""
        if not untold:
            return self
        return replace(
            self, by_trades=self.by_trades + untold, trades_ms=max(self.trades_ms, at_ms)
        )

    def contains(self, filled_ms: int) -> bool:
        """Tell whether what was filled until then is in our book though no trade told of it."""
        return 0 < filled_ms <= self.begun_ms

    @property
    def agrees(self) -> bool:
        """Tell whether both books say the same."""
        return self.by_trades == self.by_venue

    @property
    def signed_quantity(self) -> Decimal:
        """Return what to believe."""
        if self.venue_ms > self.trades_ms:
            return self.by_venue
        if self.venue_ms < self.trades_ms:
            return self.by_trades
        is_more_by_trades = abs(self.by_trades) > abs(self.by_venue)
        return self.by_trades if is_more_by_trades else self.by_venue
