"""What is done to those who trade beside the events, and what they are told once: for a journal.

Whoever does it says so first, so that a replay can do the same at the same place.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from msgspec import Struct

from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.market import Candle
from noctule.domain.order import ClientOrderId
from noctule.domain.position import AccountSnapshot, Income
from noctule.domain.signals import Reason
from noctule.domain.values import Symbol, Timeframe
from noctule.positions.equity import EquityStanding
from noctule.reconcile.plan import Adoption

__all__ = [
    "AccountBelieved",
    "AnswerWanted",
    "BooksTakenUp",
    "ClocksCompared",
    "ContractsKnown",
    "Deed",
    "EntriesKeptOff",
    "ForeignNoted",
    "HistoryRead",
    "LimitsAdopted",
    "LookWanted",
    "PositionAdopted",
    "RateTold",
    "StrategyLeftOff",
    "TellDeed",
    "TransfersTold",
    "tell_nobody",
]


class ContractsKnown(Struct, frozen=True, kw_only=True, tag=True):
    """The rules and terms of what is traded are these from here on."""

    instruments: Mapping[Symbol, Instrument]
    terms: Mapping[Symbol, TradingTerms]


class HistoryRead(Struct, frozen=True, kw_only=True, tag=True):
    """The candles before the first event, as the exchange told them."""

    symbol: Symbol
    base: tuple[Candle, ...]
    higher: Mapping[Timeframe, tuple[Candle, ...]]


class EntriesKeptOff(Struct, frozen=True, kw_only=True, tag=True):
    """What was observed against entries is all of this from here on."""

    reasons: tuple[Reason, ...]


class StrategyLeftOff(Struct, frozen=True, kw_only=True, tag=True):
    """A strategy starts disabled, for what it did to a process before."""

    strategy: str
    reason: str


class AccountBelieved(Struct, frozen=True, kw_only=True, tag=True):
    """The whole account was asked for and is taken as told."""

    snapshot: AccountSnapshot
    asked_ms: int


class PositionAdopted(Struct, frozen=True, kw_only=True, tag=True):
    """A bracket begins with what was found."""

    adoption: Adoption


class ForeignNoted(Struct, frozen=True, kw_only=True, tag=True):
    """What is not ours on a symbol; None: nothing any more."""

    symbol: Symbol
    text: str | None


class LookWanted(Struct, frozen=True, kw_only=True, tag=True):
    """The account check wants to know what is held of a symbol."""

    symbol: Symbol


class AnswerWanted(Struct, frozen=True, kw_only=True, tag=True):
    """The account check wants to know what became of an order."""

    symbol: Symbol
    client_order_id: ClientOrderId


class BooksTakenUp(Struct, frozen=True, kw_only=True, tag=True):
    """The bookings of the day were told."""

    incomes: tuple[Income, ...]
    at_ms: int


class TransfersTold(Struct, frozen=True, kw_only=True, tag=True):
    """The bookings were told that were missed."""

    incomes: tuple[Income, ...]
    after_ms: int


class RateTold(Struct, frozen=True, kw_only=True, tag=True):
    """What another asset is worth."""

    asset: str
    rate: Decimal


class ClocksCompared(Struct, frozen=True, kw_only=True, tag=True):
    """How wrong our time was found."""

    offset_ms: float | None


class LimitsAdopted(Struct, frozen=True, kw_only=True, tag=True):
    """Other limits hold from the next signal on: the [risk] section as JSON."""

    limits: bytes


Deed = (
    ContractsKnown
    | HistoryRead
    | EntriesKeptOff
    | StrategyLeftOff
    | AccountBelieved
    | PositionAdopted
    | ForeignNoted
    | LookWanted
    | AnswerWanted
    | BooksTakenUp
    | TransfersTold
    | RateTold
    | ClocksCompared
    | LimitsAdopted
    | EquityStanding
)
TellDeed = Callable[[Deed], None]


def tell_nobody(_deed: Deed) -> None:
    """Keep no journal."""
