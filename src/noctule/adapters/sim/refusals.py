"""Every refusal of the core: Binance's code and text, in one table."""

from collections.abc import Mapping
from typing import Final

from noctule.adapters.sim.model import Refusal

__all__ = ["TEXTS", "refuse"]

TEXTS: Final[Mapping[int, str]] = {
    -1102: "Mandatory parameter '{name}' was not sent, was empty/null, or malformed.",
    -1106: "Parameter '{name}' sent when not required.",
    -1111: "Precision is over the maximum defined for this asset.",
    -1115: "Invalid timeInForce.",
    -1116: "Invalid orderType.",
    -1121: "Invalid symbol.",
    -1122: "Invalid symbol status.",
    -2007: "Invalid callBack rate.",
    -2011: "Unknown order sent.",
    -2013: "Order does not exist.",
    -2018: "Balance is insufficient.",
    -2019: "Margin is insufficient.",
    -2020: "Unable to fill.",
    -2021: "Order would immediately trigger.",
    -2022: "ReduceOnly Order is rejected.",
    -2023: "User in liquidation mode now.",
    -2025: "Reach max open order limit.",
    -2027: "Exceeded the maximum allowable position at current leverage.",
    -2028: "Leverage is smaller than permitted: insufficient margin balance.",
    -4001: "Price less than 0.",
    -4002: "Price greater than max price.",
    -4003: "Quantity less than or equal to zero.",
    -4004: "Quantity less than min quantity.",
    -4005: "Quantity greater than max quantity.",
    -4006: "Stop price less than zero.",
    -4007: "Stop price greater than max price.",
    -4013: "Price less than min price.",
    -4014: "Price not increased by tick size.",
    -4015: "Client order id is not valid.",
    -4016: "Limit price can't be higher than {bound}.",
    -4023: "Qty not increased by step size.",
    -4024: "Limit price can't be lower than {bound}.",
    -4028: "Leverage {leverage} is not valid",
    -4045: "Reach max stop order limit.",
    -4046: "No need to change margin type.",
    -4047: "Margin type cannot be changed if there exists open orders.",
    -4048: "Margin type cannot be changed if there exists position.",
    -4049: "Add margin only support for isolated position.",
    -4050: "Cross balance insufficient.",
    -4051: "Isolated balance insufficient.",
    -4054: "Cannot add position margin: position is 0.",
    -4059: "No need to change position side.",
    -4061: "Order's position side does not match user's setting.",
    -4062: "Invalid or improper reduceOnly value.",
    -4067: "Position side cannot be changed if there exists open orders.",
    -4068: "Position side cannot be changed if there exists position.",
    -4116: "ClientOrderId is duplicated.",
    -4118: "ReduceOnly Order Failed. Please check your existing position and open orders.",
    -4120: (
        "Order type not supported for this endpoint. "
        "Please use the Algo Order API endpoints instead."
    ),
    -4130: (
        "An open stop or take profit order with GTE and closePosition in the direction is existing."
    ),
    -4131: "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
    -4136: "Target strategy invalid for orderType {type}, closePosition {close}.",
    -4137: "Quantity must be zero with closePosition equals true.",
    -4161: ("Leverage reduction is not supported in Isolated Margin Mode with open positions."),
    -4164: ("Order's notional must be no smaller than {least} (unless you choose reduce only)."),
    -4167: (
        "Unable to adjust to Multi-Assets mode with symbols of USDⓈ-M Futures "
        "under isolated-margin mode."
    ),
    -4168: "Unable to adjust to isolated-margin mode under the Multi-Assets mode.",
    -4169: "Unable to adjust Multi-Assets Mode with insufficient margin balance in USDⓈ-M Futures.",
    -4170: "Unable to adjust Multi-Assets Mode with open orders in USDⓈ-M Futures.",
    -4171: "Adjusted asset mode is currently set and does not need to be adjusted repeatedly.",
    -4172: (
        "Unable to adjust Multi-Assets Mode with a negative wallet balance of margin available "
        "asset in USDⓈ-M Futures account."
    ),
    -4183: "Limit price can't be higher than {bound}.",
    -4184: "Limit price can't be lower than {bound}.",
    -4509: (
        "Time in Force (TIF) GTE can only be used with open positions. "
        "Please ensure that positions are available."
    ),
    -5021: (
        "Due to the order could not be filled immediately, the FOK order has been rejected. "
        "The order will not be recorded in the order history."
    ),
    -5022: (
        "Due to the order could not be executed as maker, the Post Only order will be rejected. "
        "The order will not be recorded in the order history."
    ),
    -5025: "Only limit order is supported.",
    -5026: "Exceed maximum modify order limit.",
    -5027: "No need to modify the order.",
    -5029: "Order's notional must be no smaller than {least}",
    -5043: "A pending modification already exists for this order.",
    -5047: "The reduceOnly of a modification must be the order's own.",
    -5037: "Invalid price match",
    -5038: "Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT.",
    -5039: "Invalid self trade prevention mode",
    -5040: (
        "The goodTillDate timestamp must be greater than the current time plus 600 seconds and "
        "smaller than 253402300799000 (UTC 9999-12-31 23:59:59)"
    ),
}


def refuse(code: int, **values: object) -> Refusal:
    """Return the refusal of this code, its text completed with these values."""
    return Refusal(code, TEXTS[code].format(**values))
