"""How far trades went against their holder and for him before they closed: MAE and MFE."""

import math
from collections.abc import Sequence
from statistics import median

from msgspec import Struct

from noctule.domain.signals import Direction
from noctule.domain.values import Quote
from noctule.performance.records import TradeRecord

__all__ = ["Excursions", "Middle", "Outcomes", "excursions_of", "outcomes_of"]


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


class Outcomes(Struct, frozen=True, kw_only=True):
    """The excursions of all trades, and of those that won and that lost."""

    all: Excursions
    winners: Excursions
    losers: Excursions


def outcomes_of(trades: Sequence[TradeRecord]) -> Outcomes:
    """Measure how far the market went either way, apart by what came of it."""
    ways = [_way(trade) for trade in trades]
    return Outcomes(
        all=_excursions(ways),
        winners=_excursions([way for way in ways if way.net > 0]),
        losers=_excursions([way for way in ways if way.net < 0]),
    )


def excursions_of(trades: Sequence[TradeRecord]) -> Excursions:
    """Measure how far the market went either way while each trade was open."""
    return _excursions([_way(trade) for trade in trades])


class _Way(Struct, frozen=True, gc=False):
    entry: float
    adverse: float  # as prices
    favourable: float
    risk: float  # as a price; 0: it is not known
    net: Quote


def _excursions(ways: Sequence[_Way]) -> Excursions:
    risked = [way for way in ways if way.risk]
    return Excursions(
        adverse_share=_middle([way.adverse / way.entry for way in ways]),
        adverse_r=_middle([way.adverse / way.risk for way in risked]),
        favourable_share=_middle([way.favourable / way.entry for way in ways]),
        favourable_r=_middle([way.favourable / way.risk for way in risked]),
    )


def _way(trade: TradeRecord) -> _Way:
    entry = float(trade.entry_price)
    sign = -1 if trade.direction is Direction.SHORT else 1
    risk = trade.risk
    return _Way(
        entry,
        max((entry - float(trade.worst_price)) * sign, 0.0),
        max((float(trade.best_price) - entry) * sign, 0.0),
        float(risk) / float(trade.quantity) if risk is not None and risk > 0 else 0.0,
        trade.net_pnl,
    )


def _middle(ways: Sequence[float]) -> Middle:
    if not ways:
        return Middle(count=0, mean=None, median=None)
    return Middle(count=len(ways), mean=math.fsum(ways) / len(ways), median=median(ways))
