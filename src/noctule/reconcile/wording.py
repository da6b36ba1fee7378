"""Orders and positions in the words of a plan's table."""

from noctule.domain.position import Position
from noctule.domain.report import OrderReport
from noctule.domain.values import plain_text
from noctule.reconcile.guards import level_of

__all__ = ["order_words", "position_words"]


def position_words(position: Position) -> str:
    """Return e.g. `long 0.01 from 60000`."""
    way = "long" if position.signed_quantity > 0 else "short"
    assert position.entry_price is not None, f"{position.symbol} is flat"
    return f"{way} {plain_text(position.quantity)} from {plain_text(position.entry_price)}"


def order_words(report: OrderReport) -> str:
    """Return e.g. `SELL STOP_MARKET all at 59400 (noc-…)`."""
    level, quantity = level_of(report), report.quantity
    size = "all" if quantity is None else plain_text(quantity - report.filled)
    place = "" if level is None else f" at {plain_text(level)}"
    return f"{report.side} {report.kind} {size}{place} ({report.client_order_id})"
