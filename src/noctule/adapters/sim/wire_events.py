"""Events of the user data stream, with Binance's one-letter keys."""

from collections.abc import Mapping
from functools import singledispatch

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.events import (
    AccountUpdated,
    AlgoUpdated,
    BalanceChange,
    ConfigUpdated,
    ListenKeyExpired,
    MarginCalled,
    OrderUpdated,
    PositionChange,
    PositionView,
    TradeHinted,
    UserEvent,
)
from noctule.adapters.sim.model import AlgoOrder, MarginType, Order, OrderType, Rules
from noctule.adapters.sim.wire_numbers import (
    amount,
    amount_or_0,
    average_or_0,
    mean,
    padded,
    padded_or_0,
    trimmed,
)
from noctule.adapters.sim.wire_orders import actual_order_id, child_type

__all__ = ["user_event"]

RulesOf = Mapping[str, Rules]

_SHORT_MARGIN_TYPES = {MarginType.CROSSED: "cross", MarginType.ISOLATED: "isolated"}


def user_event(event: UserEvent, *, event_ms: int, rules: RulesOf) -> dict[str, object]:
    """Tell an event of one account; `E` is the time at which it is told."""
    return {"E": event_ms, **_told(event, rules)}


@singledispatch
def _told(event: UserEvent, rules: RulesOf) -> dict[str, object]:
    raise AssertionError(f"no words for {type(event).__name__} among {len(rules)} symbols")


@_told.register
def _order_updated(event: OrderUpdated, rules: RulesOf) -> dict[str, object]:
    of_symbol = rules[event.order.symbol]
    return {
        "e": "ORDER_TRADE_UPDATE",
        "T": event.time_ms,
        "o": {
            **_order(event.order, of_symbol),
            **_fill(event.trade, of_symbol),
            **_trailing(event.order),
            **_amendment(event),
            "x": event.execution,
            "T": event.time_ms,
        },
    }


@_told.register
def _trade_hinted(event: TradeHinted, rules: RulesOf) -> dict[str, object]:
    order, trade, of_symbol = event.order, event.trade, rules[event.order.symbol]
    return {
        "e": "TRADE_LITE",
        "T": event.time_ms,
        "s": order.symbol,
        "q": padded(order.qty, of_symbol.quantity_precision),
        "p": padded_or_0(order.price, of_symbol.price_precision),
        "m": trade.is_maker,
        "c": order.client_id,
        "S": order.side,
        "L": padded(trade.price, of_symbol.price_precision),
        "l": padded(trade.qty, of_symbol.quantity_precision),
        "t": trade.trade_id,
        "i": order.order_id,
    }


@_told.register
def _account_updated(event: AccountUpdated, rules: RulesOf) -> dict[str, object]:
    told: dict[str, object] = {
        "m": event.reason,
        "B": [_balance(change) for change in event.balances],
        "P": [_position(view, rules[view.position.symbol]) for view in event.positions],
    }
    if event.symbol is not None:
        told["S"] = event.symbol  # of FUNDING_FEE, since 2026-08-07
    return {"e": "ACCOUNT_UPDATE", "T": event.time_ms, "a": told}


@_told.register
def _algo_updated(event: AlgoUpdated, _rules: RulesOf) -> dict[str, object]:
    return {"e": "ALGO_UPDATE", "T": event.time_ms, "o": _algo(event.algo) | _child(event.algo)}


@_told.register
def _config_updated(event: ConfigUpdated, _rules: RulesOf) -> dict[str, object]:
    told: dict[str, object] = (
        {"ai": {"j": event.multi_assets}}
        if event.symbol is None
        else {"ac": {"s": event.symbol, "l": event.leverage}}
    )
    return {"e": "ACCOUNT_CONFIG_UPDATE", "T": event.time_ms, **told}


@_told.register
def _margin_called(event: MarginCalled, rules: RulesOf) -> dict[str, object]:
    is_crossed = any(view.margin_type is MarginType.CROSSED for view in event.positions)
    return {
        "e": "MARGIN_CALL",
        **({"cw": amount(event.cross_wallet)} if is_crossed else {}),
        "p": [_called(view, rules[view.position.symbol]) for view in event.positions],
    }


@_told.register
def _listen_key_expired(event: ListenKeyExpired, _rules: RulesOf) -> dict[str, object]:
    return {"e": "listenKeyExpired", "listenKey": event.listen_key}


