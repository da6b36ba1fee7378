"""What a strategy takes of a candle by itself, and what two bare averages would."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from noctule.domain.market import Candle
from noctule.indicators import Sma
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.factory import StrategyFactory

__all__ = ["BARE", "EXACT", "alone_ns"]

FAST, SLOW = 10, 30  # as sma_cross has them
ROUNDS: Final = 30


def alone_ns(candles: Sequence[Candle]) -> Mapping[str, float]:
    """Return what a candle takes, by bare averages and strategies, the quickest of some rounds.

    Of a strategy it is `analyze` with all it follows; the keeping of the candle is taken away.
    They take turns, so that a busy moment of the machine meets all of them.
    """
    names = StrategyFactory.names()
    runs: dict[str, Callable[[], float]] = {
        **{name: partial(_sat_through, name, candles, asks=True) for name in names},
        **{name: partial(_kept_up, keep, candles) for name, keep in BARE.items()},
        "": partial(_sat_through, names[0], candles, asks=False),
    }
    rounds = [{name: run() for name, run in runs.items()} for _ in range(ROUNDS)]
    best = {name: min(each[name] for each in rounds) for name in runs}
    kept = best.pop("")
    told = {name: seconds - kept * (name in names) for name, seconds in best.items()}
    return {name: seconds / len(candles) * 1e9 for name, seconds in told.items()}


def _sat_through(name: str, candles: Sequence[Candle], *, asks: bool) -> float:
    """Return the seconds in which a series keeps all candles, and a strategy sees each if asked."""
    settings = StrategyFactory.settings_of(name)
    assert settings is not None, name
    strategy = StrategyFactory.create(name, settings())
    first = candles[0]
    board = Board(first.symbol, base=first.timeframe, capacity=max(strategy.warmup_bars, 500))
    keep, view = board.series[first.timeframe].append, MarketView(board)
    analyze = strategy.analyze if asks else lambda _candle, _view: None
    began = time.perf_counter()
    for candle in candles:
        keep(candle)
        analyze(candle, view)
    return time.perf_counter() - began


def _kept_up(keep: Callable[[Sequence[Candle]], int], candles: Sequence[Candle]) -> float:
    began = time.perf_counter()
    keep(candles)
    return time.perf_counter() - began


def _two_indicators(candles: Sequence[Candle]) -> int:
    """Keep our own two averages."""
    fast, slow, before, crosses = Sma(FAST), Sma(SLOW), 0.0, 0
    for candle in candles:
        upper, lower = fast.update(candle.close), slow.update(candle.close)
        if upper is None or lower is None:
            continue
        gap = upper - lower
        crosses += before <= 0 < gap or gap < 0 <= before
        before = gap
    return crosses


def _two_sums(candles: Sequence[Candle]) -> int:
    """Keep the latest closes, and add them all up candle by candle."""
    fast, slow = deque[float](maxlen=FAST), deque[float](maxlen=SLOW)
    before, crosses = 0.0, 0
    for candle in candles:
        fast.append(candle.close)
        slow.append(candle.close)
        if len(slow) < SLOW:
            continue
        gap = sum(fast) / FAST - sum(slow) / SLOW
        crosses += before <= 0 < gap or gap < 0 <= before
        before = gap
    return crosses


def _two_running_sums(candles: Sequence[Candle]) -> int:
    """Add what comes and take away what goes: the quickest there is, and it drifts."""
    fast, slow = deque[float](maxlen=FAST), deque[float](maxlen=SLOW)
    of_fast = of_slow = before = 0.0
    crosses = 0
    for candle in candles:
        close = candle.close
        if len(fast) == FAST:
            of_fast -= fast[0]
        fast.append(close)
        of_fast += close
        if len(slow) == SLOW:
            of_slow -= slow[0]
        slow.append(close)
        of_slow += close
        if len(slow) < SLOW:
            continue
        gap = of_fast / FAST - of_slow / SLOW
        crosses += before <= 0 < gap or gap < 0 <= before
        before = gap
    return crosses


EXACT: Final[Mapping[str, Callable[[Sequence[Candle]], int]]] = {
    "two bare averages, each summed up anew": _two_sums,
    "two bare averages, ours": _two_indicators,
}
BARE: Final = {**EXACT, "two bare averages, sums that drift": _two_running_sums}
