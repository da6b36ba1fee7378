"""What became of orders, over REST: queries of open and closed ones, trades, forced orders."""

from typing import Final

from noctule.adapters.sim import wire_orders
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.forced import DELEVERAGING, LIQUIDATING
from noctule.adapters.sim.model import Order, Refusal
from noctule.adapters.sim.rest_orders import sent_ids
from noctule.adapters.sim.spans import page, week_of

__all__ = ["all_orders", "force_orders", "open_order", "open_orders", "query_order", "user_trades"]

_ROWS_MAX: Final = 1_000
_FORCED_MAX: Final = 100
_CLOSE_TYPES: Final = ("LIQUIDATION", "ADL")


def query_order(counter: Counter, call: Call) -> object:
    """Tell one order, open or not."""
    rules = counter.rules(call.parameters.symbol())
    order_id, client_id = sent_ids(call.parameters)
    order = counter.exchange.find(
        call.account, rules.symbol, order_id=order_id, client_id=client_id
    )
    return wire_orders.order_queried(order, rules)


def open_order(counter: Counter, call: Call) -> object:
    """Tell one open order."""
    rules = counter.rules(call.parameters.symbol())
    order_id, client_id = sent_ids(call.parameters)
    order = counter.exchange.find(
        call.account, rules.symbol, order_id=order_id, client_id=client_id
    )
    if not order.is_open:
        raise Refusal(-2013, "Order does not exist.")
    return wire_orders.order_queried(order, rules)


def open_orders(counter: Counter, call: Call) -> object:
    """Tell every open regular order, of one symbol or of all."""
    wanted = {rules.symbol: rules for rules in counter.wanted(call.parameters)}
    return [
        wire_orders.order_queried(order, wanted[order.symbol])
        for order in call.account.orders.values()
        if order.symbol in wanted
    ]


def all_orders(counter: Counter, call: Call) -> object:
    """Tell orders open and closed, within seven days."""
    parameters = call.parameters
    wanted = {rules.symbol: rules for rules in counter.wanted(parameters)}
    first = parameters.integer_or_none("orderId")
    span = week_of(parameters, call.market_ms)
    rows = [
        order
        for order in _every_order(call.account)
        if order.symbol in wanted and (first is not None or order.time_ms in span)
    ]
    limit = parameters.limit(default=500, most=_ROWS_MAX)
    chosen = page(rows, number=lambda order: order.order_id, start=first, limit=limit)
    return [wire_orders.order_listed(order, wanted[order.symbol]) for order in chosen]


def user_trades(counter: Counter, call: Call) -> object:
    """Tell trades within seven days; those of one order need its symbol."""
    parameters = call.parameters
    wanted = {rules.symbol: rules for rules in counter.wanted(parameters)}
    order_id = parameters.integer_or_none("orderId")
    if order_id is not None:
        parameters.symbol()
    first = parameters.integer_or_none("fromId")
    span = week_of(parameters, call.market_ms)
    rows = [
        trade
        for trade in call.account.history.trades
        if trade.symbol in wanted
        and (order_id is None or trade.order_id == order_id)
        and (first is not None or trade.time_ms in span)
    ]
    limit = parameters.limit(default=500, most=_ROWS_MAX)
    chosen = page(rows, number=lambda trade: trade.trade_id, start=first, limit=limit)
    return [wire_orders.user_trade(trade, wanted[trade.symbol]) for trade in chosen]


def force_orders(counter: Counter, call: Call) -> object:
    """Tell orders with which the exchange closed the account's positions."""
    parameters = call.parameters
    wanted = {rules.symbol: rules for rules in counter.wanted(parameters)}
    kind = parameters.one_of("autoCloseType", _CLOSE_TYPES, default="")
    starts = {"LIQUIDATION": LIQUIDATING, "ADL": DELEVERAGING}.get(kind)
    span = week_of(parameters, call.market_ms)
    rows = [
        order
        for order in _every_order(call.account)
        if order.symbol in wanted
        and order.client_id.startswith(starts or (LIQUIDATING, DELEVERAGING))
        and order.time_ms in span
    ]
    limit = parameters.limit(default=50, most=_FORCED_MAX)
    chosen = page(rows, number=lambda order: order.order_id, start=None, limit=limit)
    return [wire_orders.force_order(order, wanted[order.symbol]) for order in chosen]


def _every_order(account: Account) -> list[Order]:
    return [*account.history.orders, *account.orders.values()]
