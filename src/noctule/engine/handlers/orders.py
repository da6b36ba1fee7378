"""The order queue's work: what the exchange says about our orders."""

from noctule.domain.events.order import OrderFilled
from noctule.telemetry.logs import get_log

__all__ = ["OrderHandler"]

_log = get_log(__name__)


class OrderHandler:
    """Tells the owner of every fill."""

    def on_order_filled(self, event: OrderFilled) -> None:
        """Log one trade."""
        fill = event.fill
        _log.info(
            "order filled",
            symbol=fill.symbol,
            side=fill.side.value,
            quantity=str(fill.quantity),
            price=str(fill.price),
            remaining=str(event.remaining),
        )
