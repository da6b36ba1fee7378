"""Conditional orders over REST: a service of its own, with its own ids."""

from typing import Final

from noctule.adapters.sim import wire_orders
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.model import AlgoOrder, Refusal
from noctule.adapters.sim.order_requests import algo_spec, is_acknowledged_only
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.spans import page, week_of

__all__ = [
    "all_algo_orders",
    "cancel_algo_order",
    "cancel_all_algo_orders",
    "open_algo_orders",
    "place_algo_order",
    "query_algo_order",
]

_ROWS_MAX: Final = 1_000


def place_algo_order(counter: Counter, call: Call) -> object:
    """Place a conditional order."""
    is_acknowledged_only(call.parameters)  # either way the answer is the same
    algo = counter.exchange.place_algo(call.account, algo_spec(call.parameters))
    return wire_orders.algo_placed(algo, counter.rules(algo.symbol))


def query_algo_order(counter: Counter, call: Call) -> object:
    """Tell one conditional order, waiting or not."""
    algo_id, client_algo_id = _sent_ids(call.parameters)
    algo = counter.exchange.find_algo(call.account, algo_id=algo_id, client_algo_id=client_algo_id)
    return wire_orders.algo_queried(algo, counter.rules(algo.symbol))


def cancel_algo_order(counter: Counter, call: Call) -> object:
    """Cancel one conditional order."""
    algo_id, client_algo_id = _sent_ids(call.parameters)
    algo = counter.exchange.cancel_algo(
        call.account, algo_id=algo_id, client_algo_id=client_algo_id
    )
    return wire_orders.algo_cancelled(algo)


def cancel_all_algo_orders(counter: Counter, call: Call) -> object:
    """Cancel every conditional order of a symbol."""
    symbol = counter.rules(call.parameters.symbol()).symbol
    counter.exchange.cancel_all_algo(call.account, symbol)
    return wire_orders.ALL_CANCELLED


def open_algo_orders(counter: Counter, call: Call) -> object:
    """Tell every waiting conditional order, of one symbol or of all."""
    parameters = call.parameters
    parameters.one_of("algoType", ("CONDITIONAL",), default="CONDITIONAL")
    wanted = {rules.symbol: rules for rules in counter.wanted(parameters)}
    algo_id = parameters.integer_or_none("algoId")
    return [
        wire_orders.algo_listed(algo, wanted[algo.symbol])
        for algo in call.account.algos.values()
        if algo.symbol in wanted and algo_id in (None, algo.algo_id)
    ]


def all_algo_orders(counter: Counter, call: Call) -> object:
    """Tell conditional orders waiting and past, within seven days."""
    parameters = call.parameters
    rules = counter.rules(parameters.symbol())
    first = parameters.integer_or_none("algoId")
    span = week_of(parameters, call.market_ms)
    rows = [
        algo
        for algo in _every_algo(call.account)
        if algo.symbol == rules.symbol and (first is not None or algo.create_ms in span)
    ]
    limit = parameters.limit(default=500, most=_ROWS_MAX)
    chosen = page(rows, number=lambda algo: algo.algo_id, start=first, limit=limit)
    return [wire_orders.algo_listed(algo, rules) for algo in chosen]


def _sent_ids(parameters: Parameters) -> tuple[int | None, str | None]:
    algo_id = parameters.integer_or_none("algoId")
    client_algo_id = parameters.text_or_none("clientAlgoId")
    if algo_id is None and client_algo_id is None:
        raise Refusal(
            -1102, "Param 'algoId' or 'clientAlgoId' must be sent, but both were empty/null!"
        )
    return algo_id, client_algo_id


def _every_algo(account: Account) -> list[AlgoOrder]:
    """Return each once: one that has fired may stand in two places."""
    every = [*account.history.algos, *account.triggered.values(), *account.algos.values()]
    return list({algo.algo_id: algo for algo in every}.values())
