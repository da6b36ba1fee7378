"""The market of a backtest, about to open: its exchange and account, and the candles to come."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final

import numpy
from msgspec import Struct, structs

from noctule.adapters.replay.columns import CandleColumns, FundingColumns, Recorded
from noctule.adapters.sim.exchange import Exchange
from noctule.adapters.sim.expansion import FirstRule, best_first, nearer_first, worst_first
from noctule.adapters.sim.fills import Endless, Fills, Latency, Spread, Worsened
from noctule.adapters.sim.funding_files import Funding, FundingRates
from noctule.adapters.sim.model import Rules
from noctule.adapters.sim.rules_book import default_rules
from noctule.adapters.sim.world import held_by
from noctule.app.backtest.account_events import AccountEvents
from noctule.app.backtest.desk import ExchangeDesk
from noctule.app.backtest.pit import Pit
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.app.backtest.tracks import Track
from noctule.app.sim_keys import sim_key_pair
from noctule.app.simulation import HISTORY_CANDLES
from noctule.config.settings import Settings
from noctule.domain.errors import ConfigError
from noctule.domain.ids import account_tag
from noctule.domain.values import Symbol
from noctule.telemetry.formats import iso_ms

__all__ = ["OpenMarket", "Span", "open_market"]

_NOWHERE: Final = Path("/nonexistent/funding")
_WARM_UP_MAX: Final = 50_000  # candles that are read before the first one that is traded on
_HOUR_MS: Final = 3_600_000


class Span(Struct, frozen=True, kw_only=True):
    """From when until when candles are traded on; None is as the data have it."""

    from_ms: int | None = None
    to_ms: int | None = None


class OpenMarket(Struct, frozen=True, kw_only=True):
    """Everything that stands before the bot comes, and when its first candle closes."""

    open_ms: int
    tracks: tuple[Track, ...]
    pit: Pit
    desk: ExchangeDesk
    account_tag: str


def open_market(
    settings: Settings, recorded: Recorded, terms: MarketTerms, span: Span
) -> OpenMarket:
    """Make it; what lies before the span is history, and at least the first candles do."""
    tracks, open_ms = _tracks(recorded.candles, span)
    rules = [_fitted(each, terms) for each in _rules([track.symbol for track in tracks])]
    told = AccountEvents()
    exchange = Exchange(
        rules,
        fills=_fills(terms),
        random=Random(settings.sim.seed),  # noqa: S311  # a seeded market
        start_ms=min(int(track.columns.open_ms[0]) for track in tracks),
        listener=told.hear,
    )
    key, secret = sim_key_pair(settings.sim.seed)
    account = exchange.open_account(key=key, secret=secret, deposit=settings.sim.balance)
    pit = Pit(
        exchange,
        funding=_funding(recorded.funding, rules),
        rule=_rule(terms.ambiguity, exchange),
        finer=recorded.finer,
        funded=recorded.funding,
    )
    for track in tracks:
        if track.running is not None:
            pit.keep(track.running)
    pit.catch_up(open_ms - 1)
    return OpenMarket(
        open_ms=open_ms,
        tracks=tracks,
        pit=pit,
        desk=ExchangeDesk(exchange, account, told),
        account_tag=account_tag(key),
    )


def _tracks(candles: Mapping[Symbol, CandleColumns], span: Span) -> tuple[tuple[Track, ...], int]:
    """Cut the candles into history and what is traded on; return when that begins."""
    base_ms = next(iter(candles.values())).timeframe.ms
    earliest_ms = min(int(each.open_ms[0]) for each in candles.values())
    open_ms = earliest_ms + HISTORY_CANDLES * base_ms if span.from_ms is None else span.from_ms
    tracks = []
    for each in candles.values():
        start = int(numpy.searchsorted(each.open_ms, open_ms))
        stop = len(each)
        if span.to_ms is not None:
            stop = int(numpy.searchsorted(each.open_ms, span.to_ms))
        first = max(0, start - _WARM_UP_MAX)
        tracks.append(Track(each, first=first, start=start, stop=max(start, stop)))
    if not any(each.ahead for each in tracks):
        raise ConfigError([_nothing_ahead(candles, span)])
    return tuple(tracks), open_ms


def _nothing_ahead(candles: Mapping[Symbol, CandleColumns], span: Span) -> str:
    begin = iso_ms(min(each.from_ms for each in candles.values()))
    end = iso_ms(max(each.to_ms for each in candles.values()))
    if span == Span():
        return (
            f"--data: there are no more than {HISTORY_CANDLES} candles, and so many warm up: "
            "give it more of them, or say --from"
        )
    return f"--from and --to leave no candle: the data go from {begin} to {end}"


def _rules(symbols: Sequence[Symbol]) -> list[Rules]:
    known = {each.symbol: each for each in default_rules()}
    missing = sorted(each for each in symbols if each not in known)
    if missing:
        names, there = ", ".join(missing), ", ".join(known)
        raise ConfigError([f"--data: no contract rules for {names}, only for {there}"])
    return [known[each] for each in symbols]


def _fitted(rules: Rules, terms: MarketTerms) -> Rules:
    """Let a contract have the fees that are assumed."""
    taker, maker = terms.taker_fee, terms.maker_fee
    return structs.replace(
        rules,
        taker_rate=rules.taker_rate if taker is None else taker,
        maker_rate=rules.maker_rate if maker is None else maker,
    )


def _fills(terms: MarketTerms) -> Fills:
    return Fills(
        spread=Spread(ticks=terms.spread_ticks),
        depth=Worsened(share=terms.slippage) if terms.slippage else Endless(),
        latency=Latency(entry_ms=terms.latency_ms),
    )


def _rule(ambiguity: Ambiguity, exchange: Exchange) -> FirstRule:
    held = held_by(exchange.accounts)
    match ambiguity:
        case Ambiguity.WORST:
            return worst_first(held)
        case Ambiguity.BEST:
            return best_first(held)
        case Ambiguity.OHLC:
            return nearer_first


def _funding(
    told: Mapping[Symbol, FundingColumns], rules: Sequence[Rules]
) -> Mapping[Symbol, FundingRates]:
    rates = {}
    for each in rules:
        symbol, hours = Symbol(each.symbol), each.funding_interval_hours
        columns = told.get(symbol)
        fundings = () if columns is None else _fundings(columns)
        rates[symbol] = FundingRates(fundings, usual_hours=hours)
    return rates


def _fundings(columns: FundingColumns) -> list[Funding]:
    """Return the settlements; an interval is the way from the one before."""
    times_ms = columns.time_ms.tolist()
    hours = [round((after - before) / _HOUR_MS) for before, after in pairwise(times_ms)]
    rows = zip(times_ms, [*hours[:1], *hours] or [8], columns.rate, strict=True)
    return [
        Funding(path=_NOWHERE, line=line, funding_ms=at_ms, hours=each, rate=rate)
        for line, (at_ms, each, rate) in enumerate(rows, start=1)
    ]
