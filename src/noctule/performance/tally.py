"""What a group of trades came to: the same figures for a run, a symbol, a side, a strategy."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct

from noctule.domain.values import Quote
from noctule.performance.records import TradeRecord

__all__ = ["Streak", "Tally", "losing_streak", "r_multiples", "tallies_by", "tally_of"]

Key = TypeVar("Key")


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
