from decimal import Decimal

import pytest

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
from noctule.adapters.sim.model import OrderStatus, OrderType, Tif
from noctule.adapters.sim.wire_streams import Payload, market_messages
from tests.wire_builders import NOW_MS, kline, order, rules, ticker

D = Decimal
TOLD_MS = NOW_MS + 3


def told(update: MarketUpdate) -> dict[str, Payload]:
    return dict(market_messages(update, rules(), event_ms=TOLD_MS, is_wanted=lambda _: True))


CANDLE = {
    "t": NOW_MS,
    "T": NOW_MS + 59_999,
    "i": "1m",
    "f": 1,
    "L": 100,
    "o": "65000.00",
    "c": "65001.10",
    "h": "65010.50",
    "l": "64990.00",
    "v": "12.340",
    "n": 100,
    "x": True,
    "q": "802113.57400",
    "V": "6.000",
    "Q": "390006.60000",
    "B": "0",
}
CLOSED = KlineUpdate(symbol="BTCUSDT", time_ms=NOW_MS, interval="1m", kline=kline(), is_closed=True)


def test_a_kline_goes_to_its_symbols_and_its_contracts_stream() -> None:
    assert told(CLOSED) == {
        "btcusdt@kline_1m": {
            "e": "kline",
            "E": TOLD_MS,
            "s": "BTCUSDT",
            "k": {**CANDLE, "s": "BTCUSDT"},
        },
        "btcusdt_perpetual@continuousKline_1m": {
            "e": "continuous_kline",
            "E": TOLD_MS,
            "ps": "BTCUSDT",
            "ct": "PERPETUAL",
            "k": CANDLE,
        },
    }


def test_a_minute_without_trades_has_no_trade_ids() -> None:
    idle = kline(volume=D(0), quote_volume=D(0), count=0, first_id=-1, last_id=-1)
    update = KlineUpdate(
        symbol="BTCUSDT", time_ms=NOW_MS, interval="1m", kline=idle, is_closed=True
    )
    message = told(update)["btcusdt@kline_1m"]
    assert isinstance(message, dict)
    candle = message["k"]
    assert isinstance(candle, dict)
    assert (candle["f"], candle["L"], candle["n"], candle["v"]) == (-1, -1, 0, "0.000")


def test_only_streams_that_somebody_wants_are_written() -> None:
    messages = market_messages(
        CLOSED, rules(), event_ms=TOLD_MS, is_wanted={"btcusdt@kline_1m"}.__contains__
    )
    assert [stream for stream, _ in messages] == ["btcusdt@kline_1m"]


def test_a_trade_is_told_aggregated_with_its_kind_of_market_and_alone() -> None:
    trade = AggTrade(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        agg_id=5,
        price=D("65000"),
        qty=D("0.5"),
        first_id=1,
        last_id=3,
        is_buyer_maker=True,
    )
    assert told(trade) == {
        "btcusdt@aggTrade": {
            "e": "aggTrade",
            "E": TOLD_MS,
            "s": "BTCUSDT",
            "a": 5,
            "p": "65000.00",
            "q": "0.500",
            "nq": "0.500",
            "f": 1,
            "l": 3,
            "T": NOW_MS,
            "m": True,
            "st": 1,
        },
        "btcusdt@trade": {
            "e": "trade",
            "E": TOLD_MS,
            "T": NOW_MS,
            "s": "BTCUSDT",
            "t": 3,
            "p": "65000.00",
            "q": "0.500",
            "X": "MARKET",
            "m": True,
        },
    }


def test_a_mark_price_goes_to_its_own_stream_and_in_a_list_to_everybodys() -> None:
    mark = MarkUpdate(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        mark=D("28147.27373413"),
        index=D("28159.7"),
        mark_average=D("28147"),
        funding_rate=D("0.0001"),
        next_funding_ms=NOW_MS + 28_800_000,
    )
    message = {
        "e": "markPriceUpdate",
        "E": TOLD_MS,
        "s": "BTCUSDT",
        "p": "28147.27373413",
        "ap": "28147.00000000",
        "i": "28159.70000000",
        "P": "28159.70000000",
        "r": "0.00010000",
        "T": NOW_MS + 28_800_000,
        "st": 1,
    }
    assert told(mark) == {"btcusdt@markPrice": message, "!markPrice@arr": [message]}


