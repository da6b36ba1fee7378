"""Answers about the market: klines, books, tickers, mark prices."""

from collections.abc import Iterable
from decimal import Decimal

from noctule.adapters.sim.klines import Kline
from noctule.adapters.sim.market import Settled
from noctule.adapters.sim.market_updates import AggTrade, BookTicker, Level, MarkUpdate, Ticker
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.wire_numbers import padded, quote_sum, rounded

__all__ = [
    "agg_trade",
    "book_ticker",
    "depth",
    "funding_rate",
    "kline_row",
    "levels",
    "premium_index",
    "price_change",
    "price_change_percent",
    "share",
    "ticker_24h",
    "ticker_price",
    "weighted_average",
]

_SHARE_PLACES = 8  # of rates, mark and index prices


def kline_row(kline: Kline, rules: Rules) -> list[object]:
    """Answer one row of GET klines."""
    price, quantity = rules.price_precision, rules.quantity_precision
    return [
        kline.open_ms,
        padded(kline.open, price),
        padded(kline.high, price),
        padded(kline.low, price),
        padded(kline.close, price),
        padded(kline.volume, quantity),
        kline.close_ms,
        quote_sum(kline.quote_volume, rules),
        kline.count,
        padded(kline.taker_buy_volume, quantity),
        quote_sum(kline.taker_buy_quote, rules),
        "0",
    ]


def agg_trade(trade: AggTrade, rules: Rules) -> dict[str, object]:
    """Answer one row of GET aggTrades; nobody here trades retail price improvement orders."""
    quantity = padded(trade.qty, rules.quantity_precision)
    return {
        "a": trade.agg_id,
        "p": padded(trade.price, rules.price_precision),
        "q": quantity,
        "nq": quantity,
        "f": trade.first_id,
        "l": trade.last_id,
        "T": trade.time_ms,
        "m": trade.is_buyer_maker,
    }


def book_ticker(best: BookTicker, rules: Rules) -> dict[str, object]:
    """Answer GET ticker/bookTicker."""
    return {
        "symbol": best.symbol,
        "bidPrice": padded(best.bid, rules.price_precision),
        "bidQty": padded(best.bid_qty, rules.quantity_precision),
        "askPrice": padded(best.ask, rules.price_precision),
        "askQty": padded(best.ask_qty, rules.quantity_precision),
        "time": best.time_ms,
    }


def depth(
    update_id: int, bids: Iterable[Level], asks: Iterable[Level], *, rules: Rules, time_ms: int
) -> dict[str, object]:
    """Answer GET depth."""
    return {
        "lastUpdateId": update_id,
        "E": time_ms,
        "T": time_ms,
        "bids": levels(bids, rules),
        "asks": levels(asks, rules),
    }


def ticker_price(price: Decimal, rules: Rules, *, time_ms: int) -> dict[str, object]:
    """Answer GET ticker/price."""
    return {
        "symbol": rules.symbol,
        "price": padded(price, rules.price_precision),
        "time": time_ms,
    }


def ticker_24h(ticker: Ticker, rules: Rules) -> dict[str, object]:
    """Answer GET ticker/24hr."""
    price, quantity = rules.price_precision, rules.quantity_precision
    return {
        "symbol": rules.symbol,
        "priceChange": price_change(ticker, rules),
        "priceChangePercent": price_change_percent(ticker),
        "weightedAvgPrice": weighted_average(ticker, rules),
        "lastPrice": padded(ticker.last, price),
        "lastQty": padded(ticker.last_qty, quantity),
        "openPrice": padded(ticker.open, price),
        "highPrice": padded(ticker.high, price),
        "lowPrice": padded(ticker.low, price),
        "volume": padded(ticker.volume, quantity),
        "quoteVolume": quote_sum(ticker.quote_volume, rules),
        "openTime": ticker.open_ms,
        "closeTime": ticker.close_ms,
        "firstId": ticker.first_id,
        "lastId": ticker.last_id,
        "count": ticker.count,
    }


def premium_index(mark: MarkUpdate) -> dict[str, object]:
    """Answer GET premiumIndex."""
    return {
        "symbol": mark.symbol,
        "markPrice": share(mark.mark),
        "indexPrice": share(mark.index),
        "estimatedSettlePrice": share(mark.index),
        "lastFundingRate": share(mark.funding_rate),
        "interestRate": "0.00010000",
        "nextFundingTime": mark.next_funding_ms,
        "time": mark.time_ms,
    }


def funding_rate(settled: Settled) -> dict[str, object]:
    """Answer one row of GET fundingRate."""
    return {
        "symbol": settled.symbol,
        "fundingTime": settled.funding_ms,
        "fundingRate": share(settled.rate),
        "markPrice": share(settled.mark),
        "rateType": "Regular",
    }


def levels(side: Iterable[Level], rules: Rules) -> list[list[str]]:
    """Write one side of a book: price and quantity of each level."""
    price, quantity = rules.price_precision, rules.quantity_precision
    return [[padded(at, price), padded(qty, quantity)] for at, qty in side]


def share(value: Decimal) -> str:
    """Write a rate, or a mark or index price: 0.00010000, 28147.27373413."""
    return padded(value, _SHARE_PLACES)


def price_change(ticker: Ticker, rules: Rules) -> str:
    """Write by how much the price moved in 24 hours."""
    return padded(ticker.last - ticker.open, rules.price_precision)


def price_change_percent(ticker: Ticker) -> str:
    """Write by how many percent the price moved in 24 hours: -0.786."""
    return padded(rounded((ticker.last / ticker.open - 1) * 100, 3), 3)


def weighted_average(ticker: Ticker, rules: Rules) -> str:
    """Write the mean price of 24 hours; while nothing has traded, the last one."""
    mean = ticker.quote_volume / ticker.volume if ticker.volume else ticker.last
    return padded(rounded(mean, rules.price_precision), rules.price_precision)
