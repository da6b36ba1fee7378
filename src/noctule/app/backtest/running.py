"""A backtest from its market to its course: the exchange, the account, the bot, and the driver."""

import time
from array import array
from collections.abc import Callable, Mapping, Sequence
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
from noctule.app.backtest.driver import Driver
from noctule.app.backtest.pit import Pit
from noctule.app.backtest.recorder import Recorder
from noctule.app.backtest.settings import Ambiguity, MarketTerms
from noctule.app.backtest.stage import Stage
from noctule.app.backtest.tracks import Track
from noctule.app.replay.clock import RecordedClock
from noctule.app.sim_keys import sim_key_pair
from noctule.app.simulation import HISTORY_CANDLES
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from noctule.domain.ids import account_tag
from noctule.domain.values import Quote, Symbol
from noctule.engine.outcome import at_once
from noctule.performance.records import Course, Held

__all__ = ["Ran", "run"]

_NOWHERE: Final = Path("/nonexistent/backtest")
_WARM_UP_MAX: Final = 50_000  # candles that are read before the first one that is traded on
_HOUR_MS: Final = 3_600_000


class Ran(Struct, frozen=True, kw_only=True):
    """What came of it."""

    course: Course
    engine_s: float
    quiet: int  # candles in which what was held was left alone
    full: int  # and in which it was not


def run(
    configuration: Configuration,
    recorded: Recorded,
    *,
    terms: MarketTerms,
    from_ms: int | None = None,
    to_ms: int | None = None,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Ran:
    """Trade on recorded candles from their first, or this instant, until they are over."""
    settings = configuration.settings
    tracks, open_ms = _tracks(recorded.candles, from_ms=from_ms, to_ms=to_ms)
    rules = [_fitted(each, terms) for each in _rules([track.symbol for track in tracks])]
    told = AccountEvents()
    exchange = Exchange(
        rules,
        fills=Fills(
            spread=Spread(ticks=terms.spread_ticks),
            depth=Worsened(share=terms.slippage) if terms.slippage else Endless(),
            latency=Latency(entry_ms=terms.latency_ms),
        ),
        random=Random(settings.sim.seed),  # noqa: S311  # a seeded market
        start_ms=min(int(track.columns.open_ms[0]) for track in tracks),
        listener=told.hear,
    )
    key, secret = sim_key_pair(settings.sim.seed)
    account = exchange.open_account(key=key, secret=secret, deposit=settings.sim.balance)
    rule = _rule(terms.ambiguity, exchange)
    pit = Pit(
        exchange,
        funding=_funding(recorded.funding, rules),
        rule=rule,
        finer=recorded.finer,
    )
    for track in tracks:
        if track.running is not None:
            pit.keep(track.running)
    pit.catch_up(open_ms - 1)
    desk = ExchangeDesk(exchange, account, told)
    clock = RecordedClock()
    clock.show(now_ms=open_ms - 1, elapsed_ms=open_ms - 1)
    at_once(
        desk.setup.apply(
            settings.trading.symbols,
            leverage=settings.trading.leverage,
            margin_type=settings.trading.margin_type,
        )
    )
    instruments = at_once(desk.venue.instruments())
    traded = [instruments[each] for each in settings.trading.symbols]
    stage = Stage(
        _undisturbed(configuration),
        clock=clock,
        account_tag=account_tag(key),
        executor=desk.executor,
        contracts=(instruments, at_once(desk.setup.terms(traded))),
        venue=desk.venue,
        heard=desk.take,
    )
    desk.begin()
    for track in tracks:
        board = stage.desks[track.symbol].board
        board.seed(track.history, dict.fromkeys(board.higher, ()))
    recorder = Recorder(stage, balance=Quote(settings.sim.balance), asset=account.asset)
    stage.open()
    driver = Driver(stage, pit, tracks, on_instant=recorder.note_instant, on_progress=on_progress)
    began = time.perf_counter()
    driver.run()
    course = Course(
        balance=Quote(settings.sim.balance),
        base_ms=settings.trading.timeframe.ms,
        trades=recorder.trades({each.symbol: each for each in tracks}, is_high_first=_never),
        curve=recorder.curve,
        held=_held(tracks, open_ms, recorder),
        open_at_end=len(stage.trading.desk.brackets),
        signals=recorder.signals,
        refused=dict(recorder.refused),
        halts=tuple(recorder.halts),
        turnover=recorder.turnover,
        candles={each.symbol: each.candles for each in tracks},
    )
    return Ran(
        course=course,
        engine_s=time.perf_counter() - began,
        quiet=driver.quiet,
        full=driver.full,
    )


def _never(*_prices: float, is_long: bool) -> bool:
    return not is_long


def _tracks(
    candles: Mapping[Symbol, CandleColumns], *, from_ms: int | None, to_ms: int | None
) -> tuple[list[Track], int]:
    """Cut the candles into history and what is traded on; return when that begins."""
    base_ms = next(iter(candles.values())).timeframe.ms
    earliest_ms = min(int(each.open_ms[0]) for each in candles.values())
    open_ms = earliest_ms + HISTORY_CANDLES * base_ms if from_ms is None else from_ms
    tracks = []
    for each in candles.values():
        start = int(numpy.searchsorted(each.open_ms, open_ms))
        stop = len(each) if to_ms is None else int(numpy.searchsorted(each.open_ms, to_ms))
        first = max(0, start - _WARM_UP_MAX)
        tracks.append(Track(each, first=first, start=start, stop=stop))
    return tracks, open_ms


def _rules(symbols: Sequence[Symbol]) -> list[Rules]:
    known = {each.symbol: each for each in default_rules()}
    missing = sorted(each for each in symbols if each not in known)
    if missing:
        raise ConfigError([f"--data: no contract rules for {', '.join(missing)}"])
    return [known[each] for each in symbols]


def _fitted(rules: Rules, terms: MarketTerms) -> Rules:
    """Let a contract have the fees that are assumed."""
    taker, maker = terms.taker_fee, terms.maker_fee
    return structs.replace(
        rules,
        taker_rate=rules.taker_rate if taker is None else taker,
        maker_rate=rules.maker_rate if maker is None else maker,
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
        rates[symbol] = FundingRates(_fundings(told.get(symbol)), usual_hours=hours)
    return rates


def _fundings(columns: FundingColumns | None) -> list[Funding]:
    if columns is None:
        return []
    times = columns.time_ms.tolist()
    gaps = [int(round((b - a) / _HOUR_MS)) for a, b in zip(times, times[1:], strict=False)]
    hours = [gaps[0] if gaps else 8, *gaps]
    return [
        Funding(path=_NOWHERE, line=line, funding_ms=at_ms, hours=each, rate=rate)
        for line, (at_ms, each, rate) in enumerate(zip(times, hours, columns.rate, strict=True), 1)
    ]


def _undisturbed(configuration: Configuration) -> Configuration:
    """Leave out what belongs to a running bot: nobody stops a backtest by a file."""
    settings = configuration.settings
    risk = settings.risk.model_copy(update={"kill_switch_file": _NOWHERE})
    return structs.replace(configuration, settings=settings.model_copy(update={"risk": risk}))


def _held(tracks: Sequence[Track], open_ms: int, recorder: Recorder) -> Mapping[Symbol, Held]:
    held = {}
    for track in tracks:
        columns = track.columns
        start = max(0, int(numpy.searchsorted(columns.open_ms, open_ms)) - 1)
        closes = array("d", columns.close[start:].tobytes())
        if closes:
            held[track.symbol] = Held(
                first_ms=int(columns.open_ms[start]),
                first=closes[0],
                last=closes[-1],
                closes=closes,
            )
    return held
