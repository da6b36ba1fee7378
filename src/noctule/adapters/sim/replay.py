"""Recorded candles and trades played as a market: expanded to ticks, merged by time.

A file of what traded tells nothing of mark price and funding, so mark and index are the price of
each tick, and the funding rate is one figure for all, unless there are files of them too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import TypeAlias

from noctule.adapters.sim.candle_files import CandleFile, Gap, candles_of, named
from noctule.adapters.sim.candles import Candle
from noctule.adapters.sim.data_rows import BadData
from noctule.adapters.sim.events import Tick
from noctule.adapters.sim.expansion import FirstRule, expand, nearer_first
from noctule.adapters.sim.funding_files import (
    USUAL_HOURS,
    FundingFile,
    FundingRates,
    funding_file_of,
    fundings_of,
)
from noctule.adapters.sim.intervals import MINUTE_MS
from noctule.adapters.sim.marks import mark_of, with_marks, with_quiet_fundings
from noctule.adapters.sim.source import Instant, MarketEvent
from noctule.adapters.sim.trade_files import TradeFile, ticks_of, trade_file_of

__all__ = ["DataFile", "Traded", "file_of", "play_candles", "play_files", "play_trades", "together"]

Traded: TypeAlias = CandleFile | TradeFile
DataFile: TypeAlias = Traded | FundingFile


def file_of(path: Path) -> DataFile:
    """Read from a file's name what is in it."""
    return trade_file_of(path) or funding_file_of(path) or named(path)


def play_files(
    files: Sequence[DataFile],
    on_gap: Callable[[Gap], None],
    *,
    rule: FirstRule = nearer_first,
    funding_hours: Mapping[str, int] | None = None,
) -> Iterator[MarketEvent]:
    """Yield the market of files: a symbol's one after the other, the symbols side by side.

    Only one row of each symbol is in memory at a time, and all of its fundings.
    """
    hours = funding_hours or {}
    by_symbol: dict[str, list[DataFile]] = {}
    for file in files:
        by_symbol.setdefault(file.symbol, []).append(file)
    return together(
        [
            _play_symbol(of_symbol, on_gap, rule=rule, hours=hours.get(symbol, USUAL_HOURS))
            for symbol, of_symbol in by_symbol.items()
        ]
    )


def _play_symbol(
    files: Sequence[DataFile],
    on_gap: Callable[[Gap], None],
    *,
    rule: FirstRule,
    hours: int,
) -> Iterator[MarketEvent]:
    """Play what traded, and beside it mark prices and fundings if they are given."""
    candles = [file for file in files if isinstance(file, CandleFile)]
    trades = [file for file in files if isinstance(file, TradeFile)]
    fundings = [file for file in files if isinstance(file, FundingFile)]
    marks = [file for file in candles if file.is_mark]
    traded = [file for file in candles if not file.is_mark]
    _check_alike([*traded, *trades])
    _check_alike(marks)
    if not traded and not trades:
        alone = "mark prices" if marks else "funding rates"
        raise BadData(f"{files[0].path}: {alone} alone; give what {files[0].symbol} traded too")
    funding = FundingRates(fundings_of(fundings), usual_hours=hours, on_gap=on_gap)
    played = (
        play_candles(candles_of(traded, on_gap), rule=rule, funding=funding)
        if traded
        else play_trades(ticks_of(trades), funding=funding)
    )
    if marks:
        played = with_marks(played, candles_of(marks, on_gap), rule=rule, funding=funding)
    return with_quiet_fundings(played, funding) if fundings else played


def play_candles(
    candles: Iterable[Candle],
    *,
    rule: FirstRule = nearer_first,
    funding: FundingRates,
) -> Iterator[MarketEvent]:
    """Yield one symbol's market; a candle without trades is nothing but its time."""
    end_ms: int | None = None
    for candle in candles:
        yield Instant(time_ms=candle.open_ms)
        for tick in expand(candle, rule):
            yield tick
            yield mark_of(tick, funding)
        end_ms = candle.close_ms + 1
    if end_ms is not None:
        yield Instant(time_ms=end_ms)


def play_trades(ticks: Iterable[Tick], *, funding: FundingRates) -> Iterator[MarketEvent]:
    """Yield one symbol's market from its trades, to the end of the last minute."""
    end_ms: int | None = None
    for tick in ticks:
        yield tick
        yield mark_of(tick, funding)
        end_ms = tick.time_ms - tick.time_ms % MINUTE_MS + MINUTE_MS
    if end_ms is not None:
        yield Instant(time_ms=end_ms)


def together(markets: Iterable[Iterator[MarketEvent]]) -> Iterator[MarketEvent]:
    """Merge markets by time; an instant that another market has already told is left out."""
    now_ms = -1
    for event in merge(*markets, key=attrgetter("time_ms")):
        if event.time_ms > now_ms or not isinstance(event, Instant):
            yield event
        now_ms = event.time_ms


def _check_alike(files: Sequence[Traded]) -> None:
    """Refuse to play a symbol from two kinds of file at once."""
    for other in files[1:]:
        if _kind(other) != _kind(files[0]):
            raise BadData(
                f"{other.path}: {_kind(other)} of {other.symbol},"
                f" but {files[0].path} has {_kind(files[0])}; choose one"
            )


def _kind(file: Traded) -> str:
    return file.kind if isinstance(file, TradeFile) else f"{file.interval.name} candles"
