"""All positions and balances at one instant: what risk looks at."""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.domain.values import Price, Quote, Symbol

__all__ = ["Holding", "Losses", "Portfolio", "lost_share"]

_NOTHING: Final = Decimal(0)


class Holding(Struct, frozen=True, kw_only=True):
    """One symbol in which something is held, is being entered, or hangs in doubt."""

    symbol: Symbol
    signed_quantity: Decimal  # of entries in flight, too: what it may become
    mark_price: Price
    is_ours: bool = True
    has_orders_in_flight: bool = False

    @property
    def notional(self) -> Quote:
        """Return its worth at the mark price, without a sign."""
        return Quote(abs(self.signed_quantity) * self.mark_price)


class Losses(Struct, frozen=True, kw_only=True):
    """What the account has lost, in shares: all that a breaker looks at."""

    day: Decimal
    drawdown: Decimal


class Portfolio(Struct, frozen=True, kw_only=True):
    """The account as far as risk is concerned; money is in the quote currency."""

    at_ms: int
    wallet: Quote
    unrealized_pnl: Quote
    available: Quote
    day_equity: Quote  # when the UTC day began, moved by transfers
    equity_peak: Quote  # ever, moved by transfers
    losses_in_a_row: int = 0
    holdings: tuple[Holding, ...] = ()

    @property
    def equity(self) -> Quote:
        """Return what the account is worth now."""
        return Quote(self.wallet + self.unrealized_pnl)

    @property
    def exposure(self) -> Quote:
        """Return the sum of all notionals."""
        return Quote(sum((each.notional for each in self.holdings), Decimal(0)))

    @property
    def day_loss_share(self) -> Decimal:
        """Return what the day has lost, as a share of what it began with; never negative."""
        return lost_share(self.day_equity, self.equity)

    @property
    def drawdown_share(self) -> Decimal:
        """Return how far equity is below its peak, as a share of that; never negative."""
        return lost_share(self.equity_peak, self.equity)

    def holding_of(self, symbol: Symbol) -> Holding | None:
        """Return what there is of a symbol."""
        return next((each for each in self.holdings if each.symbol == symbol), None)


def lost_share(before: Decimal, now: Decimal) -> Decimal:
    """Return what was lost of an amount, as a share of it; never negative."""
    if before <= 0 or now >= before:
        return _NOTHING
    return (before - now) / before
