"""Orders as callers write them, read into what the exchange is asked; it does the judging."""

from typing import Final

from noctule.adapters.sim.model import OrderType, PositionSide, Refusal, Side, Tif, WorkingType
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.specs import AlgoSpec, OrderSpec

__all__ = ["ALGO_FIELDS", "ORDER_FIELDS", "algo_spec", "is_acknowledged_only", "order_spec"]

_BOTH_FIELDS: Final = frozenset(
    {
        "symbol",
        "side",
        "type",
        "positionSide",
        "timeInForce",
        "quantity",
        "price",
        "reduceOnly",
        "priceMatch",
        "selfTradePreventionMode",
        "goodTillDate",
        "newOrderRespType",
    }
)
# The fields of conditional orders are known here, too: what refuses them is -4120, not -1104.
ORDER_FIELDS: Final = _BOTH_FIELDS | {
    "newClientOrderId",
    "stopPrice",
    "closePosition",
    "activationPrice",
    "callbackRate",
    "workingType",
    "priceProtect",  # known, but not what this service calls it: what is missing is triggerPrice
}
ALGO_FIELDS: Final = _BOTH_FIELDS | {
    "algoType",
    "clientAlgoId",
    "triggerPrice",
    "activatePrice",
    "callbackRate",
    "closePosition",
    "workingType",
    "priceProtect",
}


def order_spec(parameters: Parameters) -> OrderSpec:
    """Read a regular order."""
    return OrderSpec(
        symbol=parameters.symbol(),
        side=parameters.choice("side", Side),
        type=parameters.choice("type", OrderType),
        position_side=_position_side(parameters),
        tif=parameters.choice_or_none("timeInForce", Tif),
        qty=parameters.decimal_or_none("quantity"),
        price=parameters.decimal_or_none("price"),
        reduce_only=parameters.is_set("reduceOnly"),
        client_id=parameters.text_or_none("newClientOrderId"),
        price_match=parameters.text_or_none("priceMatch") or "NONE",
        stp=parameters.text_or_none("selfTradePreventionMode") or "EXPIRE_MAKER",
        good_till_ms=_good_till_ms(parameters),
    )


def algo_spec(parameters: Parameters) -> AlgoSpec:
    """Read a conditional order."""
    parameters.one_of("algoType", ("CONDITIONAL",))
    return AlgoSpec(
        symbol=parameters.symbol(),
        side=parameters.choice("side", Side),
        type=parameters.choice("type", OrderType),
        position_side=_position_side(parameters),
        tif=parameters.choice_or_none("timeInForce", Tif),
        qty=parameters.decimal_or_none("quantity"),
        price=parameters.decimal_or_none("price"),
        trigger_price=parameters.decimal_or_none("triggerPrice"),
        activate_price=parameters.decimal_or_none("activatePrice"),
        callback_rate=parameters.decimal_or_none("callbackRate"),
        reduce_only=parameters.is_set("reduceOnly"),
        close_position=parameters.is_set("closePosition"),
        working_type=(
            parameters.choice_or_none("workingType", WorkingType) or WorkingType.CONTRACT_PRICE
        ),
        price_protect=parameters.is_set("priceProtect"),
        client_algo_id=parameters.text_or_none("clientAlgoId"),
        price_match=parameters.text_or_none("priceMatch") or "NONE",
        stp=parameters.text_or_none("selfTradePreventionMode") or "EXPIRE_MAKER",
        good_till_ms=_good_till_ms(parameters),
    )


def is_acknowledged_only(parameters: Parameters) -> bool:
    """Tell whether the answer is ACK, the order as it was taken in, and not RESULT."""
    wanted = parameters.text_or_none("newOrderRespType") or "ACK"
    if wanted not in ("ACK", "RESULT"):
        raise Refusal(-1136, "Invalid newOrderRespType.")
    return wanted == "ACK"


def _position_side(parameters: Parameters) -> PositionSide:
    return parameters.choice_or_none("positionSide", PositionSide) or PositionSide.BOTH


def _good_till_ms(parameters: Parameters) -> int:
    """Return when the order ends: whole seconds, what is finer is cut off."""
    return (parameters.integer_or_none("goodTillDate") or 0) // 1_000 * 1_000
