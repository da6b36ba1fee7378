"""Messages of the market streams: which stream an update goes to, and what it says there."""

from collections.abc import Callable, Iterator
from functools import partial, singledispatch
from typing import Final

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
from noctule.adapters.sim.model import OrderType, Rules
from noctule.adapters.sim.wire_market import (
    agg_trade,
    levels,
    price_change,
    price_change_percent,
    share,
    weighted_average,
)
from noctule.adapters.sim.wire_numbers import padded, quote_sum, rounded

__all__ = ["Payload", "depth_update", "market_messages"]

Payload = dict[str, object] | list[dict[str, object]]
Writer = Callable[[int], Payload]

_UM: Final = 1  # `st` since 2026-06: USDⓈ-M; COIN-M would be 2


def market_messages(
    update: MarketUpdate, rules: Rules, *, event_ms: int, is_wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Payload]]:
    """Yield each wanted stream that carries this update, and what is told there at `E`."""
    for stream, write in _streams(update, rules):
        if is_wanted(stream):
            yield stream, write(event_ms)


def depth_update(update: DepthUpdate, rules: Rules, event_ms: int) -> dict[str, object]:
    """Tell what changed in a book, or its best levels on `@depth5` and the like."""
    return {
        "e": "depthUpdate",
        "E": event_ms,
        "T": update.time_ms,
        "s": update.symbol,
        "U": update.first_id,
        "u": update.last_id,
        "pu": update.previous_id,
        "b": levels(update.bids, rules),
        "a": levels(update.asks, rules),
        **_kind(update),
    }


@singledispatch
def _streams(update: MarketUpdate, rules: Rules) -> tuple[tuple[str, Writer], ...]:
    raise AssertionError(f"no stream for {type(update).__name__} of {rules.symbol}")


@_streams.register
def _kline_streams(update: KlineUpdate, rules: Rules) -> tuple[tuple[str, Writer], ...]:
    symbol, interval = update.symbol.lower(), update.interval
    return (
        (f"{symbol}@kline_{interval}", partial(_kline, update, rules)),
        (
            f"{symbol}_perpetual@continuousKline_{interval}",
            partial(_continuous_kline, update, rules),
        ),
    )


@_streams.register
def _agg_trade_streams(update: AggTrade, rules: Rules) -> tuple[tuple[str, Writer], ...]:
    symbol = update.symbol.lower()
    return (
        (f"{symbol}@aggTrade", partial(_agg_trade, update, rules)),
        (f"{symbol}@trade", partial(_trade, update, rules)),  # undocumented, yet clients use it
    )


@_streams.register
def _mark_streams(update: MarkUpdate, _rules: Rules) -> tuple[tuple[str, Writer], ...]:
    write = partial(_mark, update)
    return (
        (f"{update.symbol.lower()}@markPrice", write),
        ("!markPrice@arr", partial(_alone, write)),
    )


@_streams.register
def _book_streams(update: BookTicker, rules: Rules) -> tuple[tuple[str, Writer], ...]:
    write = partial(_book_ticker, update, rules)
    return ((f"{update.symbol.lower()}@bookTicker", write), ("!bookTicker", write))


@_streams.register
def _depth_streams(update: DepthUpdate, rules: Rules) -> tuple[tuple[str, Writer], ...]:
    symbol, write = update.symbol.lower(), partial(depth_update, update, rules)
    # The book with retail price improvement orders: nobody has any, so it is the same one.
    return ((f"{symbol}@depth", write), (f"{symbol}@rpiDepth", write))


@_streams.register
def _ticker_streams(update: TickerUpdate, rules: Rules) -> tuple[tuple[str, Writer], ...]:
    symbol = update.symbol.lower()
    mini, full = partial(_mini_ticker, update, rules), partial(_ticker, update, rules)
    return (
        (f"{symbol}@miniTicker", mini),
        ("!miniTicker@arr", partial(_alone, mini)),
        (f"{symbol}@ticker", full),
        ("!ticker@arr", partial(_alone, full)),
    )


@_streams.register
def _force_streams(update: ForceOrder, rules: Rules) -> tuple[tuple[str, Writer], ...]:
    write = partial(_force_order, update, rules)
    return (
        (f"{update.symbol.lower()}@forceOrder", write),
        ("!forceOrder@arr", lambda event_ms: {**write(event_ms), **_kind(update)}),
    )


def _alone(write: Callable[[int], dict[str, object]], event_ms: int) -> Payload:
    return [write(event_ms)]


def _kind(update: MarketUpdate) -> dict[str, object]:
    return {"ps": update.symbol, "st": _UM}


def _kline(update: KlineUpdate, rules: Rules, event_ms: int) -> dict[str, object]:
    return {
        "e": "kline",
        "E": event_ms,
        "s": update.symbol,
        "k": {"s": update.symbol, **_candle(update, rules)},
    }


