"""An order request in the exchange's parameters; which of two services it goes to is its kind's."""

from decimal import Decimal
from typing import Final

from noctule.domain.order import OrderKind, OrderRequest, TimeInForce, WorkingType

__all__ = ["algo_order_parameters", "order_parameters"]

_PERCENT: Final = 100


def order_parameters(request: OrderRequest) -> dict[str, str]:
    """Return the parameters of POST order: MARKET and LIMIT."""
    assert not request.kind.is_conditional, f"{request.kind} is for the conditional service"
    assert request.quantity is not None, f"{request.client_order_id} has no quantity"
    asked = {
        "symbol": request.symbol,
        "side": request.side.value,
        "type": request.kind.value,
        "quantity": _plain(request.quantity),
        "newClientOrderId": request.client_order_id,
        "newOrderRespType": "ACK",  # fills come over the stream; RESULT would wait for them
    }
    if request.kind is OrderKind.LIMIT:
        asked["price"] = _plain(request.price)
        asked["timeInForce"] = (request.time_in_force or TimeInForce.GTC).value
    if request.good_till_ms is not None:
        asked["goodTillDate"] = str(request.good_till_ms)
    if request.reduces_only:
        asked["reduceOnly"] = "true"
    return asked


def algo_order_parameters(request: OrderRequest) -> dict[str, str]:
    """Return the parameters of POST algoOrder: everything that waits for a trigger."""
    assert request.kind.is_conditional, f"{request.kind} is for the regular service"
    asked = {
        "algoType": "CONDITIONAL",
        "symbol": request.symbol,
        "side": request.side.value,
        "type": request.kind.value,
        "clientAlgoId": request.client_order_id,
        "workingType": (request.working_type or WorkingType.CONTRACT_PRICE).value,
    }
    if request.trigger_price is not None:
        asked["triggerPrice"] = _plain(request.trigger_price)
    if request.price is not None:
        asked["price"] = _plain(request.price)
        asked["timeInForce"] = (request.time_in_force or TimeInForce.GTC).value
    if request.callback_share is not None:
        asked["callbackRate"] = _plain((request.callback_share * _PERCENT).normalize())
    return asked | _size(request)


def _size(request: OrderRequest) -> dict[str, str]:
    """Say how much; closePosition and reduceOnly exclude each other (facts 2.5, point 10)."""
    if request.quantity is None:
        return {"closePosition": "true"}
    size = {"quantity": _plain(request.quantity)}
    return size | {"reduceOnly": "true"} if request.reduces_only else size


def _plain(number: Decimal | None) -> str:
    """Write a number without an exponent."""
    assert number is not None, "a number is missing"
    assert number.is_finite(), f"{number} cannot be sent"
    return f"{number:f}"
