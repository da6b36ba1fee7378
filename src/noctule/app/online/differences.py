"""What the exchange tells of an order beside what was asked of it, field by field."""

from noctule.domain.order import OrderKind, OrderRequest, OrderState
from noctule.domain.report import OrderReport

__all__ = ["differences"]


def differences(
    report: OrderReport, request: OrderRequest, *, state: OrderState
) -> tuple[str, ...]:
    """Name every field that is not as it should be: what it is, and what it should be."""
    expected: dict[str, object] = {
        "client order id": request.client_order_id,
        "symbol": request.symbol,
        "side": request.side,
        "kind": request.kind,
        "state": state,
        "quantity": request.quantity,
        "price": request.price,
        "trigger price": request.trigger_price,
        "reduce-only": request.reduces_only,
        "filled": 0,
    }
    told: dict[str, object] = {
        "client order id": report.client_order_id,
        "symbol": report.symbol,
        "side": report.side,
        "kind": report.kind,
        "state": report.state,
        "quantity": report.quantity,
        "price": report.price,
        "trigger price": report.trigger_price,
        "reduce-only": report.reduces_only,
        "filled": report.filled,
    }
    if request.kind is OrderKind.TRAILING_STOP_MARKET:
        del expected["trigger price"]  # it follows the market
    return tuple(
        f"{field} is {told[field]}, not {wanted}"
        for field, wanted in expected.items()
        if told[field] != wanted
    )
