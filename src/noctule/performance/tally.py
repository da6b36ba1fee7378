"""What a group of trades came to: the same figures for a run, a symbol, a side, a strategy."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final, TypeVar

from msgspec import Struct

from noctule.domain.values import Quote
from noctule.performance.records import TradeRecord

__all__ = [
    "Scored",
    "Streak",
    "Tally",
    "losing_streak",
    "r_multiples",
    "scored",
    "tallies_by",
    "tally_of",
    "why_unknown",
]

Key = TypeVar("Key")

_OF_TRADES: Final = ("best", "worst", "win_rate", "expectancy")


class Scored(Struct, frozen=True, gc=False):
    """A trade with its net result in units of what it risked."""

    trade: TradeRecord
    r: float | None  # None: it had no stop, or one that risked nothing


class Tally(Struct, frozen=True, kw_only=True):
    """The sums and averages of some trades; None where there is nothing to divide by."""

    trades: int
    won: int  # net profit above zero
    lost: int  # and below; the rest came out even
    net: Quote
    gross: Quote  # before fees and funding; slippage is within it
    fees: Quote  # positive is paid
    funding: Quote  # positive was received
    slippage: Quote  # positive was paid
    net_won: Quote  # of the winners together
    net_lost: Quote  # of the losers together, as a positive amount
    best: Quote | None
    worst: Quote | None
    win_rate: float | None
    profit_factor: float | None
    payoff: float | None  # an average win by an average loss
    average_win: float | None
    average_loss: float | None  # a positive amount
    expectancy: float | None  # of one trade, in quote currency
    expectancy_r: float | None  # in units of what was risked
    with_risk: int  # trades that had a stop, whose R is known
    turnover: Quote  # quantity by entry price and by exit price


class Streak(Struct, frozen=True, kw_only=True):
    """The longest row of trades that lost."""

    trades: int
    net: Quote  # negative
    from_ms: int  # the first one's close
    to_ms: int  # the last one's close


def scored(trades: Iterable[TradeRecord]) -> tuple[Scored, ...]:
    """Reckon each trade's R once, for all who ask."""
    return tuple(Scored(trade, _r(trade)) for trade in trades)


def tally_of(results: Sequence[Scored]) -> Tally:
    """Add up some trades."""
    trades = [result.trade for result in results]
    nets = [trade.net_pnl for trade in trades]
    won = [net for net in nets if net > 0]
    lost = [-net for net in nets if net < 0]
    multiples = [result.r for result in results if result.r is not None]
    average_win, average_loss = _mean(won), _mean(lost)
    return Tally(
        trades=len(trades),
        won=len(won),
        lost=len(lost),
        net=_sum(nets),
        gross=_sum(trade.gross_pnl for trade in trades),
        fees=_sum(trade.fees for trade in trades),
        funding=_sum(trade.funding for trade in trades),
        slippage=_sum(trade.slippage for trade in trades),
        net_won=_sum(won),
        net_lost=_sum(lost),
        best=max(nets, default=None),
        worst=min(nets, default=None),
        win_rate=_ratio(len(won), len(trades)),
        profit_factor=_ratio(_sum(won), _sum(lost)),
        payoff=_ratio(average_win, average_loss),
        average_win=average_win,
        average_loss=average_loss,
        expectancy=_mean(nets),
        expectancy_r=math.fsum(multiples) / len(multiples) if multiples else None,
        with_risk=len(multiples),
        turnover=_sum(trade.quantity * (trade.entry_price + trade.exit_price) for trade in trades),
    )


def tallies_by(key: Callable[[TradeRecord], Key], results: Iterable[Scored]) -> Mapping[Key, Tally]:
    """Add up each group of trades, in the order in which the groups first closed one."""
    groups: dict[Key, list[Scored]] = {}
    for result in results:
        groups.setdefault(key(result.trade), []).append(result)
    return {name: tally_of(group) for name, group in groups.items()}


def why_unknown(tally: Tally) -> Iterator[tuple[str, str]]:
    """Name each figure that a tally lacks, and why it does."""
    if not tally.trades:
        yield from ((name, "no trade was closed") for name in _OF_TRADES)
    if not tally.won:
        yield "average_win", "no trade won"
    if not tally.lost:
        yield from ((name, "no trade lost") for name in ("average_loss", "profit_factor"))
    if tally.payoff is None:
        yield "payoff", "needs a trade that won and one that lost"
    if not tally.with_risk:
        yield "expectancy_r", "no trade had a stop, so nobody knows what was risked"


def r_multiples(trades: Iterable[TradeRecord]) -> list[float]:
    """Return the net result of each trade that had a stop, in units of what it risked."""
    return [r for trade in trades if (r := _r(trade)) is not None]


def _r(trade: TradeRecord) -> float | None:
    risk = trade.risk
    return float(trade.net_pnl) / float(risk) if risk is not None and risk > 0 else None


def losing_streak(trades: Iterable[TradeRecord]) -> Streak | None:
    """Find the longest row of trades that lost, in the order in which they closed."""
    rows = (list(row) for loses, row in groupby(trades, _loses) if loses)
    longest = max(rows, key=len, default=None)
    if longest is None:
        return None
    return Streak(
        trades=len(longest),
        net=_sum(trade.net_pnl for trade in longest),
        from_ms=longest[0].closed_ms,
        to_ms=longest[-1].closed_ms,
    )


def _loses(trade: TradeRecord) -> bool:
    return trade.net_pnl < 0


def _sum(amounts: Iterable[Decimal]) -> Quote:
    return Quote(sum(amounts, Decimal(0)))


def _mean(amounts: Sequence[Decimal]) -> float | None:
    return _ratio(_sum(amounts), len(amounts))


def _ratio(part: Decimal | float | None, whole: Decimal | float | None) -> float | None:
    return None if part is None or not whole else float(part) / float(whole)