def _amendment(event: OrderUpdated) -> dict[str, object]:
    if event.execution != "AMENDMENT" or event.order.modify_id is None:
        return {}
    return {"M": event.order.modify_id}


def _order(order: Order, rules: Rules) -> dict[str, object]:
    return {
        "s": order.symbol,
        "c": order.client_id,
        "S": order.side,
        "o": order.type,
        "f": order.tif,
        "q": padded(order.qty, rules.quantity_precision),
        "p": padded_or_0(order.price, rules.price_precision),
        "ap": average_or_0(order.average_price, rules),
        "sp": padded_or_0(order.stop_price, rules.price_precision),
        "X": order.status,
        "i": order.order_id,
        "z": padded_or_0(order.executed, rules.quantity_precision),
        "b": "0",  # notional of the open orders on either side: not told here
        "a": "0",
        "R": order.reduce_only,
        "wt": order.working_type,
        "ot": order.orig_type,
        "ps": order.position_side,
        "cp": order.close_position,
        "pP": order.price_protect,
        "si": 0,  # always so
        "ss": 0,
        "V": order.stp,
        "pm": order.price_match,
        "gtd": order.good_till_ms,
        "er": order.expiry_reason,
    }


def _fill(trade: Trade | None, rules: Rules) -> dict[str, object]:
    if trade is None:  # a fee that was not taken is not told either
        return {"l": "0", "L": "0", "t": 0, "m": False, "rp": "0"}
    return {
        "l": padded(trade.qty, rules.quantity_precision),
        "L": padded(trade.price, rules.price_precision),
        "N": trade.commission_asset,
        "n": amount_or_0(trade.commission),
        "t": trade.trade_id,
        "m": trade.is_maker,
        "rp": amount_or_0(trade.realized_pnl),
    }


def _trailing(order: Order) -> dict[str, object]:
    if order.orig_type is not OrderType.TRAILING_STOP_MARKET:
        return {}
    return {"AP": trimmed(order.activate_price), "cr": trimmed(order.callback_rate)}


def _balance(change: BalanceChange) -> dict[str, object]:
    return {
        "a": change.asset,
        "wb": amount(change.wallet),
        "cw": amount(change.cross_wallet),
        "bc": amount_or_0(change.change),
    }


def _position(view: PositionChange, rules: Rules) -> dict[str, object]:
    position = view.position
    return {
        "s": position.symbol,
        "pa": padded_or_0(position.amount, rules.quantity_precision),
        "ep": mean(position.entry_price),
        "bep": mean(position.break_even),
        "cr": amount_or_0(position.realized),
        "up": amount_or_0(view.unrealized),
        "mt": _SHORT_MARGIN_TYPES[view.margin_type],
        "iw": amount_or_0(position.isolated_wallet),
        "ps": position.side,
        "ma": rules.quote_asset,
    }


def _called(view: PositionView, rules: Rules) -> dict[str, object]:
    position = view.position
    return {
        "s": position.symbol,
        "ps": position.side,
        "pa": padded_or_0(position.amount, rules.quantity_precision),
        "mt": view.margin_type,
        "iw": amount_or_0(position.isolated_wallet),
        "mp": trimmed(view.mark),
        "up": amount_or_0(view.unrealized),
        "mm": amount_or_0(view.maint_margin),
    }


def _algo(algo: AlgoOrder) -> dict[str, object]:
    return {
        "caid": algo.client_algo_id,
        "aid": algo.algo_id,
        "at": "CONDITIONAL",
        "o": algo.type,
        "s": algo.symbol,
        "S": algo.side,
        "ps": algo.position_side,
        "f": algo.tif,
        "q": trimmed(algo.qty),
        "X": algo.status,
        "ai": actual_order_id(algo),  # a string here, an integer in ORDER_TRADE_UPDATE
        "tp": trimmed(algo.trigger_price),
        "p": trimmed(algo.price),
        "V": algo.stp,
        "wt": algo.working_type,
        "pm": algo.price_match,
        "cp": algo.close_position,
        "pP": algo.price_protect,
        "R": algo.reduce_only,
        "tt": algo.trigger_ms,
        "gtd": algo.good_till_ms,
        "rm": algo.failure,
        "ia": algo.is_activated,
    }


def _child(algo: AlgoOrder) -> dict[str, object]:
    if algo.actual_order_id is None:  # recorded TRIGGERING events have none of the three
        return {}
    return {
        "ap": trimmed(algo.actual_price),
        "aq": trimmed(algo.actual_qty),
        "act": child_type(algo),
    }
