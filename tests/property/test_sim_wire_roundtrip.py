"""Whatever the simulated exchange counts, its messages say exactly that, in plain decimals."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.sim.bookings import Trade
from noctule.adapters.sim.events import (
    AccountUpdated,
    AlgoUpdated,
    BalanceChange,
    OrderUpdated,
    UserEvent,
)
from noctule.adapters.sim.market_updates import BookTicker, KlineUpdate, MarkUpdate
from noctule.adapters.sim.model import AlgoOrder, Bracket, Order, OrderType, Position
from noctule.adapters.sim.wire_account import position_risk_v3
from noctule.adapters.sim.wire_events import user_event
from noctule.adapters.sim.wire_market import kline_row, ticker_price
from noctule.adapters.sim.wire_numbers import average_places, rounded
from noctule.adapters.sim.wire_orders import (
    algo_placed,
    algo_queried,
    order_placed,
    order_queried,
    user_trade,
)
from noctule.adapters.sim.wire_rules import leverage_bracket
from noctule.adapters.sim.wire_streams import market_messages
from tests.wire_builders import NOW_MS, algo, kline, order, position_view, rules, trade

PLAIN = re.compile(r"-?\d+(\.\d+)?")
BTC = rules()


def money(places: int, *, low: int = 0) -> st.SearchStrategy[Decimal]:
    """Draw a decimal on a grid, now and then written with an exponent or with too many zeros."""
    units = st.integers(low, 10**15)
    exact = units.map(lambda unit: Decimal(unit).scaleb(-places))
    return st.one_of(exact, exact.map(Decimal.normalize))


prices = money(2, low=1)
quantities = money(3, low=1)
amounts = money(8, low=-(10**15))
orders = st.builds(
    order,
    type=st.just(OrderType.LIMIT),
    qty=quantities,
    price=prices,
    executed=quantities,
    cum_quote=money(5),
    stop_price=money(2),
)
trades = st.builds(trade, price=prices, qty=quantities, commission=amounts, realized_pnl=amounts)
algos = st.builds(
    algo,
    type=st.just(OrderType.TRAILING_STOP_MARKET),
    qty=money(3),
    price=money(2),
    trigger_price=money(2),
    activate_price=prices,
    callback_rate=money(1, low=1),
    actual_order_id=st.just(7),
    actual_price=money(5),
    actual_qty=money(3),
)


def received(message: object) -> Any:
    """Return what a client decodes, having seen that every number in it is plain."""
    decoded = msgspec.json.decode(msgspec.json.encode(message))
    exponents = [text for text in _texts(decoded) if re.fullmatch(r"-?[\d.]+[eE].*", text)]
    assert exponents == []
    return decoded


def event(told: UserEvent) -> Any:
    return received(user_event(told, event_ms=NOW_MS, rules={"BTCUSDT": BTC}))


def numbers(message: Any, *names: str) -> list[Decimal]:
    texts = [message[name] for name in names]
    assert [text for text in texts if not PLAIN.fullmatch(text)] == []
    return [Decimal(text) for text in texts]


def _texts(decoded: object) -> Iterator[str]:
    if isinstance(decoded, str):
        yield decoded
    elif isinstance(decoded, dict | list):
        for inner in decoded.values() if isinstance(decoded, dict) else decoded:
            yield from _texts(inner)


@given(orders)
def test_an_order_is_told_as_it_stands(placed: Order) -> None:
    names = ("price", "origQty", "executedQty", "cumQty", "stopPrice")
    assert numbers(received(order_placed(placed, BTC)), *names) == [
        placed.price,
        placed.qty,
        placed.executed,
        placed.executed,
        placed.stop_price,
    ]


@given(orders)
def test_the_average_price_of_an_order_is_told_to_its_last_documented_decimal(
    queried: Order,
) -> None:
    told = numbers(received(order_queried(queried, BTC)), "avgPrice", "cumQuote")
    assert told == [rounded(queried.average_price, average_places(BTC)), queried.cum_quote]


@given(orders, trades)
def test_a_fill_is_told_exactly(filled: Order, fill: Trade) -> None:
    told = event(OrderUpdated(time_ms=NOW_MS, order=filled, execution="TRADE", trade=fill))
    assert numbers(told["o"], "q", "p", "z", "l", "L", "n", "rp") == [
        filled.qty,
        filled.price,
        filled.executed,
        fill.qty,
        fill.price,
        fill.commission,
        fill.realized_pnl,
    ]


@given(trades)
def test_a_trade_is_listed_exactly(fill: Trade) -> None:
    names = ("price", "qty", "quoteQty", "commission", "realizedPnl")
    assert numbers(received(user_trade(fill, BTC)), *names) == [
        fill.price,
        fill.qty,
        fill.price * fill.qty,
        fill.commission,
        fill.realized_pnl,
    ]


@given(algos)
def test_a_conditional_order_is_told_as_it_stands(waiting: AlgoOrder) -> None:
    names = ("quantity", "price", "triggerPrice", "activatePrice", "callbackRate")
    assert numbers(received(algo_placed(waiting, BTC)), *names) == [
        waiting.qty,
        waiting.price,
        waiting.trigger_price,
        waiting.activate_price,
        waiting.callback_rate,
    ]


@given(algos)
def test_what_became_of_a_conditional_order_is_told_exactly(fired: AlgoOrder) -> None:
    told = event(AlgoUpdated(time_ms=NOW_MS, algo=fired))["o"]
    assert numbers(told, "ap", "aq", "tp") == [
        fired.actual_price,
        fired.actual_qty,
        fired.trigger_price,
    ]
    listed = received(algo_queried(fired, BTC))
    assert numbers(listed, "actualPrice", "actualQty") == [fired.actual_price, fired.actual_qty]


@given(amounts, money(3, low=-(10**15)), money(12), money(12), amounts)
def test_a_balance_and_a_position_are_told_exactly(
    wallet: Decimal, held: Decimal, entry: Decimal, break_even: Decimal, realized: Decimal
) -> None:
    position = Position(
        symbol="BTCUSDT",
        side=position_view().position.side,
        amount=held,
        entry_price=entry,
        break_even=break_even,
        realized=realized,
    )
    balance = BalanceChange(asset="USDT", wallet=wallet, cross_wallet=wallet, change=wallet)
    view = position_view(position=position, unrealized=realized)
    told = event(
        AccountUpdated(time_ms=NOW_MS, reason="ORDER", balances=(balance,), positions=(view,))
    )["a"]
    assert numbers(told["B"][0], "wb", "cw", "bc") == [wallet] * 3
    assert numbers(told["P"][0], "pa", "ep", "bep", "cr", "up") == [
        held,
        entry,
        break_even,
        realized,
        realized,
    ]
    risk = received(position_risk_v3(view, BTC))
    assert numbers(risk, "positionAmt", "entryPrice", "unRealizedProfit") == [
        held,
        entry,
        realized,
    ]


@given(prices, prices, quantities, money(5))
def test_a_kline_is_told_exactly_by_rest_and_by_its_stream(
    opened: Decimal, closed: Decimal, volume: Decimal, quote_volume: Decimal
) -> None:
    drawn = kline(open=opened, close=closed, volume=volume, quote_volume=quote_volume)
    update = KlineUpdate(
        symbol="BTCUSDT", time_ms=NOW_MS, interval="1m", kline=drawn, is_closed=True
    )
    messages = market_messages(update, BTC, event_ms=NOW_MS, is_wanted=lambda _: True)
    candle = received(dict(messages))["btcusdt@kline_1m"]["k"]
    row = received(kline_row(drawn, BTC))
    assert numbers(candle, "o", "c", "v", "q") == [opened, closed, volume, quote_volume]
    assert [Decimal(row[column]) for column in (1, 4, 5, 7)] == [
        opened,
        closed,
        volume,
        quote_volume,
    ]


@given(prices, money(8), money(8, low=-(10**15)), quantities)
def test_prices_marks_and_rates_are_told_exactly(
    price: Decimal, mark: Decimal, rate: Decimal, quantity: Decimal
) -> None:
    marked = MarkUpdate(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        mark=mark,
        index=mark,
        mark_average=mark,
        funding_rate=rate,
        next_funding_ms=NOW_MS,
    )
    best = BookTicker(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        update_id=1,
        bid=price,
        bid_qty=quantity,
        ask=price,
        ask_qty=quantity,
    )
    told: dict[str, object] = {}
    for update in (marked, best):
        told |= market_messages(update, BTC, event_ms=NOW_MS, is_wanted=lambda _: True)
    heard = received(told)
    assert numbers(heard["btcusdt@markPrice"], "p", "ap", "i", "r") == [mark, mark, mark, rate]
    assert numbers(heard["btcusdt@bookTicker"], "b", "B", "a", "A") == [price, quantity] * 2
    last = received(ticker_price(price, BTC, time_ms=NOW_MS))
    assert numbers(last, "price") == [price]


@given(money(0), money(0, low=1), money(5), money(2))
def test_a_bracket_is_told_exactly_in_json_numbers(
    floor: Decimal, cap: Decimal, ratio: Decimal, cum: Decimal
) -> None:
    tier = Bracket(
        bracket=1,
        initial_leverage=20,
        notional_floor=floor,
        notional_cap=cap,
        maint_margin_ratio=ratio,
        cum=cum,
    )
    message = msgspec.json.encode(leverage_bracket(rules(brackets=(tier,))))
    told = json.loads(message, parse_float=Decimal)["brackets"][0]
    names = ("notionalFloor", "notionalCap", "maintMarginRatio", "cum")
    assert [Decimal(told[name]) for name in names] == [floor, cap, ratio, cum]