def test_the_best_prices_go_to_their_own_stream_and_to_everybodys() -> None:
    best = BookTicker(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        update_id=9,
        bid=D("65000"),
        bid_qty=D("1"),
        ask=D("65000.1"),
        ask_qty=D("2"),
    )
    message = {
        "e": "bookTicker",
        "u": 9,
        "E": TOLD_MS,
        "T": NOW_MS,
        "s": "BTCUSDT",
        "b": "65000.00",
        "B": "1.000",
        "a": "65000.10",
        "A": "2.000",
        "ps": "BTCUSDT",
        "st": 1,
    }
    assert told(best) == {"btcusdt@bookTicker": message, "!bookTicker": message}


def test_a_level_that_is_gone_has_no_quantity() -> None:
    update = DepthUpdate(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        first_id=157,
        last_id=160,
        previous_id=149,
        bids=((D("65000"), D("0")),),
        asks=(),
    )
    message = {
        "e": "depthUpdate",
        "E": TOLD_MS,
        "T": NOW_MS,
        "s": "BTCUSDT",
        "U": 157,
        "u": 160,
        "pu": 149,
        "b": [["65000.00", "0.000"]],
        "a": [],
        "ps": "BTCUSDT",
        "st": 1,
    }
    assert told(update) == {"btcusdt@depth": message, "btcusdt@rpiDepth": message}


def test_the_day_goes_to_four_streams() -> None:
    mini = {
        "e": "24hrMiniTicker",
        "E": TOLD_MS,
        "s": "BTCUSDT",
        "c": "51000.00",
        "o": "50000.00",
        "h": "52000.00",
        "l": "49000.00",
        "v": "1000.000",
        "q": "50500000.00000",
        "ps": "BTCUSDT",
        "st": 1,
    }
    full = mini | {
        "e": "24hrTicker",
        "p": "1000.00",
        "P": "2.000",
        "w": "50500.00",
        "Q": "0.500",
        "O": NOW_MS - 86_400_000,
        "C": NOW_MS - 1,
        "F": 1,
        "L": 5000,
        "n": 5000,
    }
    update = TickerUpdate(symbol="BTCUSDT", time_ms=NOW_MS, ticker=ticker())
    assert told(update) == {
        "btcusdt@miniTicker": mini,
        "!miniTicker@arr": [mini],
        "btcusdt@ticker": full,
        "!ticker@arr": [full],
    }


def test_a_liquidation_calls_itself_a_limit_order() -> None:
    liquidation = order(
        type=OrderType.LIQUIDATION,
        tif=Tif.IOC,
        price=D("9910"),
        executed=D("0.01"),
        cum_quote=D("99.1012"),
        status=OrderStatus.FILLED,
    )
    message = {
        "e": "forceOrder",
        "E": TOLD_MS,
        "o": {
            "s": "BTCUSDT",
            "S": "BUY",
            "o": "LIMIT",
            "f": "IOC",
            "q": "0.010",
            "p": "9910.00",
            "ap": "9910.12",
            "X": "FILLED",
            "l": "0.010",
            "z": "0.010",
            "T": NOW_MS,
        },
    }
    update = ForceOrder(symbol="BTCUSDT", time_ms=NOW_MS, order=liquidation)
    assert told(update) == {
        "btcusdt@forceOrder": message,
        "!forceOrder@arr": message | {"ps": "BTCUSDT", "st": 1},
    }


def test_an_update_without_a_stream_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="no stream for MarketUpdate"):
        told(MarketUpdate(symbol="BTCUSDT", time_ms=NOW_MS))