def _continuous_kline(update: KlineUpdate, rules: Rules, event_ms: int) -> dict[str, object]:
    return {
        "e": "continuous_kline",
        "E": event_ms,
        "ps": update.symbol,
        "ct": "PERPETUAL",
        "k": _candle(update, rules),
    }


def _candle(update: KlineUpdate, rules: Rules) -> dict[str, object]:
    kline, price, quantity = update.kline, rules.price_precision, rules.quantity_precision
    return {
        "t": kline.open_ms,
        "T": kline.close_ms,
        "i": update.interval,
        "f": kline.first_id,
        "L": kline.last_id,
        "o": padded(kline.open, price),
        "c": padded(kline.close, price),
        "h": padded(kline.high, price),
        "l": padded(kline.low, price),
        "v": padded(kline.volume, quantity),
        "n": kline.count,
        "x": update.is_closed,
        "q": quote_sum(kline.quote_volume, rules),
        "V": padded(kline.taker_buy_volume, quantity),
        "Q": quote_sum(kline.taker_buy_quote, rules),
        "B": "0",
    }


def _agg_trade(update: AggTrade, rules: Rules, event_ms: int) -> dict[str, object]:
    return {
        "e": "aggTrade",
        "E": event_ms,
        "s": update.symbol,
        **agg_trade(update, rules),
        "st": _UM,
    }


def _trade(update: AggTrade, rules: Rules, event_ms: int) -> dict[str, object]:
    return {
        "e": "trade",
        "E": event_ms,
        "T": update.time_ms,
        "s": update.symbol,
        "t": update.last_id,
        "p": padded(update.price, rules.price_precision),
        "q": padded(update.qty, rules.quantity_precision),
        "X": "MARKET",
        "m": update.is_buyer_maker,
    }


def _mark(update: MarkUpdate, event_ms: int) -> dict[str, object]:
    return {
        "e": "markPriceUpdate",
        "E": event_ms,
        "s": update.symbol,
        "p": share(update.mark),
        "ap": share(update.mark_average),
        "i": share(update.index),
        "P": share(update.index),  # the estimated settlement price
        "r": share(update.funding_rate),
        "T": update.next_funding_ms,
        "st": _UM,
    }


def _book_ticker(update: BookTicker, rules: Rules, event_ms: int) -> dict[str, object]:
    return {
        "e": "bookTicker",
        "u": update.update_id,
        "E": event_ms,
        "T": update.time_ms,
        "s": update.symbol,
        "b": padded(update.bid, rules.price_precision),
        "B": padded(update.bid_qty, rules.quantity_precision),
        "a": padded(update.ask, rules.price_precision),
        "A": padded(update.ask_qty, rules.quantity_precision),
        **_kind(update),
    }


def _mini_ticker(update: TickerUpdate, rules: Rules, event_ms: int) -> dict[str, object]:
    ticker, price = update.ticker, rules.price_precision
    return {
        "e": "24hrMiniTicker",
        "E": event_ms,
        "s": update.symbol,
        "c": padded(ticker.last, price),
        "o": padded(ticker.open, price),
        "h": padded(ticker.high, price),
        "l": padded(ticker.low, price),
        "v": padded(ticker.volume, rules.quantity_precision),
        "q": quote_sum(ticker.quote_volume, rules),
        **_kind(update),
    }


def _ticker(update: TickerUpdate, rules: Rules, event_ms: int) -> dict[str, object]:
    ticker = update.ticker
    return {
        **_mini_ticker(update, rules, event_ms),
        "e": "24hrTicker",
        "p": price_change(ticker, rules),
        "P": price_change_percent(ticker),
        "w": weighted_average(ticker, rules),
        "Q": padded(ticker.last_qty, rules.quantity_precision),
        "O": ticker.open_ms,
        "C": ticker.close_ms,
        "F": ticker.first_id,
        "L": ticker.last_id,
        "n": ticker.count,
    }


def _force_order(update: ForceOrder, rules: Rules, event_ms: int) -> dict[str, object]:
    order, price, quantity = update.order, rules.price_precision, rules.quantity_precision
    executed = padded(order.executed, quantity)
    return {
        "e": "forceOrder",
        "E": event_ms,
        "o": {
            "s": order.symbol,
            "S": order.side,
            "o": OrderType.LIMIT,  # which is what a liquidation order calls itself here
            "f": order.tif,
            "q": padded(order.qty, quantity),
            "p": padded(order.price, price),
            "ap": padded(rounded(order.average_price, price), price),
            "X": order.status,
            "l": executed,
            "z": executed,
            "T": order.update_ms,
        },
    }
