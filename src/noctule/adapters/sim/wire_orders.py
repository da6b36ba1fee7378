"""Answers about orders and their fills, regular and conditional, with Binance's keys."""

from typing import Final

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.model import ZERO, AlgoOrder, Order, OrderType, Refusal, Rules, Side
from noctule.adapters.sim.wire_numbers import (
    amount,
    amount_or_0,
    average,
    padded,
    quote_sum,
    trimmed,
)

__all__ = [
    "ALL_CANCELLED",
    "algo_cancelled",
    "algo_listed",
    "algo_placed",
    "algo_queried",
    "countdown_set",
    "force_order",
    "order_listed",
    "order_modified",
    "order_placed",
    "order_queried",
    "refused",
    "user_trade",
]

ALL_CANCELLED: Final = {"code": 200, "msg": "The operation of cancel all open order is done."}

_CHILD_TYPES: Final = {OrderType.STOP: OrderType.LIMIT, OrderType.TAKE_PROFIT: OrderType.LIMIT}


def refused(refusal: Refusal) -> dict[str, object]:
    """Answer any request with why it was refused."""
    return {"code": refusal.code, "msg": refusal.msg}


def order_placed(order: Order, rules: Rules) -> dict[str, object]:
    """Answer POST and DELETE order: without avgPrice and cumQuote since 2026-06-30."""
    quantity_places = rules.quantity_precision
    executed = padded(order.executed, quantity_places)
    answer: dict[str, object] = {
        "orderId": order.order_id,
        "symbol": order.symbol,
        "status": order.status,
        "clientOrderId": order.client_id,
        "price": padded(order.price, rules.price_precision),
        "origQty": padded(order.qty, quantity_places),
        "executedQty": executed,
        "cumQty": executed,
        "timeInForce": order.tif,
        "type": order.type,
        "origType": order.orig_type,
        "reduceOnly": order.reduce_only,
        "closePosition": order.close_position,
        "side": order.side,
        "positionSide": order.position_side,
        "stopPrice": padded(order.stop_price, rules.price_precision),
        "workingType": order.working_type,
        "priceProtect": order.price_protect,
        "priceMatch": order.price_match,
        "selfTradePreventionMode": order.stp,
        "goodTillDate": order.good_till_ms,
        "updateTime": order.update_ms,
    }
    if order.orig_type is OrderType.TRAILING_STOP_MARKET:
        answer["activatePrice"] = padded(order.activate_price, rules.price_precision)
        answer["priceRate"] = trimmed(order.callback_rate)
    return answer


def order_modified(order: Order, rules: Rules) -> dict[str, object]:
    """Answer PUT order; modifyId (2026-07-28) comes back if it was sent."""
    answer = order_placed(order, rules) | {"pair": order.symbol}
    return answer if order.modify_id is None else answer | {"modifyId": order.modify_id}


def order_queried(order: Order, rules: Rules) -> dict[str, object]:
    """Answer GET order, openOrder and openOrders, which still tell the average price."""
    answer = order_placed(order, rules)
    del answer["cumQty"]
    return answer | {
        "avgPrice": average(order.average_price, rules),
        "cumQuote": quote_sum(order.cum_quote, rules) if order.cum_quote else "0",
        "time": order.time_ms,
    }


def order_listed(order: Order, rules: Rules) -> dict[str, object]:
    """Answer one row of GET allOrders."""
    return order_queried(order, rules) | {"cumBase": "0", "pair": order.symbol}


def force_order(order: Order, rules: Rules) -> dict[str, object]:
    """Answer one row of GET forceOrders."""
    answer = order_listed(order, rules)
    for name in ("priceProtect", "priceMatch", "selfTradePreventionMode", "goodTillDate"):
        del answer[name]
    return answer


def countdown_set(symbol: str, after_ms: int) -> dict[str, object]:
    """Answer POST countdownCancelAll, where the time is a string."""
    return {"symbol": symbol, "countdownTime": str(after_ms)}


