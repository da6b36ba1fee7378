"""The table of endpoints: complete, and each at its documented weight."""

import pytest

from noctule.adapters.sim.gate import Security
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.routes import ROUTES

# Method, path, a query, and what it costs: weight, and orders in ten seconds and a minute.
COSTS = """
GET /fapi/v1/ping - 1
GET /fapi/v1/time - 1
GET /fapi/v1/exchangeInfo - 1
GET /fapi/v1/klines limit=99 1
GET /fapi/v1/klines limit=100 2
GET /fapi/v1/klines limit=499 2
GET /fapi/v1/klines - 5
GET /fapi/v1/klines limit=1000 5
GET /fapi/v1/klines limit=1500 10
GET /fapi/v1/continuousKlines limit=1001 10
GET /fapi/v1/markPriceKlines limit=1 1
GET /fapi/v1/indexPriceKlines limit=1 1
GET /fapi/v1/premiumIndex symbol=BTCUSDT 1
GET /fapi/v1/premiumIndex - 10
GET /fapi/v1/fundingRate - 0
GET /fapi/v1/fundingInfo - 0
GET /fapi/v1/ticker/bookTicker symbol=BTCUSDT 2
GET /fapi/v1/ticker/bookTicker - 5
GET /fapi/v2/ticker/price symbol=BTCUSDT 1
GET /fapi/v2/ticker/price - 2
GET /fapi/v1/depth limit=50 2
GET /fapi/v1/depth limit=100 5
GET /fapi/v1/depth - 10
GET /fapi/v1/depth limit=1000 20
GET /fapi/v1/aggTrades - 20
GET /fapi/v1/ticker/24hr symbol=BTCUSDT 1
GET /fapi/v1/ticker/24hr - 40
GET /fapi/v3/account - 5
GET /fapi/v3/balance - 5
GET /fapi/v3/positionRisk - 5
GET /fapi/v1/accountConfig - 5
GET /fapi/v1/symbolConfig - 5
GET /fapi/v1/leverageBracket - 1
GET /fapi/v1/commissionRate - 20
GET /fapi/v1/positionSide/dual - 30
POST /fapi/v1/positionSide/dual - 1
GET /fapi/v1/multiAssetsMargin - 30
POST /fapi/v1/multiAssetsMargin - 1
POST /fapi/v1/leverage - 1
POST /fapi/v1/marginType - 1
POST /fapi/v1/positionMargin - 1
GET /fapi/v1/income - 30
GET /fapi/v1/rateLimit/order - 1
POST /fapi/v1/listenKey - 1
PUT /fapi/v1/listenKey - 1
DELETE /fapi/v1/listenKey - 1
GET /fapi/v1/adlQuantile - 5
GET /fapi/v1/apiTradingStatus symbol=BTCUSDT 1
GET /fapi/v1/apiTradingStatus - 10
GET /fapi/v1/forceOrders symbol=BTCUSDT 20
GET /fapi/v1/forceOrders - 50
POST /fapi/v1/order - 0 1 1
PUT /fapi/v1/order - 0 1 1
GET /fapi/v1/order - 1
DELETE /fapi/v1/order - 1
POST /fapi/v1/batchOrders - 5 5 1
DELETE /fapi/v1/batchOrders - 1
GET /fapi/v1/openOrders symbol=BTCUSDT 1
GET /fapi/v1/openOrders - 40
GET /fapi/v1/openOrder - 1
DELETE /fapi/v1/allOpenOrders - 1
POST /fapi/v1/countdownCancelAll - 10
GET /fapi/v1/allOrders - 5
GET /fapi/v1/userTrades - 5
POST /fapi/v1/algoOrder - 0 1 1
GET /fapi/v1/algoOrder - 1
DELETE /fapi/v1/algoOrder - 1
GET /fapi/v1/openAlgoOrders symbol=BTCUSDT 1
GET /fapi/v1/openAlgoOrders - 40
GET /fapi/v1/allAlgoOrders - 5
DELETE /fapi/v1/algoOpenOrders - 1
""".strip().splitlines()


@pytest.mark.parametrize("line", COSTS)
def test_every_endpoint_costs_what_is_documented(line: str) -> None:
    method, path, query, weight, *orders = line.split()
    cost = ROUTES[method, path].cost(Parameters.of_request(query.replace("-", ""), ""))

    assert (cost.weight, cost.orders_10s, cost.orders_1m) == (
        int(weight),
        *(map(int, orders) if orders else (0, 0)),
    )


def test_only_orders_tell_how_many_there_were() -> None:
    counting = {at for at, route in ROUTES.items() if route.counts_orders}

    assert counting == {
        ("POST", "/fapi/v1/order"),
        ("PUT", "/fapi/v1/order"),
        ("POST", "/fapi/v1/batchOrders"),
        ("POST", "/fapi/v1/algoOrder"),
    }


def test_only_the_funding_pool_tells_no_weight() -> None:
    hiding = {path for (_, path), route in ROUTES.items() if route.hides_weight}

    assert hiding == {"/fapi/v1/fundingRate", "/fapi/v1/fundingInfo"}


def test_market_data_needs_nothing_listen_keys_a_key_and_all_else_a_signature() -> None:
    by_security = {
        security: {path for (_, path), route in ROUTES.items() if route.security is security}
        for security in Security
    }

    assert by_security[Security.KEY] == {"/fapi/v1/listenKey"}
    assert "/fapi/v1/klines" in by_security[Security.NONE]
    assert "/fapi/v1/order" in by_security[Security.SIGNED]
    assert len(by_security[Security.NONE]) == 16
