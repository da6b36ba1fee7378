"""A backtest from its wish to its result, for the command line and for Python alike."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from noctule.adapters.replay.cache import usual_cache
from noctule.adapters.replay.columns import CandleColumns, Recorded
from noctule.adapters.replay.market import load_market
from noctule.app.backtest.assumptions import assumptions_of
from noctule.app.backtest.choosing import keys_for
from noctule.app.backtest.opening import Span
from noctule.app.backtest.result import BacktestResult, result_hash, source_of
from noctule.app.backtest.running import Ran, run
from noctule.app.backtest.settings import MarketTerms
from noctule.config.describe import describe
from noctule.config.manager import ConfigManager
from noctule.config.settings import Configuration
from noctule.domain.values import Timeframe
from noctule.performance.doubts import doubts_of
from noctule.performance.summary import summarise
from noctule.telemetry.formats import iso_ms

__all__ = ["Progress", "Wish", "backtested", "configured", "loaded"]

Progress = Callable[[str, float], None]  # what is done, and which share of it

_LOADING: Final = "reading candles"
_TRADING: Final = "trading"


class Wish(Struct, frozen=True, kw_only=True):
    """What is to be replayed, and on which terms."""

    paths: tuple[Path, ...]
    span: Span = Span()
    finer: Timeframe | None = None
    terms: MarketTerms = MarketTerms()
    is_cached: bool = True


def configured(
    paths: Sequence[Path], manager: Callable[[Sequence[str]], ConfigManager]
) -> Configuration:
    """Load the configuration, fitted to the data; `manager` takes keys weaker than its own."""
    keys = keys_for(paths, manager(()).load_trading())
    return manager(keys).load()


def loaded(wish: Wish, configuration: Configuration, *, tell: Progress) -> Recorded:
    """Read the candles, marks and funding of what is traded."""
    trading = configuration.settings.trading
    cache = usual_cache(os.environ) if wish.is_cached else None
    return load_market(
        wish.paths,
        symbols=trading.symbols,
        timeframe=trading.timeframe,
        finer=wish.finer,
        cache=cache,
        on_progress=lambda done, total: tell(_LOADING, done / total if total else 1.0),
    )


def backtested(
    wish: Wish, configuration: Configuration, *, tell: Progress = lambda _what, _share: None
) -> BacktestResult:
    """Replay, and measure what came of it."""
    began = time.perf_counter()
    recorded = loaded(wish, configuration, tell=tell)
    loading_s = time.perf_counter() - began
    with unlogged():
        ran = run(
            configuration,
            recorded,
            terms=wish.terms,
            span=wish.span,
            on_progress=lambda share: tell(_TRADING, share),
        )
    return _measured(wish, configuration, recorded, ran, loading_s)


def _measured(
    wish: Wish, configuration: Configuration, recorded: Recorded, ran: Ran, loading_s: float
) -> BacktestResult:
    summary = summarise(ran.course)
    return BacktestResult(
        course=ran.course,
        summary=summary,
        doubts=doubts_of(ran.course, summary),
        fingerprint=configuration.fingerprint,
        settings=describe(configuration),
        source=source_of(recorded, tuple(_quirks(recorded))),
        assumptions=assumptions_of(wish.terms, recorded),
        result_hash=result_hash(ran.course),
        candles=recorded.candles,
        loading_s=loading_s,
        engine_s=ran.engine_s,
    )


def _quirks(recorded: Recorded) -> Iterator[str]:
    for symbol, columns in recorded.candles.items():
        yield from _quirks_of(symbol, columns)


def _quirks_of(symbol: str, columns: CandleColumns) -> Iterator[str]:
    missing = sum(gap.candles for gap in columns.gaps)
    if missing:
        first = columns.gaps[0]
        yield (
            f"{symbol}: {missing} candles are missing in {len(columns.gaps)} gaps, "
            f"the first from {iso_ms(first.from_ms)} to {iso_ms(first.to_ms)}"
        )
    columns.let_go()
    idle = columns.idle
    columns.let_go()
    if idle:
        yield f"{symbol}: nobody traded in {idle} candles"


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep what the parts would log of each trade to themselves: the result tells it."""
    log = logging.getLogger("noctule")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
