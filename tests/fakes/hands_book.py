"""What the bot believes that it holds, read from its own book."""

from collections.abc import Mapping
from decimal import Decimal

from noctule.app.bot import TradingBot
from noctule.domain.values import Symbol

__all__ = ["book_of"]


def book_of(bot: TradingBot) -> Mapping[Symbol, Decimal]:
    """Return the signed quantity of each symbol that is not flat."""
    raise NotImplementedError("the bot has no book yet")
