"""What our exchange tells in a whole run, beside the name of an example of the same kind."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random
from typing import Any, Final

import msgspec

from noctule.adapters.sim import wire_account, wire_orders
from noctule.adapters.sim.account import Account
from noctule.adapters.sim.events import MarkTick, Tick, UserEvent
from noctule.adapters.sim.exchange import AlgoSpec, Exchange, OrderSpec
from noctule.adapters.sim.fills import Fills, Ladder
from noctule.adapters.sim.model import MarginType, Order, OrderType, Side, Tif
from noctule.adapters.sim.source import MarketEvent
from noctule.adapters.sim.specs import Amendment
from noctule.adapters.sim.tape import Tape
from noctule.adapters.sim.wire_events import user_event
from noctule.adapters.sim.wire_streams import market_messages
from noctule.adapters.sim.world import World
from tests.conformance.shapes import Shape, shape_of
from tests.wire_builders import NOW_MS, rules

__all__ = ["run"]

_D = Decimal
_USER: Final = "nautilus/rust_futures/user_data_json"
_ALGO: Final = "nautilus/py_ws/ws_futures_algo_update"
_REST: Final = "binance-connector-python/rest_api"
_STREAMS: Final = "binance-connector-python/websocket_streams"
_FUNDING_MS: Final = NOW_MS + 8 * 3_600_000
_EXAMPLES: Final = {
    "NEW": f"{_USER}/order_update_new",
    "CANCELED": f"{_USER}/order_update_new",
    "EXPIRED": f"{_USER}/order_update_new",
    "AMENDMENT": f"{_USER}/order_update_new",
    "TRADE": f"{_USER}/order_update_trade",
    "CALCULATED": f"{_USER}/order_update_calculated",
    "TRADE_LITE": f"{_USER}/trade_lite",
    "24hrMiniTicker": f"{_STREAMS}/individual_symbol_mini_ticker_stream",
    "24hrTicker": f"{_STREAMS}/individual_symbol_ticker_streams",
    "aggTrade": f"{_STREAMS}/aggregate_trade_streams",
    "bookTicker": f"{_STREAMS}/individual_symbol_book_ticker_streams",
    "continuous_kline": f"{_STREAMS}/continuous_contract_kline_candlestick_streams",
    "depthUpdate": f"{_STREAMS}/diff_book_depth_streams",
    "kline": f"{_STREAMS}/kline_candlestick_streams",
    "markPriceUpdate": f"{_STREAMS}/mark_price_stream",
    "trade": "nautilus/rust_futures/market_data_json/trade_stream",
}


def run() -> list[tuple[str, Shape]]:
    """Return every shape that a run shows, once, beside the example it is held against."""
    shown: list[tuple[str, Shape]] = []
    for each in (*_trading(), *_market()):
        if each not in shown:
            shown.append(each)
    return shown


def _trading() -> Iterator[tuple[str, Shape]]:
    """Trade in every way once: each kind of order, each end an order may have, and ruin."""
    heard: list[object] = []

    def hear(_account: Account, event: UserEvent) -> None:
        heard.append(user_event(event, event_ms=event.time_ms, rules=exchange.rules))

    exchange = Exchange(
        [rules()],
        fills=Fills(depth=Ladder(level_quote=_D(5_000), levels=3)),
        random=Random(1),
        start_ms=NOW_MS,
        listener=hear,
    )
    account = exchange.open_account(key="key", secret="secret", deposit=_D(10_000))
    exchange.tick(_tick("60000"))
    answers = [*_orders(exchange, account), *_algos(exchange, account), *_ruin(exchange, account)]
    yield from answers
    told = [_decoded(event) for event in heard]
    assert {_kind(event) for event in told} >= {"ALGO_UPDATE", "ACCOUNT_UPDATE", *_executions()}
    yield from ((_example(event), shape_of(event)) for event in told if _example(event))


def _executions() -> Iterable[str]:
    return ("NEW", "TRADE", "CANCELED", "EXPIRED", "AMENDMENT", "CALCULATED", "TRADE_LITE")


def _orders(exchange: Exchange, account: Account) -> Iterator[tuple[str, Shape]]:
    symbol = rules()
    bought = exchange.place(account, _order(Side.BUY, "0.1"))
    yield f"{_REST}/new_order", _shape(wire_orders.order_placed(bought, symbol))
    exchange.place(account, _order(Side.BUY, "1", price=_D("60000.1"), tif=Tif.IOC))
    rests = exchange.place(account, _order(Side.BUY, "0.01", price=_D("59000"), tif=Tif.GTC))
    change = Amendment(qty=_D("0.02"), price=_D("59000"), modify_id=7)
    changed = exchange.modify(account, "BTCUSDT", rests, change)
    yield f"{_REST}/modify_order", _shape(wire_orders.order_modified(changed, symbol))
    yield f"{_REST}/current_all_open_orders", _shape([wire_orders.order_queried(rests, symbol)])
    yield from _statement(exchange, account)
    gone = exchange.cancel(account, "BTCUSDT", order_id=rests.order_id, client_id=None)
    yield f"{_REST}/cancel_order", _shape(wire_orders.order_placed(gone, symbol))
    trades = [wire_orders.user_trade(trade, symbol) for trade in account.history.trades]
    incomes = [wire_account.income(line) for line in account.history.incomes]
    yield f"{_REST}/account_trade_list", _shape(trades)
    yield f"{_REST}/get_income_history", _shape(incomes)


def _statement(exchange: Exchange, account: Account) -> Iterator[tuple[str, Shape]]:
    views, margins = exchange.positions(account), exchange.margins(account)
    risks = [wire_account.position_risk_v3(view, rules()) for view in views]
    statement = wire_account.account_v3(account, margins, positions=views, rules=exchange.rules)
    yield f"{_REST}/account_information_v3", _shape(statement)
    yield f"{_REST}/futures_account_balance_v3", _shape(wire_account.balance_v3(account, margins))
    yield f"{_REST}/position_information_v3", _shape(risks)


def _algos(exchange: Exchange, account: Account) -> Iterator[tuple[str, Shape]]:
    symbol = rules()
    stop = exchange.place_algo(
        account, _algo(OrderType.STOP_MARKET, trigger_price=_D("59500"), close_position=True)
    )
    target = exchange.place_algo(
        account, _algo(OrderType.TAKE_PROFIT_MARKET, trigger_price=_D("62000"), qty=_D("0.01"))
    )
    exchange.place_algo(
        account, _algo(OrderType.TRAILING_STOP_MARKET, callback_rate=_D(1), qty=_D("0.01"))
    )
    yield f"{_REST}/new_algo_order", _shape(wire_orders.algo_placed(stop, symbol))
    exchange.tick(_tick("59400"))
    yield f"{_REST}/query_algo_order", _shape(wire_orders.algo_queried(stop, symbol))
    ended = exchange.cancel_algo(account, algo_id=target.algo_id, client_algo_id=None)
    yield f"{_REST}/cancel_algo_order", _shape(wire_orders.algo_cancelled(ended))
    yield f"{_REST}/query_all_algo_orders", _shape([wire_orders.algo_listed(ended, symbol)])


def _ruin(exchange: Exchange, account: Account) -> Iterator[tuple[str, Shape]]:
    forced: list[Order] = []
    exchange.on_forced(forced.append)
    exchange.cancel_all_algo(account, "BTCUSDT")
    exchange.place(account, _order(Side.SELL, "0.01", reduce_only=False))
    for view in exchange.positions(account):
        away = Side.SELL if view.position.amount > 0 else Side.BUY
        exchange.place(account, _order(away, str(abs(view.position.amount))))
    exchange.set_margin_type(account, "BTCUSDT", MarginType.ISOLATED)
    exchange.set_leverage(account, "BTCUSDT", 50)
    exchange.place(account, _order(Side.BUY, "0.1"))
    exchange.mark(_mark("59000", NOW_MS + 60_000, funding_ms=_FUNDING_MS))
    exchange.advance(_FUNDING_MS)
    exchange.mark(_mark("50000", _FUNDING_MS, funding_ms=_FUNDING_MS + 1))
    yield f"{_REST}/users_force_orders", _shape([wire_orders.force_order(forced[0], rules())])


def _market() -> Iterator[tuple[str, Shape]]:
    """Show two minutes of a market, everything that can be watched being watched."""
    exchange = Exchange(
        [rules()],
        fills=Fills(),
        random=Random(1),
        start_ms=NOW_MS,
        listener=lambda _account, _event: None,
    )
    tape = Tape([rules()], exchange.quote)
    for topic in ("1m", "depth", "ticker"):
        tape.watch("BTCUSDT", topic)
    events: list[MarketEvent] = [
        _tick("60000", NOW_MS + 1),
        _mark("60001.5", NOW_MS + 2, funding_ms=_FUNDING_MS),
        _tick("60010", NOW_MS + 60_001),
    ]
    world = World(exchange, tape, iter(events))
    while (updates := world.step()) is not None:
        for update in updates:
            messages = market_messages(
                update, rules(), event_ms=world.now_ms, is_wanted=lambda name: name[0] != "!"
            )
            for _, message in messages:
                told = _decoded(message)
                yield _EXAMPLES[told["e"]], shape_of(told)


def _kind(event: Any) -> str:
    kind: str = event["o"]["x"] if event["e"] == "ORDER_TRADE_UPDATE" else event["e"]
    return kind


def _example(event: Any) -> str:
    """Return the example of a user event; no one has given any of some kinds."""
    kind = _kind(event)
    if kind == "ALGO_UPDATE":
        return f"{_ALGO}_finished" if event["o"]["ai"] else f"{_ALGO}_triggering"
    if kind == "ACCOUNT_UPDATE" and event["a"]["m"] == "ORDER":
        return f"{_USER}/account_update"
    return _EXAMPLES.get(kind, "")


def _order(side: Side, qty: str, **terms: Any) -> OrderSpec:
    kind = OrderType.LIMIT if "price" in terms else OrderType.MARKET
    return OrderSpec(symbol="BTCUSDT", side=side, type=kind, qty=_D(qty), **terms)


def _algo(kind: OrderType, **terms: Any) -> AlgoSpec:
    return AlgoSpec(symbol="BTCUSDT", side=Side.SELL, type=kind, **terms)


def _tick(price: str, time_ms: int = NOW_MS) -> Tick:
    return Tick(
        symbol="BTCUSDT",
        time_ms=time_ms,
        price=_D(price),
        qty=_D(1),
        quote_qty=_D(price),
        count=1,
        taker_buy_qty=_D(1),
        taker_buy_quote=_D(price),
    )


def _mark(price: str, time_ms: int, *, funding_ms: int) -> MarkTick:
    return MarkTick(
        symbol="BTCUSDT",
        time_ms=time_ms,
        mark=_D(price),
        index=_D(price),
        funding_rate=_D("0.0001"),
        next_funding_ms=funding_ms,
    )


def _decoded(message: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(message))


def _shape(message: object) -> Shape:
    return shape_of(_decoded(message))
