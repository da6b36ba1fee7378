"""Every REST endpoint in one table: what it costs, what it must be shown, who answers it."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.sim import (
    rest_account,
    rest_account_v2,
    rest_algo,
    rest_history,
    rest_market,
    rest_orders,
)
from noctule.adapters.sim.calls import Handler
from noctule.adapters.sim.gate import Security
from noctule.adapters.sim.limits import Cost
from noctule.adapters.sim.order_requests import ALGO_FIELDS, ORDER_FIELDS
from noctule.adapters.sim.parameters import Parameters

__all__ = ["ROUTES", "Route"]

CostOf = Callable[[Parameters], Cost]

_SIGNED_FIELDS: Final = frozenset({"recvWindow", "timestamp", "signature"})


class Route(Struct, frozen=True, kw_only=True):
    """One endpoint."""

    method: str
    path: str
    answer: Handler
    cost: CostOf
    security: Security
    allowed: frozenset[str]
    hides_weight: bool = False
    counts_orders: bool = False  # its answers say how many orders were sent


def _always(cost: Cost) -> CostOf:
    return lambda _parameters: cost


def _weight(weight: int) -> CostOf:
    return _always(Cost(weight))


def _by_symbol(one: int, every: int) -> CostOf:
    """Return the cost of one symbol, or of all when none is named."""
    costs = {True: Cost(one), False: Cost(every)}
    return lambda parameters: costs["symbol" in parameters]


def _by_limit(*steps: tuple[int, int], default: int) -> CostOf:
    """Return the cost of the first step that the limit does not exceed."""

    def cost(parameters: Parameters) -> Cost:
        limit = parameters.integer_or_none("limit")
        wanted = default if limit is None else limit
        return Cost(next((weight for most, weight in steps if wanted <= most), steps[-1][1]))

    return cost


_FREE: Final = _always(Cost(0))
_ORDER: Final = _always(Cost(0, orders_10s=1, orders_1m=1))
_BATCH: Final = _always(Cost(5, orders_10s=5, orders_1m=1))
_KLINES: Final = _by_limit((99, 1), (499, 2), (1_000, 5), (1_500, 10), default=500)
_DEPTH: Final = _by_limit((50, 2), (100, 5), (500, 10), (1_000, 20), default=500)
_SPAN: Final = "startTime endTime limit"
_IDS: Final = "symbol orderId origClientOrderId"
_ALGO_IDS: Final = "symbol algoId clientAlgoId"  # clients name the symbol, though nobody asks


def _public(path: str, answer: Handler, cost: CostOf, fields: str = "") -> Route:
    return Route(
        method="GET",
        path=f"/fapi/{path}",
        answer=answer,
        cost=cost,
        security=Security.NONE,
        allowed=frozenset(fields.split()),
    )


def _pooled(path: str, answer: Handler, fields: str = "") -> Route:
    """Return a route of the funding pool, whose answers tell no weight (facts 2.1)."""
    return replace(_public(path, answer, _FREE, fields), hides_weight=True)


def _keyed(method: str, answer: Handler) -> Route:
    return Route(
        method=method,
        path="/fapi/v1/listenKey",
        answer=answer,
        cost=_weight(1),
        security=Security.KEY,
        # Some clients sign what needs no signature, or name the key that is the account's only one.
        allowed=_SIGNED_FIELDS | {"listenKey"},
    )


def _signed(method_and_path: str, answer: Handler, cost: CostOf, fields: str = "") -> Route:
    method, path = method_and_path.split()
    return Route(
        method=method,
        path=f"/fapi/{path}",
        answer=answer,
        cost=cost,
        security=Security.SIGNED,
        allowed=_SIGNED_FIELDS.union(fields.split()),
        counts_orders=cost in (_ORDER, _BATCH),
    )


_MARKET: Final = (
    _public("v1/ping", rest_market.ping, _weight(1)),
    _public("v1/time", rest_market.server_time, _weight(1)),
    _public("v1/exchangeInfo", rest_market.exchange_info, _weight(1), "symbol"),
    _public("v1/klines", rest_market.klines, _KLINES, f"symbol interval {_SPAN}"),
    _public(
        "v1/continuousKlines",
        rest_market.continuous_klines,
        _KLINES,
        f"pair contractType interval {_SPAN}",
    ),
    _public(
        "v1/markPriceKlines", rest_market.mark_price_klines, _KLINES, f"symbol interval {_SPAN}"
    ),
    _public(
        "v1/indexPriceKlines", rest_market.index_price_klines, _KLINES, f"pair interval {_SPAN}"
    ),
    _public("v1/premiumIndex", rest_market.premium_index, _by_symbol(1, 10), "symbol"),
    _pooled("v1/fundingRate", rest_market.funding_rate, f"symbol {_SPAN}"),
    _pooled("v1/fundingInfo", rest_market.funding_info),
    _public("v1/ticker/bookTicker", rest_market.book_ticker, _by_symbol(2, 5), "symbol"),
    _public("v1/ticker/price", rest_market.ticker_price, _by_symbol(1, 2), "symbol"),
    _public("v2/ticker/price", rest_market.ticker_price, _by_symbol(1, 2), "symbol"),
    _public("v1/ticker/24hr", rest_market.ticker_24h, _by_symbol(1, 40), "symbol"),
    _public("v1/depth", rest_market.depth, _DEPTH, "symbol limit"),
    _public("v1/aggTrades", rest_market.agg_trades, _weight(20), f"symbol fromId {_SPAN}"),
)
_ACCOUNT: Final = (
    _signed("GET v3/account", rest_account.account, _weight(5)),
    _signed("GET v3/balance", rest_account.balance, _weight(5)),
    _signed("GET v3/positionRisk", rest_account.position_risk, _weight(5), "symbol"),
    _signed("GET v2/account", rest_account_v2.account, _weight(5)),
    _signed("GET v2/balance", rest_account.balance, _weight(5)),
    _signed("GET v2/positionRisk", rest_account_v2.position_risk, _weight(5), "symbol"),
    _signed("GET v1/accountConfig", rest_account.account_config, _weight(5)),
    _signed("GET v1/symbolConfig", rest_account.symbol_config, _weight(5), "symbol"),
    _signed("GET v1/leverageBracket", rest_account.leverage_bracket, _weight(1), "symbol"),
    _signed("GET v1/commissionRate", rest_account.commission_rate, _weight(20), "symbol"),
    _signed("GET v1/rateLimit/order", rest_account.order_limits, _weight(1)),
    _signed("GET v1/positionSide/dual", rest_account.position_mode, _weight(30)),
    _signed(
        "POST v1/positionSide/dual", rest_account.set_position_mode, _weight(1), "dualSidePosition"
    ),
    _signed("GET v1/multiAssetsMargin", rest_account.multi_assets, _weight(30)),
    _signed(
        "POST v1/multiAssetsMargin", rest_account.set_multi_assets, _weight(1), "multiAssetsMargin"
    ),
    _signed("POST v1/leverage", rest_account.change_leverage, _weight(1), "symbol leverage"),
    _signed("POST v1/marginType", rest_account.change_margin_type, _weight(1), "symbol marginType"),
    _signed(
        "POST v1/positionMargin",
        rest_account.change_margin,
        _weight(1),
        "symbol positionSide amount type",
    ),
    _signed("GET v1/income", rest_account.income, _weight(30), f"symbol incomeType {_SPAN}"),
    _signed("GET v1/adlQuantile", rest_account.adl_quantile, _weight(5), "symbol"),
    _signed(
        "GET v1/apiTradingStatus", rest_account.api_trading_status, _by_symbol(1, 10), "symbol"
    ),
    _signed(
        "GET v1/forceOrders",
        rest_history.force_orders,
        _by_symbol(20, 50),
        f"symbol autoCloseType {_SPAN}",
    ),
    _keyed("POST", rest_account.open_listen_key),
    _keyed("PUT", rest_account.extend_listen_key),
    _keyed("DELETE", rest_account.close_listen_key),
)
_ORDERS: Final = (
    _signed("POST v1/order", rest_orders.place_order, _ORDER, " ".join(ORDER_FIELDS)),
    _signed("POST v1/order/test", rest_orders.test_order, _FREE, " ".join(ORDER_FIELDS)),
    _signed(
        "PUT v1/order",
        rest_orders.modify_order,
        _ORDER,
        f"{_IDS} side quantity price priceMatch reduceOnly modifyId",
    ),
    _signed("DELETE v1/order", rest_orders.cancel_order, _weight(1), _IDS),
    _signed("GET v1/order", rest_history.query_order, _weight(1), _IDS),
    _signed("POST v1/batchOrders", rest_orders.place_batch, _BATCH, "batchOrders"),
    _signed(
        "DELETE v1/batchOrders",
        rest_orders.cancel_batch,
        _weight(1),
        # ccxt and python-binance send the lists' names in lower case.
        "symbol orderIdList orderidlist origClientOrderIdList origclientorderidlist",
    ),
    _signed("GET v1/openOrders", rest_history.open_orders, _by_symbol(1, 40), "symbol"),
    _signed("GET v1/openOrder", rest_history.open_order, _weight(1), _IDS),
    _signed("DELETE v1/allOpenOrders", rest_orders.cancel_all_orders, _weight(1), "symbol"),
    _signed(
        "POST v1/countdownCancelAll",
        rest_orders.countdown_cancel_all,
        _weight(10),
        "symbol countdownTime",
    ),
    _signed("GET v1/allOrders", rest_history.all_orders, _weight(5), f"symbol orderId {_SPAN}"),
    _signed(
        "GET v1/userTrades", rest_history.user_trades, _weight(5), f"symbol orderId fromId {_SPAN}"
    ),
)
_ALGO_ORDERS: Final = (
    _signed("POST v1/algoOrder", rest_algo.place_algo_order, _ORDER, " ".join(ALGO_FIELDS)),
    _signed("GET v1/algoOrder", rest_algo.query_algo_order, _weight(1), _ALGO_IDS),
    _signed("DELETE v1/algoOrder", rest_algo.cancel_algo_order, _weight(1), _ALGO_IDS),
    _signed(
        "GET v1/openAlgoOrders",
        rest_algo.open_algo_orders,
        _by_symbol(1, 40),
        "symbol algoType algoId",
    ),
    _signed(
        "GET v1/allAlgoOrders", rest_algo.all_algo_orders, _weight(5), f"symbol algoId {_SPAN}"
    ),
    _signed("DELETE v1/algoOpenOrders", rest_algo.cancel_all_algo_orders, _weight(1), "symbol"),
)

ROUTES: Final = {
    (route.method, route.path): route for route in (*_MARKET, *_ACCOUNT, *_ORDERS, *_ALGO_ORDERS)
}