def algo_placed(algo: AlgoOrder, rules: Rules) -> dict[str, object]:
    """Answer POST algoOrder."""
    is_trailing = algo.type is OrderType.TRAILING_STOP_MARKET
    return _algo(algo, rules) | {
        "activatePrice": padded(algo.activate_price, rules.price_precision) if is_trailing else "",
        "callbackRate": trimmed(algo.callback_rate) if is_trailing else "",
    }


def algo_queried(algo: AlgoOrder, rules: Rules) -> dict[str, object]:
    """Answer GET algoOrder."""
    return _algo(algo, rules) | {
        "actualOrderId": actual_order_id(algo),
        "actualPrice": average(algo.actual_price, rules),
        "actualType": child_type(algo),
        "actualQty": padded(algo.actual_qty, rules.quantity_precision),
        "tpOrderType": "",
    }


def algo_listed(algo: AlgoOrder, rules: Rules) -> dict[str, object]:
    """Answer one row of GET openAlgoOrders or allAlgoOrders."""
    nothing = padded(ZERO, rules.price_precision)
    return _algo(algo, rules) | {
        "actualOrderId": actual_order_id(algo),
        "actualPrice": average(algo.actual_price, rules),
        "tpTriggerPrice": nothing,
        "tpPrice": nothing,
        "slTriggerPrice": nothing,
        "slPrice": nothing,
        "tpOrderType": "",
    }


def algo_cancelled(algo: AlgoOrder) -> dict[str, object]:
    """Answer DELETE algoOrder, whose code is a string."""
    return {
        "algoId": algo.algo_id,
        "clientAlgoId": algo.client_algo_id,
        "code": "200",
        "msg": "success",
    }


def user_trade(trade: Trade, rules: Rules) -> dict[str, object]:
    """Answer one row of GET userTrades; a commission that was paid is positive."""
    return {
        "buyer": trade.side is Side.BUY,
        "commission": amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "id": trade.trade_id,
        "maker": trade.is_maker,
        "orderId": trade.order_id,
        "price": trimmed(trade.price),
        "qty": padded(trade.qty, rules.quantity_precision),
        "quoteQty": quote_sum(trade.price * trade.qty, rules),
        "baseQty": "0",  # counted on COIN-M only
        "marginAsset": rules.quote_asset,
        "realizedPnl": amount_or_0(trade.realized_pnl),
        "side": trade.side,
        "positionSide": trade.position_side,
        "symbol": trade.symbol,
        "pair": trade.symbol,
        "time": trade.time_ms,
    }


def child_type(algo: AlgoOrder) -> OrderType:
    """Return the type of the regular order that a conditional one turns into."""
    return _CHILD_TYPES.get(algo.type, OrderType.MARKET)


def actual_order_id(algo: AlgoOrder) -> str:
    """Return the child's id as the conditional service tells it: a string, empty before."""
    return "" if algo.actual_order_id is None else str(algo.actual_order_id)


def _algo(algo: AlgoOrder, rules: Rules) -> dict[str, object]:
    return {
        "algoId": algo.algo_id,
        "clientAlgoId": algo.client_algo_id,
        "algoType": "CONDITIONAL",
        "orderType": algo.type,
        "symbol": algo.symbol,
        "side": algo.side,
        "positionSide": algo.position_side,
        "timeInForce": algo.tif,
        "quantity": padded(algo.qty, rules.quantity_precision),
        "algoStatus": algo.status,
        "triggerPrice": padded(algo.trigger_price, rules.price_precision),
        "price": padded(algo.price, rules.price_precision),
        "icebergQuantity": None,
        "selfTradePreventionMode": algo.stp,
        "workingType": algo.working_type,
        "priceMatch": algo.price_match,
        "closePosition": algo.close_position,
        "priceProtect": algo.price_protect,
        "reduceOnly": algo.reduce_only,
        "createTime": algo.create_ms,
        "updateTime": algo.update_ms,
        "triggerTime": algo.trigger_ms,
        "goodTillDate": algo.good_till_ms,
    }
