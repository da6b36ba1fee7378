"""Everything that a run amounted to, in one value: what text, JSON and report tell."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from statistics import fmean, median
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Quote, Symbol
from noctule.performance.equity import Drawdown, Month, Stretch
from noctule.performance.excursions import Excursions, outcomes_of
from noctule.performance.growth import growth_of
from noctule.performance.holding import Holding, basket_of, holding_of
from noctule.performance.occupancy import Exposure, occupancy_of
from noctule.performance.ratios import Unknown, known, t_value
from noctule.performance.records import Course
from noctule.performance.rolling import Rolling, rolling_of
from noctule.performance.tally import (
    Scored,
    Streak,
    Tally,
    losing_streak,
    scored,
    tallies_by,
    tally_of,
    why_unknown,
)

__all__ = ["Costs", "Summary", "summarise"]


_NO_TRADE: Final = "no trade was closed"
_NO_FALL: Final = "equity never fell below where it had been"
_NO_CANDLE: Final = "there was no candle"
_WHY_NONE: Final = {
    "drawdown": _NO_FALL,
    "under_water": _NO_FALL,
    "flat": "something was held all the time",
    "streak": "no trade lost",
    "trades_per_day": _NO_CANDLE,
    "held_ms_mean": _NO_TRADE,
    "held_ms_median": _NO_TRADE,
    "exposure.time_share": _NO_CANDLE,
    "exposure.mean_share": "there was no equity to compare with",
    "exposure.max_share": "there was no equity to compare with",
    "basket": "there is no symbol with prices",
}


class Costs(Struct, frozen=True, kw_only=True):
    """What trading took; all positive where it was paid."""

    fees: Quote
    funding: Quote  # negative: more was received
    slippage: Quote  # of entries; within the gross profit already
    total: Quote
    gross_before: Quote  # the profit if all three had been nothing


class Summary(Struct, frozen=True, kw_only=True):
    """A run in figures; where one is None, `unknown` says why under its name."""

    from_ms: int
    to_ms: int
    days: float
    candles: Mapping[Symbol, int]
    missing: Mapping[Symbol, int]

    balance: Quote  # to begin with
    equity: float  # at the end, open positions at their last price
    profit: float  # the one less the other
    open_profit: float  # that of it which is in no closed trade
    return_share: float
    cagr: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    drawdown: Drawdown | None  # None: equity never fell below where it had been
    under_water: Stretch | None  # the longest below a peak
    flat: Stretch | None  # the longest without a position

    total: Tally
    by_symbol: Mapping[Symbol, Tally]
    by_side: Mapping[Direction, Tally]
    by_strategy: Mapping[str, Tally]
    by_exit: Mapping[ExitReason, Tally]
    streak: Streak | None
    t_value: float | None  # of the mean result of a trade: below 2 it could be luck
    trades_per_day: float | None
    held_ms_mean: float | None
    held_ms_median: float | None

    costs: Costs
    exposure: Exposure
    turnover: Decimal
    turns: float  # how often the turnover holds the beginning balance
    excursions: Excursions
    excursions_of_winners: Excursions
    excursions_of_losers: Excursions
    months: tuple[Month, ...]
    rolling: Rolling

    held: Mapping[Symbol, Holding]
    basket: Holding | None  # an equal part in each symbol; None without any

    open_at_end: int
    signals: int
    refused: Mapping[str, int]
    halted_ms: int
    capped: int
    unknown: Mapping[str, str]


def summarise(course: Course) -> Summary:
    """Measure a run."""
    growth, trades = growth_of(course), course.trades
    results = scored(trades)
    total = tally_of(results)
    occupancy = occupancy_of(course, start_ms=growth.from_ms, end_ms=growth.to_ms)
    excursions = outcomes_of(trades)
    ratios = {**growth.ratios, "t_value": t_value(_numbers(results, total))}
    held_ms = [trade.closed_ms - trade.opened_ms for trade in trades]
    found = Summary(
        from_ms=growth.from_ms,
        to_ms=growth.to_ms,
        days=growth.days,
        candles=course.candles,
        missing=course.missing,
        balance=course.balance,
        equity=growth.equity,
        profit=growth.profit,
        open_profit=growth.profit - float(total.net),
        return_share=growth.return_share,
        cagr=known(ratios["cagr"]),
        sharpe=known(ratios["sharpe"]),
        sortino=known(ratios["sortino"]),
        calmar=known(ratios["calmar"]),
        drawdown=growth.falls.deepest,
        under_water=growth.falls.longest,
        flat=occupancy.flat,
        total=total,
        by_symbol=tallies_by(attrgetter("symbol"), results),
        by_side=tallies_by(attrgetter("direction"), results),
        by_strategy=tallies_by(attrgetter("strategy"), results),
        by_exit=tallies_by(attrgetter("exit_reason"), results),
        streak=losing_streak(trades),
        t_value=known(ratios["t_value"]),
        trades_per_day=len(trades) / growth.days if growth.days else None,
        held_ms_mean=fmean(held_ms) if held_ms else None,
        held_ms_median=float(median(held_ms)) if held_ms else None,
        costs=_costs(total),
        exposure=occupancy.exposure,
        turnover=course.turnover,
        turns=float(course.turnover / course.balance),
        excursions=excursions.all,
        excursions_of_winners=excursions.winners,
        excursions_of_losers=excursions.losers,
        months=tuple(growth.utc_days.months()),
        rolling=rolling_of(growth.utc_days, results),
        held={symbol: holding_of(held, course.curve) for symbol, held in course.held.items()},
        basket=basket_of(course.held.values(), course.curve),
        open_at_end=course.open_at_end,
        signals=course.signals,
        refused=course.refused,
        halted_ms=course.halted_ms,
        capped=course.capped,
        unknown={name: each.why for name, each in ratios.items() if isinstance(each, Unknown)},
    )
    return replace(found, unknown={**found.unknown, **dict(_why_none(found))})


def _numbers(results: Sequence[Scored], total: Tally) -> Sequence[float]:
    """Return each trade's result, in R if all are known in R."""
    if total.with_risk == total.trades:
        return [each.r for each in results if each.r is not None]
    return [float(each.trade.net_pnl) for each in results]


def _costs(total: Tally) -> Costs:
    paid = total.fees - total.funding + total.slippage
    return Costs(
        fees=total.fees,
        funding=Quote(-total.funding),
        slippage=total.slippage,
        total=Quote(paid),
        gross_before=Quote(total.gross + total.slippage),
    )


def _why_none(found: Summary) -> Iterator[tuple[str, str]]:
    """Say of each figure that is None why it is, but for those that said so themselves."""
    yield from ((f"total.{name}", why) for name, why in why_unknown(found.total))
    for name, why in _WHY_NONE.items():
        if attrgetter(name)(found) is None:
            yield name, why
