"""A backtest from its market to its course: the bot is put on it, and moved through the candles."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol, cast

import numpy
from msgspec import Struct, structs

from noctule.adapters.replay.columns import Recorded
from noctule.app.backtest.driver import Driver
from noctule.app.backtest.opening import OpenMarket, Span, open_market
from noctule.app.backtest.recorder import Recorder
from noctule.app.backtest.settings import MarketTerms
from noctule.app.backtest.stage import Stage
from noctule.app.backtest.tracks import Track
from noctule.app.replay.clock import RecordedClock
from noctule.config.settings import Configuration
from noctule.domain.values import Quote, Symbol
from noctule.engine.outcome import at_once
from noctule.performance.records import Course, Held

__all__ = ["Ran", "run"]

_NOWHERE: Final = Path("/nonexistent/backtest")


class Drives(Protocol):
    """Moves market and bot through the candles."""

    quiet: int
    full: int

    def run(self) -> bool:
        """Replay everything; false: a strategy looked at regimes, which were left out."""
        ...


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
    span: Span = Span(),  # noqa: B008  # frozen
    on_progress: Callable[[float], None] = lambda _share: None,
    make_driver: Callable[..., Drives] = Driver,
) -> Ran:
    """Trade on recorded candles until they are over.

    Regimes cost more than all else of a candle, so they are left out where nobody says that he
    looks at them; where a strategy does all the same, everything begins anew.
    """
    wanted = partial(_run, configuration, recorded, terms, span, on_progress, make_driver)
    ran = wanted(follows_regimes=False)
    if ran is None:
        ran = wanted(follows_regimes=True)
    assert ran is not None, "regimes were missed though they were followed"
    return ran


def _run(  # noqa: PLR0913  # one run in all its parts
    configuration: Configuration,
    recorded: Recorded,
    terms: MarketTerms,
    span: Span,
    on_progress: Callable[[float], None],
    make_driver: Callable[..., Drives],
    *,
    follows_regimes: bool,
) -> Ran | None:
    settings = configuration.settings
    market = open_market(settings, recorded, terms, span)
    stage = _stage(configuration, market)
    scales = bool(settings.risk.regime_scale)
    for desk in stage.desks.values():
        desk.board.follows_regime = follows_regimes or scales or desk.strategy.reads_regime
    for track in market.tracks:
        board = stage.desks[track.symbol].board
        board.seed(track.history, dict.fromkeys(board.higher, ()))
    balance = Quote(settings.sim.balance)
    recorder = Recorder(stage, balance=balance, asset=market.desk.account.asset)
    stage.open()
    driver = make_driver(
        stage,
        market.pit,
        market.tracks,
        on_instant=recorder.note_instant,
        on_progress=on_progress,
    )
    began = time.perf_counter()
    if not driver.run():
        return None
    course = _course(settings.trading.timeframe.ms, balance, stage, recorder, market, terms)
    return Ran(
        course=course,
        engine_s=time.perf_counter() - began,
        quiet=driver.quiet,
        full=driver.full,
    )


def _stage(configuration: Configuration, market: OpenMarket) -> Stage:
    """Put the bot on the market: its account set up, its contracts known."""
    desk, trading = market.desk, configuration.settings.trading
    clock = RecordedClock()
    clock.show(now_ms=market.open_ms - 1, elapsed_ms=market.open_ms - 1)
    applying = desk.setup.apply(
        trading.symbols, leverage=trading.leverage, margin_type=trading.margin_type
    )
    at_once(applying)
    instruments = at_once(desk.venue.instruments())
    terms = at_once(desk.setup.terms([instruments[each] for each in trading.symbols]))
    stage = Stage(
        _undisturbed(configuration),
        clock=clock,
        account_tag=market.account_tag,
        executor=desk.executor,
        contracts=(instruments, terms),
        venue=desk.venue,
        heard=desk.take,
    )
    desk.begin()
    return stage


def _undisturbed(configuration: Configuration) -> Configuration:
    """Leave out what belongs to a running bot: nobody stops a backtest by a file."""
    settings = configuration.settings
    risk = settings.risk.model_copy(update={"kill_switch_file": _NOWHERE})
    return structs.replace(configuration, settings=settings.model_copy(update={"risk": risk}))


def _course(  # all that it is made of
    base_ms: int,
    balance: Quote,
    stage: Stage,
    recorder: Recorder,
    market: OpenMarket,
    terms: MarketTerms,
) -> Course:
    tracks, curve = {each.symbol: each for each in market.tracks}, recorder.curve
    return Course(
        balance=balance,
        base_ms=base_ms,
        trades=recorder.trades(tracks, is_high_first=terms.ambiguity.is_high_first),
        curve=curve,
        held=_held(market.tracks, market.open_ms),
        open_at_end=len(stage.trading.desk.brackets),
        signals=recorder.signals,
        refused=dict(recorder.refused),
        halts=recorder.halts,
        halted_ms=recorder.halted_ms(curve.at_ms[-1] if curve.at_ms else market.open_ms),
        turnover=recorder.turnover,
        candles={each.symbol: each.candles for each in market.tracks},
        missing={each.symbol: _missing(each) for each in market.tracks},
    )


def _missing(track: Track) -> int:
    return sum(gap.candles for gap in track.columns.gaps)


def _held(tracks: Sequence[Track], open_ms: int) -> Mapping[Symbol, Held]:
    """Return what each symbol did from the first close that was traded on."""
    held = {}
    for track in tracks:
        columns = track.columns
        start = max(0, int(numpy.searchsorted(columns.open_ms, open_ms)) - 1)
        closes = cast("Sequence[float]", columns.close[start : start + track.candles].data)
        if closes:
            held[track.symbol] = Held(
                first_ms=int(columns.open_ms[start]),
                first=closes[0],
                last=closes[-1],
                closes=closes,
            )
    return held
