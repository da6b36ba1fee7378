"""What every REST endpoint answers, beside the names of the examples of its kind."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Final

import msgspec

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.events import MarkTick, Tick
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.limits import Limits
from noctule.adapters.sim.listen_keys import ListenKeys
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.routes import ROUTES
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.tape import Tape
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.world import World
from tests.conformance.shapes import Shape, shape_of
from tests.wire_builders import NOW_MS, rules

__all__ = ["calls"]

_SYMBOL: Final = "symbol=BTCUSDT"
_KLINES: Final = "interval=1m"
_LIMIT: Final = f"{_SYMBOL}&type=LIMIT&side=BUY&quantity=0.01&price=59000&timeInForce=GTC"
_STOP: Final = (
    f"algoType=CONDITIONAL&{_SYMBOL}&side=SELL&type=STOP_MARKET&quantity=0.01&triggerPrice=50000"
)
_BATCH: Final = (
    'batchOrders=[{"symbol":"BTCUSDT","type":"MARKET","side":"BUY","quantity":"0.01"},'
    '{"symbol":"BTCUSDT","type":"MARKET","side":"BUY","quantity":"0"}]'
)
_COLLECTIONS: Final = {
    "rest": "binance-connector-python/rest_api/",
    "api": "binance-connector-python/websocket_api/",
    "http": "nautilus/py_http/http_futures_",
    "rust": "nautilus/rust_futures/http_json/",
    "recorded": "recorded/",
}

# In this order they are made; what an answer depends on has been done before.
CALLS: Final = (
    ("GET v1/time", "", "rest:check_server_time"),
    (
        "GET v1/exchangeInfo",
        "",
        "rest:exchange_information http:market_exchange_info recorded:exchange_info",
    ),
    ("GET v1/klines", f"{_SYMBOL}&{_KLINES}", "rest:kline_candlestick_data http:market_klines"),
    (
        "GET v1/continuousKlines",
        f"pair=BTCUSDT&contractType=PERPETUAL&{_KLINES}",
        "rest:continuous_contract_kline_candlestick_data http:market_continuous_klines",
    ),
    (
        "GET v1/markPriceKlines",
        f"{_SYMBOL}&{_KLINES}",
        "rest:mark_price_kline_candlestick_data http:market_mark_price_klines",
    ),
    (
        "GET v1/indexPriceKlines",
        f"pair=BTCUSDT&{_KLINES}",
        "rest:index_price_kline_candlestick_data http:market_index_price_klines",
    ),
    ("GET v1/premiumIndex", _SYMBOL, "rest:mark_price http:market_premium_index"),
    ("GET v1/fundingRate", _SYMBOL, "rest:get_funding_rate_history http:market_funding_rate"),
    ("GET v1/fundingInfo", "", "rest:get_funding_rate_info"),
    (
        "GET v1/ticker/bookTicker",
        _SYMBOL,
        "rest:symbol_order_book_ticker api:symbol_order_book_ticker http:market_book_ticker",
    ),
    ("GET v1/ticker/price", _SYMBOL, "rest:symbol_price_ticker http:market_ticker_price"),
    ("GET v2/ticker/price", _SYMBOL, "rest:symbol_price_ticker_v2 api:symbol_price_ticker"),
    (
        "GET v1/ticker/24hr",
        _SYMBOL,
        "rest:ticker24hr_price_change_statistics http:market_ticker_24hr",
    ),
    ("GET v1/depth", _SYMBOL, "rest:order_book api:order_book http:market_depth recorded:depth"),
    ("GET v1/aggTrades", _SYMBOL, "rest:compressed_aggregate_trades_list http:market_agg_trades"),
    ("POST v1/listenKey", "", "rest:start_user_data_stream api:start_user_data_stream"),
    ("PUT v1/listenKey", "", "rest:keepalive_user_data_stream api:keepalive_user_data_stream"),
    ("POST v1/multiAssetsMargin", "multiAssetsMargin=true", "rest:change_multi_assets_mode"),
    ("GET v1/multiAssetsMargin", "", "rest:get_current_multi_assets_mode"),
    ("POST v1/multiAssetsMargin", "multiAssetsMargin=false", "rest:change_multi_assets_mode"),
    ("POST v1/positionSide/dual", "dualSidePosition=true", "rest:change_position_mode"),
    ("POST v1/positionSide/dual", "dualSidePosition=false", "rest:change_position_mode"),
    (
        "GET v1/positionSide/dual",
        "",
        "rest:get_current_position_mode http:account_position_side_dual",
    ),
    ("POST v1/marginType", f"{_SYMBOL}&marginType=ISOLATED", "rest:change_margin_type"),
    ("POST v1/leverage", f"{_SYMBOL}&leverage=21", "rest:change_initial_leverage"),
    (
        "POST v1/order",
        _LIMIT + "&newClientOrderId=one",
        "rest:new_order api:new_order rust:order_response",
    ),
    ("GET v1/order", f"{_SYMBOL}&origClientOrderId=one", "rest:query_order api:query_order"),
    ("GET v1/openOrder", f"{_SYMBOL}&origClientOrderId=one", "rest:query_current_open_order"),
    ("GET v1/openOrders", _SYMBOL, "rest:current_all_open_orders"),
    (
        "PUT v1/order",
        f"{_SYMBOL}&origClientOrderId=one&side=BUY&quantity=0.02&price=58000&modifyId=7",
        "rest:modify_order api:modify_order",
    ),
    (
        "POST v1/countdownCancelAll",
        f"{_SYMBOL}&countdownTime=0",
        "rest:auto_cancel_all_open_orders",
    ),
    ("DELETE v1/order", f"{_SYMBOL}&origClientOrderId=one", "rest:cancel_order api:cancel_order"),
    ("POST v1/batchOrders", _BATCH, "rest:place_multiple_orders"),
    (
        "POST v1/order",
        _LIMIT + "&newClientOrderId=two",
        "rest:new_order api:new_order rust:order_response",
    ),
    (
        "DELETE v1/batchOrders",
        _SYMBOL + '&origClientOrderIdList=["two","none"]',
        "rest:cancel_multiple_orders",
    ),
    ("DELETE v1/allOpenOrders", _SYMBOL, "rest:cancel_all_open_orders"),
    ("GET v1/allOrders", _SYMBOL, "rest:all_orders http:account_orders"),
    ("GET v1/userTrades", _SYMBOL, "rest:account_trade_list http:account_trades"),
    (
        "POST v1/positionMargin",
        f"{_SYMBOL}&amount=10&type=1",
        "rest:modify_isolated_position_margin",
    ),
    ("POST v1/algoOrder", _STOP + "&clientAlgoId=stop", "rest:new_algo_order api:new_algo_order"),
    ("GET v1/algoOrder", "clientAlgoId=stop", "rest:query_algo_order"),
    ("GET v1/openAlgoOrders", _SYMBOL, "rest:current_all_algo_open_orders rust:open_algo_orders"),
    ("DELETE v1/algoOrder", "clientAlgoId=stop", "rest:cancel_algo_order api:cancel_algo_order"),
    ("GET v1/allAlgoOrders", _SYMBOL, "rest:query_all_algo_orders"),
    ("DELETE v1/algoOpenOrders", _SYMBOL, "rest:cancel_all_algo_open_orders"),
    ("GET v3/account", "", "rest:account_information_v3 api:account_information_v2"),
    (
        "GET v3/balance",
        "",
        "rest:futures_account_balance_v3 api:futures_account_balance "
        "api:futures_account_balance_v2 rust:balance",
    ),
    ("GET v3/positionRisk", _SYMBOL, "rest:position_information_v3 api:position_information_v2"),
    ("GET v2/account", "", "rest:account_information_v2 rust:account_info_v2"),
    ("GET v2/balance", "", "rest:futures_account_balance_v2"),
    ("GET v2/positionRisk", _SYMBOL, "rest:position_information_v2 rust:position_risk"),
    ("GET v1/accountConfig", "", "rest:futures_account_configuration"),
    ("GET v1/symbolConfig", _SYMBOL, "rest:symbol_configuration http:account_symbol_config"),
    ("GET v1/leverageBracket", "", "rest:notional_and_leverage_brackets"),
    (
        "GET v1/commissionRate",
        _SYMBOL,
        "rest:user_commission_rate http:wallet_commission_rate_btcusdt "
        "http:wallet_commission_rate_ethusdt",
    ),
    ("GET v1/rateLimit/order", "", "rest:query_user_rate_limit"),
    ("GET v1/income", "", "rest:get_income_history"),
    ("DELETE v1/listenKey", "", "api:close_user_data_stream"),
)


def calls() -> Iterator[tuple[str, Shape]]:
    """Make every call on one exchange and yield the shapes of the answers."""
    counter = _counter()
    account = counter.exchange.open_account(key="key", secret="secret", deposit=Decimal(10_000))
    for call, query, examples in CALLS:
        method, path = call.split()
        answer = ROUTES[method, f"/fapi/{path}"].answer(counter, _call(query, account))
        shape = shape_of(msgspec.json.decode(msgspec.json.encode(answer)))
        for each in examples.split():
            collection, name = each.split(":")
            yield f"{_COLLECTIONS[collection]}{name}", shape


def _counter() -> Counter:
    """Return the counter of an exchange that has traded for a minute and settled a funding."""
    contracts = [rules(), rules(symbol="FASTUSDT", funding_interval_hours=4)]
    exchange = Exchange(
        contracts,
        fills=Fills(),
        random=Random(1),
        start_ms=NOW_MS,
        listener=lambda _account, _event: None,
    )
    tape = Tape(contracts, exchange.quote)
    world = World(exchange, tape, iter([_mark(1), _tick(2), _mark(3), _tick(60_001)]))
    world.run_until(NOW_MS + 86_400_000)
    terms = Terms()
    return Counter(
        exchange=exchange,
        tape=tape,
        listen_keys=ListenKeys(life_ms=terms.listen_key_ms, random=Random(1)),
        limits=Limits(terms),
        terms=terms,
    )


def _call(query: str, account: Account) -> Call:
    return Call(
        parameters=Parameters.of_request(query, ""),
        market_ms=NOW_MS + 60_001,
        told_ms=NOW_MS + 60_001,
        real_ms=NOW_MS,
        peer="127.0.0.1",
        caller=account,
    )


def _tick(after_ms: int) -> MarketEvent:
    return Tick(
        symbol="BTCUSDT",
        time_ms=NOW_MS + after_ms,
        price=Decimal(60_000),
        qty=Decimal(1),
        quote_qty=Decimal(60_000),
        count=1,
        taker_buy_qty=Decimal(1),
        taker_buy_quote=Decimal(60_000),
    )


def _mark(after_ms: int) -> MarketEvent:
    return MarkTick(
        symbol="BTCUSDT",
        time_ms=NOW_MS + after_ms,
        mark=Decimal(60_000),
        index=Decimal(60_000),
        funding_rate=Decimal("0.0001"),
        next_funding_ms=NOW_MS + after_ms + 1,
    )
