"""Whether what was decided by an instant depends on what came after it: runs that end there."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.adapters.replay.columns import Recorded
from noctule.app.backtest.backtesting import Wish, unlogged
from noctule.app.backtest.opening import Span
from noctule.app.backtest.result import BacktestResult
from noctule.app.backtest.running import run
from noctule.config.settings import Configuration
from noctule.performance.records import Course, TradeRecord

__all__ = ["Look", "look_ahead"]

_CUTS: Final = 10


class Look(Struct, frozen=True, kw_only=True):
    """One run that ended early, beside the whole one."""

    cut_ms: int
    compared: int  # trades that were over by then
    difference: str | None  # None: they are the same


def look_ahead(
    wish: Wish,
    configuration: Configuration,
    recorded: Recorded,
    whole: BacktestResult,
    *,
    tell: Callable[[float], None],
) -> Iterator[Look]:
    """Run again, to ten instants on the way; each should have closed what the whole run had."""
    for number, cut_ms in enumerate(_cuts(whole.course), start=1):
        with unlogged():
            span = Span(from_ms=wish.span.from_ms, to_ms=cut_ms)
            part = run(configuration, recorded, terms=wish.terms, span=span)
        yield _compared(cut_ms, whole.course.trades, part.course.trades)
        tell(number / _CUTS)


def _cuts(course: Course) -> Sequence[int]:
    """Return instants evenly spread over the run, at which candles close."""
    at_ms = course.curve.at_ms
    places = (len(at_ms) * number // (_CUTS + 1) for number in range(1, _CUTS + 1))
    return sorted({at_ms[place] for place in places}) if len(at_ms) > _CUTS else []


def _compared(cut_ms: int, whole: Sequence[TradeRecord], part: Sequence[TradeRecord]) -> Look:
    expected = [_known(each) for each in whole if each.closed_ms <= cut_ms]
    got = [_known(each) for each in part if each.closed_ms <= cut_ms]
    return Look(cut_ms=cut_ms, compared=len(expected), difference=_first_difference(expected, got))


def _known(trade: TradeRecord) -> TradeRecord:
    """Leave out what only the candle after the exit tells."""
    return replace(trade, number=0)


def _first_difference(expected: Sequence[TradeRecord], got: Sequence[TradeRecord]) -> str | None:
    for one, other in zip(expected, got, strict=False):
        if one != other:
            names = (n for n in one.__struct_fields__ if getattr(one, n) != getattr(other, n))
            name = next(names)
            return (
                f"{one.symbol} opened {one.opened_ms}: {name} is {getattr(one, name)}, "
                f"without what came later {getattr(other, name)}"
            )
    if len(expected) != len(got):
        return f"{len(expected)} trades were over, without what came later {len(got)}"
    return None
