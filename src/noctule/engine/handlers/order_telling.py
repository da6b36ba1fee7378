"""What the log is told of orders while they are handled."""

from noctule.domain.events.order import OrderFilled
from noctule.domain.order import ClientOrderId
from noctule.domain.values import Symbol
from noctule.telemetry.logs import get_log

__all__ = ["tell_fill", "tell_stray", "tell_unled"]

_log = get_log(__name__)


def tell_fill(event: OrderFilled) -> None:
    """Tell of one trade."""
    fill = event.fill
    _log.info(
        "order filled",
        symbol=fill.symbol,
        side=fill.side,
        quantity=fill.quantity,
        price=fill.price,
        remaining=event.remaining,
    )


def tell_stray(symbol: Symbol, name: ClientOrderId) -> None:
    """Tell of an order with our mark that nobody here knows."""
    _log.warning("order with our mark that we did not derive", symbol=symbol, order=name)


def tell_unled(symbol: Symbol) -> None:
    """Tell of a position that nobody here leads."""
    _log.warning("position that no bracket leads", symbol=symbol)
