from decimal import Decimal

from noctule.adapters.sim.market import Settled
from noctule.adapters.sim.market_updates import AggTrade, BookTicker, MarkUpdate
from noctule.adapters.sim.wire_market import (
    agg_trade,
    book_ticker,
    depth,
    funding_rate,
    kline_row,
    premium_index,
    ticker_24h,
    ticker_price,
)
from tests.wire_builders import NOW_MS, kline, rules, ticker

D = Decimal
BTC = rules()


def test_a_kline_is_a_row_of_twelve() -> None:
    assert kline_row(kline(), BTC) == [
        NOW_MS,
        "65000.00",
        "65010.50",
        "64990.00",
        "65001.10",
        "12.340",
        NOW_MS + 59_999,
        "802113.57400",
        100,
        "6.000",
        "390006.60000",
        "0",
    ]


def test_a_trade_tells_its_quantity_twice_because_nobody_trades_retail_orders() -> None:
    trade = AggTrade(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        agg_id=26_129,
        price=D("65000"),
        qty=D("0.5"),
        first_id=27_781,
        last_id=27_783,
        is_buyer_maker=True,
    )
    assert agg_trade(trade, BTC) == {
        "a": 26_129,
        "p": "65000.00",
        "q": "0.500",
        "nq": "0.500",
        "f": 27_781,
        "l": 27_783,
        "T": NOW_MS,
        "m": True,
    }


def test_the_best_prices_have_the_symbols_decimals() -> None:
    best = BookTicker(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        update_id=1,
        bid=D("65000"),
        bid_qty=D("1"),
        ask=D("65000.1"),
        ask_qty=D("2"),
    )
    assert book_ticker(best, BTC) == {
        "symbol": "BTCUSDT",
        "bidPrice": "65000.00",
        "bidQty": "1.000",
        "askPrice": "65000.10",
        "askQty": "2.000",
        "time": NOW_MS,
    }


def test_a_book_is_two_lists_of_prices_with_quantities() -> None:
    bids, asks = [(D("65000"), D("1"))], [(D("65000.1"), D("2")), (D("65000.2"), D("3"))]
    assert depth(9, bids, asks, rules=BTC, time_ms=NOW_MS) == {
        "lastUpdateId": 9,
        "E": NOW_MS,
        "T": NOW_MS,
        "bids": [["65000.00", "1.000"]],
        "asks": [["65000.10", "2.000"], ["65000.20", "3.000"]],
    }


def test_the_last_price_is_told_with_its_time() -> None:
    assert ticker_price(D("65000"), BTC, time_ms=NOW_MS) == {
        "symbol": "BTCUSDT",
        "price": "65000.00",
        "time": NOW_MS,
    }


def test_the_day_is_told_with_its_change_in_percent_and_its_mean_price() -> None:
    assert ticker_24h(ticker(), BTC) == {
        "symbol": "BTCUSDT",
        "priceChange": "1000.00",
        "priceChangePercent": "2.000",
        "weightedAvgPrice": "50500.00",
        "lastPrice": "51000.00",
        "lastQty": "0.500",
        "openPrice": "50000.00",
        "highPrice": "52000.00",
        "lowPrice": "49000.00",
        "volume": "1000.000",
        "quoteVolume": "50500000.00000",
        "openTime": NOW_MS - 86_400_000,
        "closeTime": NOW_MS - 1,
        "firstId": 1,
        "lastId": 5000,
        "count": 5000,
    }


def test_a_day_without_trades_has_the_last_price_as_its_mean() -> None:
    idle = ticker(volume=D(0), quote_volume=D(0))
    assert ticker_24h(idle, BTC)["weightedAvgPrice"] == "51000.00"


def test_mark_price_index_and_funding_have_eight_decimals() -> None:
    mark = MarkUpdate(
        symbol="BTCUSDT",
        time_ms=NOW_MS,
        mark=D("28147.27373413"),
        index=D("28159.7"),
        mark_average=D("28147"),
        funding_rate=D("0.0001"),
        next_funding_ms=NOW_MS + 28_800_000,
    )
    assert premium_index(mark) == {
        "symbol": "BTCUSDT",
        "markPrice": "28147.27373413",
        "indexPrice": "28159.70000000",
        "estimatedSettlePrice": "28159.70000000",
        "lastFundingRate": "0.00010000",
        "interestRate": "0.00010000",
        "nextFundingTime": NOW_MS + 28_800_000,
        "time": NOW_MS,
    }


def test_a_funding_that_happened_is_a_regular_one() -> None:
    settled = Settled(symbol="BTCUSDT", funding_ms=NOW_MS, rate=D("-0.0375"), mark=D("34287.5"))
    assert funding_rate(settled) == {
        "symbol": "BTCUSDT",
        "fundingTime": NOW_MS,
        "fundingRate": "-0.03750000",
        "markPrice": "34287.50000000",
        "rateType": "Regular",
    }
