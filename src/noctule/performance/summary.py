"""Everything that a run amounted to, in one value: what text, JSON and report tell."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Quote, Symbol
from noctule.performance.equity import Drawdown, Month, Stretch
from noctule.performance.excursions import Excursions
from noctule.performance.holding import Holding
from noctule.performance.occupancy import Exposure
from noctule.performance.records import Course
from noctule.performance.rolling import Rolling
from noctule.performance.tally import Streak, Tally

__all__ = ["Costs", "Summary", "summarise"]


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
    raise NotImplementedError(course)
