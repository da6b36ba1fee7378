"""Market data over REST: what anybody may ask."""

from collections.abc import Callable

from noctule.adapters.sim import wire_market, wire_rules
from noctule.adapters.sim.calls import Call, Counter
from noctule.adapters.sim.intervals import INTERVALS
from noctule.adapters.sim.market_updates import MarkUpdate
from noctule.adapters.sim.model import Refusal, Rules
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.spans import span_of
from noctule.adapters.sim.tape import PriceKind

__all__ = [
    "agg_trades",
    "book_ticker",
    "continuous_klines",
    "depth",
    "exchange_info",
    "funding_info",
    "funding_rate",
    "index_price_klines",
    "klines",
    "mark_price_klines",
    "ping",
    "premium_index",
    "server_time",
    "ticker_24h",
    "ticker_price",
]

_KLINES_MAX = 1_500
_AGG_TRADES_MAX = 1_000
_FUNDINGS_MAX = 1_000
_DEPTHS = ("5", "10", "20", "50", "100", "500", "1000")


def ping(_counter: Counter, _call: Call) -> object:
    """Say that somebody is there."""
    return {}


def server_time(_counter: Counter, call: Call) -> object:
    """Tell the market's time."""
    return {"serverTime": call.told_ms}


def exchange_info(counter: Counter, call: Call) -> object:
    """Tell what may be traded, by which rules."""
    rules = counter.exchange.rules.values()
    return wire_rules.exchange_info(rules, server_ms=call.told_ms, terms=counter.terms)


def klines(counter: Counter, call: Call) -> object:
    """Tell a symbol's klines; the last row is the one still open."""
    rules = counter.rules(call.parameters.symbol())
    return _klines(counter, call.parameters, rules, PriceKind.LAST)


def continuous_klines(counter: Counter, call: Call) -> object:
    """Tell a contract's klines; there are perpetuals only."""
    rules = counter.rules(call.parameters.text("pair"))
    call.parameters.one_of("contractType", ("PERPETUAL",))
    return _klines(counter, call.parameters, rules, PriceKind.LAST)


def mark_price_klines(counter: Counter, call: Call) -> object:
    """Tell a symbol's klines of the mark price."""
    rules = counter.rules(call.parameters.symbol())
    return _klines(counter, call.parameters, rules, PriceKind.MARK)


def index_price_klines(counter: Counter, call: Call) -> object:
    """Tell a pair's klines of the index."""
    rules = counter.rules(call.parameters.text("pair"))
    return _klines(counter, call.parameters, rules, PriceKind.INDEX)


def premium_index(counter: Counter, call: Call) -> object:
    """Tell mark price, index and the next funding, of one symbol or of all."""
    return _one_or_all(counter, call, lambda rules: _premium(counter.tape.mark(rules.symbol)))


def funding_rate(counter: Counter, call: Call) -> object:
    """Tell which fundings have happened, oldest first."""
    counter.limits.count_funding(call.peer, call.real_ms)
    span = span_of(call.parameters)
    limit = call.parameters.limit(default=100, most=_FUNDINGS_MAX)
    rows = [
        settled
        for rules in counter.wanted(call.parameters)
        for settled in counter.tape.funding_history(rules.symbol)
        if settled.funding_ms in span
    ]
    rows.sort(key=lambda settled: settled.funding_ms)
    chosen = rows[-limit:] if span.start_ms is None else rows[:limit]
    return [wire_market.funding_rate(settled) for settled in chosen]


def funding_info(counter: Counter, call: Call) -> object:
    """Tell which symbols settle at other hours than every eighth."""
    counter.limits.count_funding(call.peer, call.real_ms)
    return wire_rules.funding_infos(counter.exchange.rules.values())


def book_ticker(counter: Counter, call: Call) -> object:
    """Tell the best prices, of one symbol or of all."""
    tape = counter.tape
    return _one_or_all(
        counter,
        call,
        lambda rules: (
            wire_market.book_ticker(tape.book_ticker(rules.symbol), rules)
            if tape.last_ms(rules.symbol) is not None
            else None
        ),
    )


def ticker_price(counter: Counter, call: Call) -> object:
    """Tell the last price, of one symbol or of all."""
    return _one_or_all(counter, call, lambda rules: _last_price(counter, rules))


def ticker_24h(counter: Counter, call: Call) -> object:
    """Tell the figures of the last 24 hours, of one symbol or of all."""

    def told(rules: Rules) -> object:
        ticker = counter.tape.ticker_24h(rules.symbol)
        return None if ticker is None else wire_market.ticker_24h(ticker, rules)

    return _one_or_all(counter, call, told)


def depth(counter: Counter, call: Call) -> object:
    """Tell the order book."""
    rules = counter.rules(call.parameters.symbol())
    levels = int(call.parameters.one_of("limit", _DEPTHS, default="500"))
    if counter.tape.last_ms(rules.symbol) is None:
        return wire_market.depth(0, (), (), rules=rules, time_ms=call.market_ms)
    book = counter.tape.book(rules.symbol, levels)
    return wire_market.depth(
        book.update_id, book.bids, book.asks, rules=rules, time_ms=book.time_ms
    )


def agg_trades(counter: Counter, call: Call) -> object:
    """Tell the trades, those at one price taken together."""
    rules = counter.rules(call.parameters.symbol())
    span = span_of(call.parameters)
    trades = counter.tape.agg_trades(
        rules.symbol,
        from_id=call.parameters.integer_or_none("fromId"),
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        limit=call.parameters.limit(default=500, most=_AGG_TRADES_MAX),
    )
    return [wire_market.agg_trade(trade, rules) for trade in trades]


def _klines(counter: Counter, parameters: Parameters, rules: Rules, kind: PriceKind) -> object:
    interval = parameters.text("interval")
    if interval not in INTERVALS:
        raise Refusal(-1120, "Invalid interval.")
    span = span_of(parameters)
    rows = counter.tape.klines(
        rules.symbol,
        interval,
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        limit=parameters.limit(default=500, most=_KLINES_MAX),
        kind=kind,
    )
    return [wire_market.kline_row(row, rules) for row in rows]


def _one_or_all(counter: Counter, call: Call, told: Callable[[Rules], object]) -> object:
    """Tell one symbol as an object, all of them as a list without those that never traded."""
    rows = [row for row in map(told, counter.wanted(call.parameters)) if row is not None]
    if "symbol" not in call.parameters:
        return rows
    if not rows:
        raise Refusal(-1122, "Invalid symbol status.")
    return rows[0]


def _premium(mark: MarkUpdate | None) -> object:
    return None if mark is None else wire_market.premium_index(mark)


def _last_price(counter: Counter, rules: Rules) -> object:
    time_ms = counter.tape.last_ms(rules.symbol)
    if time_ms is None:
        return None
    last = counter.exchange.quote(rules.symbol).last
    return wire_market.ticker_price(last, rules, time_ms=time_ms)
