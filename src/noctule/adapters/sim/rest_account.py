"""The account over REST: its purse, positions, settings, income, and its key to the user stream."""

from decimal import Decimal
from typing import Final

from noctule.adapters.sim import wire_account, wire_rules
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.model import MarginType, PositionSide, Refusal
from noctule.adapters.sim.spans import WEEK_MS, Span, span_of

__all__ = [
    "account",
    "account_config",
    "adl_quantile",
    "api_trading_status",
    "balance",
    "change_leverage",
    "change_margin",
    "change_margin_type",
    "close_listen_key",
    "commission_rate",
    "extend_listen_key",
    "income",
    "leverage_bracket",
    "multi_assets",
    "open_listen_key",
    "order_limits",
    "position_mode",
    "position_risk",
    "set_multi_assets",
    "set_position_mode",
    "symbol_config",
]

_INCOME_MAX: Final = 1_000
_QUANTILE: Final = 2  # in the queue; nobody here is ever deleveraged
_KINDS_OF_CHANGE: Final = {"1": Decimal(1), "2": Decimal(-1)}


def account(counter: Counter, call: Call) -> object:
    """Tell balances, and the positions of symbols that have one or an open order."""
    exchange = counter.exchange
    return wire_account.account_v3(
        call.account,
        exchange.margins(call.account),
        positions=exchange.positions(call.account),
        rules=exchange.rules,
    )


def balance(counter: Counter, call: Call) -> object:
    """Tell the balances."""
    return wire_account.balance_v3(call.account, counter.exchange.margins(call.account))


def position_risk(counter: Counter, call: Call) -> object:
    """Tell the positions of symbols that have one or an open order; nothing when flat."""
    symbol = call.parameters.symbol_or_none()
    if symbol is not None:
        counter.rules(symbol)
    views = counter.exchange.positions(call.account, symbol)
    rules = counter.exchange.rules
    return [wire_account.position_risk_v3(view, rules[view.position.symbol]) for view in views]


def account_config(_counter: Counter, call: Call) -> object:
    """Tell the account's modes."""
    return wire_account.account_config(call.account)


def symbol_config(counter: Counter, call: Call) -> object:
    """Tell leverage and margin type, of one symbol or of all."""
    wanted = counter.wanted(call.parameters)
    return [wire_account.symbol_config(call.account, rules) for rules in wanted]


def leverage_bracket(counter: Counter, call: Call) -> object:
    """Tell the brackets; a bare object for one symbol, as the documents have it."""
    rows = [wire_rules.leverage_bracket(rules) for rules in counter.wanted(call.parameters)]
    return rows[0] if "symbol" in call.parameters else rows


def commission_rate(counter: Counter, call: Call) -> object:
    """Tell what the account pays on a symbol."""
    return wire_rules.commission_rate(counter.rules(call.parameters.symbol()))


def order_limits(counter: Counter, _call: Call) -> object:
    """Tell how many orders the account may send."""
    return wire_rules.order_limits(counter.terms)


def position_mode(_counter: Counter, call: Call) -> object:
    """Tell whether the account hedges."""
    return wire_account.position_mode(call.account)


def set_position_mode(counter: Counter, call: Call) -> object:
    """Switch between one-way and hedge mode."""
    dual_side = call.parameters.flag("dualSidePosition")
    counter.exchange.set_position_mode(call.account, dual_side=dual_side)
    return wire_account.SUCCESS


def multi_assets(_counter: Counter, call: Call) -> object:
    """Tell whether all assets are margin."""
    return wire_account.multi_assets_mode(call.account)


def set_multi_assets(counter: Counter, call: Call) -> object:
    """Switch between single-asset and multi-assets mode."""
    wanted = call.parameters.flag("multiAssetsMargin")
    counter.exchange.set_multi_assets(call.account, multi_assets=wanted)
    return wire_account.SUCCESS


def change_leverage(counter: Counter, call: Call) -> object:
    """Set a symbol's leverage."""
    symbol = counter.rules(call.parameters.symbol()).symbol
    leverage = call.parameters.integer("leverage")
    notional_max = counter.exchange.set_leverage(call.account, symbol, leverage)
    return wire_account.leverage_changed(symbol, leverage, notional_max)


def change_margin_type(counter: Counter, call: Call) -> object:
    """Set how far a symbol's losses may reach."""
    symbol = counter.rules(call.parameters.symbol()).symbol
    margin_type = call.parameters.choice("marginType", MarginType)
    counter.exchange.set_margin_type(call.account, symbol, margin_type)
    return wire_account.SUCCESS


def change_margin(counter: Counter, call: Call) -> object:
    """Add margin to an isolated position, or take some out."""
    parameters = call.parameters
    symbol = counter.rules(parameters.symbol()).symbol
    kind = parameters.one_of("type", _KINDS_OF_CHANGE)
    amount = parameters.decimal("amount")
    if amount <= 0:
        raise Refusal(-1130, "Data sent for parameter 'amount' is not valid.")
    side = parameters.choice_or_none("positionSide", PositionSide) or PositionSide.BOTH
    counter.exchange.change_margin(call.account, symbol, amount * _KINDS_OF_CHANGE[kind], side)
    return wire_account.margin_changed(amount, int(kind))


def income(counter: Counter, call: Call) -> object:
    """Tell what changed the wallet; the last seven days when no time was sent."""
    parameters = call.parameters
    symbol = parameters.symbol_or_none()
    if symbol is not None:
        counter.rules(symbol)
    kind = parameters.text_or_none("incomeType")
    span = span_of(parameters)
    limit = parameters.limit(default=100, most=_INCOME_MAX)
    is_open = span == Span()
    if is_open:
        span = Span(call.market_ms - WEEK_MS)
    rows = [
        line
        for line in call.account.history.incomes
        if symbol in (None, line.symbol)
        and kind in (None, line.income_type)
        and line.time_ms in span
    ]
    chosen = rows[-limit:] if is_open else rows[:limit]
    return [wire_account.income(line) for line in chosen]


def adl_quantile(counter: Counter, call: Call) -> object:
    """Tell the place in the queue for auto-deleveraging, which nobody here ever leaves."""
    symbol = call.parameters.symbol_or_none()
    if symbol is not None:
        counter.rules(symbol)
    quantiles: dict[str, dict[str, int]] = {}
    for view in counter.exchange.positions(call.account, symbol):
        position = view.position
        quantiles.setdefault(position.symbol, {})[position.side] = _QUANTILE
    rows = [{"symbol": name, "adlQuantile": sides} for name, sides in quantiles.items()]
    if symbol is None:
        return rows
    return rows[0] if rows else {"symbol": symbol, "adlQuantile": {}}


def api_trading_status(_counter: Counter, call: Call) -> object:
    """Tell that nothing restricts the account."""
    return {"indicators": {}, "updateTime": call.market_ms}


def open_listen_key(counter: Counter, call: Call) -> object:
    """Return the key to the user stream, the same while it lives."""
    return {"listenKey": counter.listen_keys.open(call.account.key, call.real_ms)}


def extend_listen_key(counter: Counter, call: Call) -> object:
    """Let the key live for another while."""
    return {"listenKey": counter.listen_keys.extend(call.account.key, call.real_ms)}


def close_listen_key(counter: Counter, call: Call) -> object:
    """End the key, for every process that uses it."""
    counter.listen_keys.close(call.account.key)
    return {}
