"""What our exchange tells, beside the name of each example of the same kind.

The values are made by hand, so that every key appears; what a whole run tells is held against the
same shapes in test_wire_fixtures.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from noctule.adapters.sim import wire_events
from noctule.adapters.sim.events import (
    AccountUpdated,
    AlgoUpdated,
    BalanceChange,
    OrderUpdated,
    TradeHinted,
    UserEvent,
)
from noctule.adapters.sim.market_updates import (
    AggTrade,
    BookTicker,
    DepthUpdate,
    ForceOrder,
    KlineUpdate,
    MarketUpdate,
    MarkUpdate,
    TickerUpdate,
)
from noctule.adapters.sim.model import (
    AlgoOrder,
    AlgoStatus,
    Order,
    OrderStatus,
    OrderType,
    Tif,
)
from noctule.adapters.sim.wire_streams import market_messages
from tests.conformance.shapes import Shape, shape_of
from tests.wire_builders import NOW_MS, algo, kline, order, position_view, rules, ticker, trade

__all__ = ["messages"]

_REST = "binance-connector-python/rest_api"
_STREAMS = "binance-connector-python/websocket_streams"
_SOCKET = "binance-connector-python/websocket_api"
_HTTP = "nautilus/py_http/http_futures"
_WS = "nautilus/py_ws/ws_futures"
_RUST = "nautilus/rust_futures"

_D = Decimal
_BTC = rules()
_ALL = {"BTCUSDT": _BTC, "ETHUSDT": rules(symbol="ETHUSDT", base_asset="ETH")}
_LIMIT = order(type=OrderType.LIMIT, orig_type=OrderType.LIMIT, price=_D("65000"))
_FILLED = order(executed=_D("0.01"), cum_quote=_D("650.001"), status=OrderStatus.FILLED)
_TRAILING = order(
    orig_type=OrderType.TRAILING_STOP_MARKET, activate_price=_D("9020"), callback_rate=_D("0.3")
)
_LIQUIDATION = order(
    client_id="autoclose-1596107620040000020",
    type=OrderType.LIQUIDATION,
    orig_type=OrderType.LIQUIDATION,
    tif=Tif.IOC,
    qty=_D("0.01"),
    executed=_D("0.01"),
    cum_quote=_D("650.001"),
    status=OrderStatus.FILLED,
)
_FINISHED = algo(
    status=AlgoStatus.FINISHED,
    actual_order_id=88_937_381_063,
    actual_price=_D("59999.9"),
    actual_qty=_D("0.01"),
    trigger_ms=NOW_MS,
)
_CODE: Shape = {"code": "integer", "msg": "string"}


def messages() -> dict[str, Shape]:
    """Return the shape of our message of each kind, by its name."""
    told = [*_user_events(), *_streams()]
    return {
        name: shape_of(msgspec.json.decode(msgspec.json.encode(message)))
        for names, message in told
        for name in names.split()
    }


def _user_events() -> Iterator[tuple[str, object]]:
    def told(event: UserEvent) -> object:
        return wire_events.user_event(event, event_ms=NOW_MS, rules=_ALL)

    def ordered(subject: Order, execution: str) -> object:
        fill = trade() if execution in ("TRADE", "CALCULATED") else None
        update = OrderUpdated(time_ms=NOW_MS, order=subject, execution=execution, trade=fill)
        return told(update)

    def moved(subject: AlgoOrder) -> object:
        return told(AlgoUpdated(time_ms=NOW_MS, algo=subject))

    balance = BalanceChange(asset="USDT", wallet=_D(1000), cross_wallet=_D(1000), change=_D(0))
    account = AccountUpdated(
        time_ms=NOW_MS, reason="ORDER", balances=(balance,), positions=(position_view(),)
    )
    purse_only = AccountUpdated(time_ms=NOW_MS, reason="ORDER", balances=(balance,), positions=())
    hint = TradeHinted(time_ms=NOW_MS, order=_FILLED, trade=trade())
    user, update = f"{_RUST}/user_data_json", f"{_WS}_order_update"
    yield (
        f"{user}/order_update_new {update}_new_price_match {update}_new_reduce_only_qty "
        f"{update}_new_stop_limit_price_match {update}_new_limit_if_touched_price_match",
        ordered(_LIMIT, "NEW"),
    )
    yield (
        f"{user}/order_update_trade {user}/order_update_trade_partial "
        f"{update}_trade_reduce_only_qty",
        ordered(_FILLED, "TRADE"),
    )
    yield (
        f"{user}/order_update_calculated {update}_liquidation",
        ordered(_LIQUIDATION, "CALCULATED"),
    )
    yield f"{user}/account_update", told(account)
    yield f"{user}/account_update_bnfcr", told(purse_only)
    yield f"{user}/trade_lite {_WS}_trade_lite", told(hint)
    yield (
        f"{user}/algo_update_new {user}/algo_update_canceled {_WS}_algo_update_triggering",
        moved(algo(status=AlgoStatus.TRIGGERING)),
    )
    yield (
        f"{_WS}_algo_update_triggered {_WS}_algo_update_finished "
        f"{_WS}_algo_update_finished_canceled",
        moved(_FINISHED),
    )


def _streams() -> Iterator[tuple[str, object]]:
    market = f"{_RUST}/market_data_json"
    running, closed = (
        KlineUpdate(
            symbol="BTCUSDT", time_ms=NOW_MS, interval="1m", kline=kline(), is_closed=is_closed
        )
        for is_closed in (False, True)
    )
    depth = DepthUpdate(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        first_id=157,
        last_id=160,
        previous_id=149,
        bids=((_D("65000"), _D("1.5")),),
        asks=((_D("65000.1"), _D("0")),),
    )
    day = TickerUpdate(symbol="BTCUSDT", time_ms=NOW_MS, ticker=ticker())
    forced = ForceOrder(symbol="BTCUSDT", time_ms=NOW_MS, order=_LIQUIDATION)
    yield f"{_STREAMS}/kline_candlestick_streams {market}/kline_stream_open", _told(running, 0)
    yield f"{market}/kline_stream_closed", _told(closed, 0)
    yield f"{_STREAMS}/continuous_contract_kline_candlestick_streams", _told(running, 1)
    yield f"{_STREAMS}/aggregate_trade_streams {market}/agg_trade_stream", _told(_agg_trade(), 0)
    yield f"{market}/trade_stream recorded/trade", _told(_agg_trade(), 1)
    yield (
        f"{_STREAMS}/mark_price_stream {market}/mark_price_stream recorded/markPriceUpdate",
        _told(_mark(), 0),
    )
    yield f"{_STREAMS}/mark_price_stream_for_all_market", _told(_mark(), 1)
    yield (
        f"{_STREAMS}/individual_symbol_book_ticker_streams {_WS}_book_ticker "
        f"{market}/book_ticker_stream recorded/bookTicker",
        _told(_best(), 0),
    )
    yield f"{_STREAMS}/all_book_tickers_stream", _told(_best(), 1)
    yield (
        f"{_STREAMS}/diff_book_depth_streams {_STREAMS}/partial_book_depth_streams "
        f"{_WS}_depth_diff_update {_WS}_depth_update {market}/depth_update_stream "
        "recorded/depthUpdate",
        _told(depth, 0),
    )
    yield f"{_STREAMS}/individual_symbol_mini_ticker_stream", _told(day, 0)
    yield f"{_STREAMS}/all_market_mini_tickers_stream", _told(day, 1)
    yield (
        f"{_STREAMS}/individual_symbol_ticker_streams {_WS}_ticker_24hr {market}/ticker_stream",
        _told(day, 2),
    )
    yield f"{_STREAMS}/all_market_tickers_streams", _told(day, 3)
    yield f"{_STREAMS}/liquidation_order_streams {market}/liquidation_stream", _told(forced, 0)
    yield f"{_STREAMS}/all_market_liquidation_order_streams", _told(forced, 1)


def _told(update: MarketUpdate, which: int) -> object:
    """Return what the first, second … stream of this update says."""
    told = market_messages(update, _BTC, event_ms=NOW_MS, is_wanted=lambda _stream: True)
    return list(told)[which][1]


def _mark() -> MarkUpdate:
    return MarkUpdate(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        mark=_D("28147.27373413"),
        index=_D("28159.75642857"),
        mark_average=_D("28147"),
        funding_rate=_D("0.00002754"),
        next_funding_ms=NOW_MS + 28_800_000,
    )


def _best() -> BookTicker:
    return BookTicker(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        update_id=1,
        bid=_D("65000"),
        bid_qty=_D("1"),
        ask=_D("65000.1"),
        ask_qty=_D("2"),
    )


def _agg_trade() -> AggTrade:
    return AggTrade(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        agg_id=1,
        price=_D("65000"),
        qty=_D("0.5"),
        first_id=1,
        last_id=3,
        is_buyer_maker=True,
    )
