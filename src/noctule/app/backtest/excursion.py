"""How far the market went against a trade, and for it, while it was open."""

from collections.abc import Callable
from decimal import Decimal

import numpy
from msgspec import Struct

from noctule.adapters.replay.columns import CandleColumns
from noctule.domain.signals import Direction
from noctule.domain.trade import ClosedTrade, ExitReason
from noctule.domain.values import Price

__all__ = ["Excursion", "excursion_of"]

_PARTS = 3  # of a candle: its first extreme comes after one of them, and not before
_BRACKET_EXITS = (ExitReason.STOP, ExitReason.TARGET)


class Excursion(Struct, frozen=True, kw_only=True):
    """The worst and the best price for whoever held, and what of it a candle does not tell."""

    worst: Price
    best: Price
    candles: int  # that closed meanwhile
    is_ambiguous: bool  # the last candle held both stop and target


def excursion_of(
    trade: ClosedTrade,
    columns: CandleColumns,
    stop: Price | None,
    target: Price | None,
    *,
    is_high_first: Callable[..., bool],
) -> Excursion:
    """Look at every candle from the one it was entered in to the one it was left in.

    Of the last one counts what came before the exit: its open, and the extreme that was reached
    first if the exit came after that.
    """
    opens = columns.open_ms
    first = max(0, int(numpy.searchsorted(opens, trade.opened_ms, side="right")) - 1)
    last = max(0, int(numpy.searchsorted(opens, trade.closed_ms, side="right")) - 1)
    low = min(float(trade.entry_price), float(trade.exit_price))
    high = max(float(trade.entry_price), float(trade.exit_price))
    if last > first:
        low = min(low, float(columns.low[first:last].min()))
        high = max(high, float(columns.high[first:last].max()))
    is_within = trade.closed_ms - int(opens[last]) >= columns.timeframe.ms // _PARTS
    is_long = trade.direction is not Direction.SHORT
    if is_within:
        low, high = _until_exit(trade, columns, last, low, high, is_high_first)
    worst, best = (low, high) if is_long else (high, low)
    return Excursion(
        worst=_price(worst),
        best=_price(best),
        candles=last - first,
        is_ambiguous=is_within and _holds_both(trade, columns, last, stop, target),
    )


def _until_exit(
    trade: ClosedTrade,
    columns: CandleColumns,
    row: int,
    low: float,
    high: float,
    is_high_first: Callable[..., bool],
) -> tuple[float, float]:
    """Widen a range by what the last candle did before the exit."""
    opened, top, bottom = (float(each[row]) for each in (columns.open, columns.high, columns.low))
    low, high = min(low, opened), max(high, opened)
    is_long = trade.direction is not Direction.SHORT
    is_up_first = is_high_first(opened, top, bottom, float(columns.close[row]), is_long=is_long)
    exit_price = float(trade.exit_price)
    is_left_upwards = exit_price > opened
    if is_up_first != is_left_upwards:  # the other extreme came before
        return (low, max(high, top)) if is_up_first else (min(low, bottom), high)
    return low, high


def _holds_both(
    trade: ClosedTrade, columns: CandleColumns, row: int, stop: Price | None, target: Price | None
) -> bool:
    if trade.exit_reason not in _BRACKET_EXITS or stop is None or target is None:
        return False
    bottom, top = min(stop, target), max(stop, target)
    return float(columns.low[row]) <= float(bottom) and float(columns.high[row]) >= float(top)


def _price(observed: float) -> Price:
    return Price(Decimal(repr(observed)))
