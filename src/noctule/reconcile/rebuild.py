"""An order of ours, made anew from what the venue tells of it."""

from noctule.domain.order import Order, OrderKind, OrderRequest
from noctule.domain.report import OrderReport
from noctule.reconcile.ownership import leg_of

__all__ = ["rebuilt"]

_PRICED = (OrderKind.LIMIT, OrderKind.STOP, OrderKind.TAKE_PROFIT)
_MAY_CLOSE_ALL = (OrderKind.STOP_MARKET, OrderKind.TAKE_PROFIT_MARKET)


def rebuilt(report: OrderReport) -> Order | None:
    """Return the order; None where the venue tells too little to lead it."""
    if not _is_whole(report):
        return None
    kind = report.kind
    request = OrderRequest(
        client_order_id=report.client_order_id,
        symbol=report.symbol,
        side=report.side,
        kind=kind,
        leg=leg_of(report),
        quantity=report.quantity,
        price=report.price if kind in _PRICED else None,
        trigger_price=report.trigger_price if kind.is_conditional else None,
        reduces_only=report.reduces_only,
    )
    return Order(
        request=request,
        state=report.state,
        venue_order_id=report.venue_order_id,
        filled=report.filled,
        average_price=report.average_price,
        updated_ms=report.updated_ms,
    )


def _is_whole(report: OrderReport) -> bool:
    """Tell whether nothing is missing; how far a trailing stop trails, nobody tells."""
    kind = report.kind
    if kind is OrderKind.TRAILING_STOP_MARKET:
        return False
    quantity = report.quantity
    has_size = kind in _MAY_CLOSE_ALL if quantity is None else quantity > 0
    has_price = report.price is not None or kind not in _PRICED
    has_trigger = report.trigger_price is not None or not kind.is_conditional
    return has_size and has_price and has_trigger
