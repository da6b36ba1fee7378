"""How far trades went against their holder and for him before they closed: MAE and MFE."""

import math
from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from msgspec import Struct

from noctule.domain.signals import Direction
from noctule.performance.records import TradeRecord
from noctule.performance.tally import with_risk

__all__ = ["Excursions", "Middle", "excursions_of"]


class Middle(Struct, frozen=True, kw_only=True):
    """Where the middle of some figures lies."""

    count: int
    mean: float | None
    median: float | None


class Excursions(Struct, frozen=True, kw_only=True):
    """The farthest way against a group of trades, and for it; none is below zero."""

    adverse_share: Middle  # MAE, as a share of the entry price
    adverse_r: Middle  # in units of what was risked; of trades with a stop
    favourable_share: Middle  # MFE
    favourable_r: Middle


def excursions_of(trades: Sequence[TradeRecord]) -> Excursions:
    """Measure how far the market went either way while each trade was open."""
    priced = [trade for trade in trades if trade.entry_price > 0]
    risked = with_risk(trades)
    return Excursions(
        adverse_share=_middle([_adverse(trade) / trade.entry_price for trade in priced]),
        adverse_r=_middle([_adverse(trade) * trade.quantity / risk for trade, risk in risked]),
        favourable_share=_middle([_favourable(trade) / trade.entry_price for trade in priced]),
        favourable_r=_middle(
            [_favourable(trade) * trade.quantity / risk for trade, risk in risked]
        ),
    )


def _adverse(trade: TradeRecord) -> Decimal:
    return max((trade.entry_price - trade.worst_price) * _sign(trade), Decimal(0))


def _favourable(trade: TradeRecord) -> Decimal:
    return max((trade.best_price - trade.entry_price) * _sign(trade), Decimal(0))


def _sign(trade: TradeRecord) -> int:
    return -1 if trade.direction is Direction.SHORT else 1


def _middle(ways: Sequence[Decimal]) -> Middle:
    numbers = [float(way) for way in ways]
    if not numbers:
        return Middle(count=0, mean=None, median=None)
    return Middle(
        count=len(numbers), mean=math.fsum(numbers) / len(numbers), median=median(numbers)
    )
