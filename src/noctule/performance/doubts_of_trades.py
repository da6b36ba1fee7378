"""Doubts that the trades raise: too few, too lucky, too much of one kind."""

import heapq
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from noctule.domain.trade import ExitReason
from noctule.domain.values import Quote
from noctule.performance.doubt import Doubt, Gravity, gravity_from
from noctule.performance.records import Course
from noctule.performance.summary import Summary
from noctule.performance.tally import Tally
from noctule.performance.written import money, percent, ratio, trades_of

__all__ = ["ON_TRADES"]

Key = TypeVar("Key", bound=str)

_TRADES_MIN: Final = 30  # fewer say next to nothing
_TRADES_GOOD: Final = 100
_BEST_SHARE: Final = 0.05
_T_MIN: Final = 2.0  # one run in forty without any edge looks better than that


def few_trades(_: Course, summary: Summary) -> Doubt | None:
    """Doubt averages of a few."""
    count = summary.total.trades
    if count >= _TRADES_GOOD:
        return None
    if not count:
        text = "No trade was closed: there is nothing to judge the strategy by."
    elif count < _TRADES_MIN:
        text = f"{trades_of(count)} in all: fewer than {_TRADES_MIN} say next to nothing."
    else:
        text = f"{trades_of(count)} in all: averages of fewer than {_TRADES_GOOD} are rough."
    gravity = Gravity.GRAVE if count < _TRADES_MIN else Gravity.SERIOUS
    return Doubt(name="few_trades", gravity=gravity, text=text, number=count)


def luck(_: Course, summary: Summary) -> Doubt | None:
    """Doubt a profit that chance would bring, too."""
    t_value = summary.t_value
    if t_value is None or not 0 < t_value < _T_MIN:
        return None
    text = (
        f"It could be luck: the average result lies {ratio(t_value)} standard errors above "
        "nothing, and below 2 chance alone gets there."
    )
    gravity = Gravity.GRAVE if t_value < 1 else Gravity.SERIOUS
    return Doubt(name="luck", gravity=gravity, text=text, number=t_value)


def few_winners(course: Course, summary: Summary) -> Doubt | None:
    """Doubt a profit that a few trades made."""
    net, count = summary.total.net, len(course.trades)
    if net <= 0 or count < 2:
        return None
    few = math.ceil(count * _BEST_SHARE)
    best = heapq.nlargest(few, (trade.net_pnl for trade in course.trades))
    if best[0] >= net:
        return _made_by("One trade", best[:1], net, Gravity.GRAVE)
    if sum(best) >= net:
        return _made_by(f"The best {few:,} of {trades_of(count)}", best, net, Gravity.SERIOUS)
    return None


def _made_by(who: str, best: Sequence[Quote], net: Quote, gravity: Gravity) -> Doubt:
    brought = sum(best, Decimal(0))
    return Doubt(
        name="one_trade" if len(best) == 1 else "few_winners",
        gravity=gravity,
        text=f"{who} made the profit: {money(brought)} of {money(net)}; without, it had lost.",
        number=float(brought / net),
    )


def ambiguous_candles(course: Course, summary: Summary) -> Doubt | None:
    """Doubt trades that ended where the data do not say how."""
    count = sum(trade.is_ambiguous for trade in course.trades)
    if not count:
        return None
    share = count / summary.total.trades
    text = (
        f"{count:,} of {trades_of(summary.total.trades)} ({percent(share)}) ended on a candle "
        "that held stop and target: which came first is assumed."
    )
    gravity = gravity_from(share, serious=0.05, grave=0.2)
    return Doubt(name="ambiguous_candles", gravity=gravity, text=text, number=share)


def within_a_candle(course: Course, summary: Summary) -> Doubt | None:
    """Doubt trades that began and ended where only a candle's extremes are known."""
    count = sum(not trade.candles for trade in course.trades)
    share = count / max(summary.total.trades, 1)
    if share < 0.1:
        return None
    text = (
        f"{count:,} of {trades_of(summary.total.trades)} ({percent(share)}) began and ended "
        "within one candle: finer candles would say more."
    )
    gravity = gravity_from(share, serious=0.3, grave=2)
    return Doubt(name="within_a_candle", gravity=gravity, text=text, number=share)


def liquidations(_: Course, summary: Summary) -> Doubt | None:
    """Doubt sizes that the exchange had to end."""
    tally = summary.by_exit.get(ExitReason.LIQUIDATION)
    if tally is None:
        return None
    text = f"{trades_of(tally.trades)} ended in liquidation: the sizes were too large to live."
    return Doubt(name="liquidations", gravity=Gravity.GRAVE, text=text, number=tally.trades)


def without_risk(_: Course, summary: Summary) -> Doubt | None:
    """Doubt figures in R that do not tell of every trade."""
    total = summary.total
    lacking = total.trades - total.with_risk
    if not lacking:
        return None
    text = (
        f"{lacking:,} of {trades_of(total.trades)} had no stop: "
        "figures in R leave them out, and nothing bounded their loss."
    )
    share = lacking / total.trades
    return Doubt(name="without_risk", gravity=Gravity.MILD, text=text, number=share)


def one_symbol(_: Course, summary: Summary) -> Doubt | None:
    """Doubt a profit that one symbol made while the others together lost."""
    return _one_of(summary.by_symbol, summary.total, name="one_symbol")


def one_side(_: Course, summary: Summary) -> Doubt | None:
    """Doubt a profit that one side made while the other lost."""
    return _one_of(summary.by_side, summary.total, name="one_side")


def _one_of(tallies: Mapping[Key, Tally], total: Tally, *, name: str) -> Doubt | None:
    if len(tallies) < 2 or total.net <= 0:
        return None
    best = max(tallies, key=lambda key: tallies[key].net)
    others = total.net - tallies[best].net
    if others > 0:
        return None
    text = (
        f"All of the profit comes from {best}: it made {money(tallies[best].net)}, "
        f"everything else {money(others)}."
    )
    share = float(tallies[best].net / total.net)
    return Doubt(name=name, gravity=Gravity.SERIOUS, text=text, number=share)


ON_TRADES: Final = (
    few_trades,
    liquidations,
    luck,
    few_winners,
    ambiguous_candles,
    within_a_candle,
    one_symbol,
    one_side,
    without_risk,
)
