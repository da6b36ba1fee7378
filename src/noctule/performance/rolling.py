"""The same figure again and again along the run: whether it was one lucky month."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from noctule.performance.equity import Days
from noctule.performance.ratios import known, sharpe
from noctule.performance.tally import Scored

__all__ = ["POINTS_MAX", "WINDOW_DAYS", "WINDOW_TRADES", "Rolling", "Series", "rolling_of"]

WINDOW_DAYS: Final = 30
WINDOW_TRADES: Final = 50
POINTS_MAX: Final = 500  # as many as a chart can show


class Series(Struct, frozen=True, kw_only=True):
    """A figure at some instants, at most 500; the columns are equally long."""

    at_ms: tuple[int, ...]
    values: tuple[float | None, ...]


class Rolling(Struct, frozen=True, kw_only=True):
    """Each value looks back from its instant; empty where the run is too short to look back."""

    sharpe: Series  # of the 30 days before, at the end of UTC days
    expectancy: Series  # of the 50 trades before, in quote currency, at closes
    expectancy_r: Series  # of the 50 trades before that had a stop, in R


def rolling_of(days: Days, results: Sequence[Scored]) -> Rolling:
    """Look back from each day and from each trade, thinned evenly."""
    nets = [(each.trade.closed_ms, float(each.trade.net_pnl)) for each in results]
    multiples = [(each.trade.closed_ms, each.r) for each in results if each.r is not None]
    return Rolling(
        sharpe=_sharpe_series(days),
        expectancy=_mean_series(nets),
        expectancy_r=_mean_series(multiples),
    )


def _sharpe_series(days: Days) -> Series:
    found = [
        (days.ends_ms(last), known(sharpe(days.worth[last - WINDOW_DAYS : last + 1])))
        for last in _thinned(WINDOW_DAYS, len(days.worth))
    ]
    return Series(
        at_ms=tuple(at for at, _ in found),
        values=tuple(each for _, each in found),
    )


def _mean_series(results: Sequence[tuple[int, float]]) -> Series:
    picked = list(_thinned(WINDOW_TRADES - 1, len(results)))
    return Series(
        at_ms=tuple(results[last][0] for last in picked),
        values=tuple(
            math.fsum(result for _, result in results[last + 1 - WINDOW_TRADES : last + 1])
            / WINDOW_TRADES
            for last in picked
        ),
    )


def _thinned(first: int, end: int) -> Iterator[int]:
    """Pick at most POINTS_MAX of the indices from first to before end, the last one among them."""
    count = end - first
    if count <= POINTS_MAX:
        yield from range(first, end)
        return
    for point in range(POINTS_MAX):
        yield first + point * (count - 1) // (POINTS_MAX - 1)
