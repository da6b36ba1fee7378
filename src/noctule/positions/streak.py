"""How many trades in a row have lost."""

from noctule.domain.trade import ClosedTrade

__all__ = ["losses_after"]


def losses_after(trade: ClosedTrade, *, before: int) -> int:
    """Count a closed trade: one that did not lose, fees and funding included, ends the row."""
    return before + 1 if trade.net_pnl < 0 else 0
