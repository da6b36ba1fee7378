"""What a run leaves behind: its trades, and what the account was worth at each candle's close."""

from array import array
from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Quantity, Quote, Symbol

__all__ = ["Course", "Curve", "Held", "TradeRecord"]


class TradeRecord(Struct, frozen=True, kw_only=True):
    """One round trip, with what was meant by it and how far it went either way."""

    number: int  # in the order in which they closed, from 1 on
    symbol: Symbol
    strategy: str
    direction: Direction
    opened_ms: int
    closed_ms: int
    quantity: Quantity
    entry_price: Price  # average
    exit_price: Price  # average
    gross_pnl: Quote
    fees: Quote  # positive is paid
    funding: Quote  # positive was received
    slippage: Quote  # of the entry against the signal's price; within the gross profit already
    net_pnl: Quote
    exit_reason: ExitReason
    reason: str  # why it was entered, in the strategy's words
    signal_price: float
    stop: Price | None  # as protected first
    target: Price | None
    risk: Quote | None  # what the way from entry to that stop was worth; None: there was no stop
    worst_price: Price  # the farthest that the market went against it while it was open
    best_price: Price  # and for it
    candles: int  # that closed while it was open
    is_ambiguous: bool = False  # a candle held stop and target: which came first is not in it


class Curve(Struct, frozen=True, kw_only=True):
    """The account at every instant at which base candles closed; the columns are equally long."""

    at_ms: "array[int]"  # typecode q
    equity: "array[float]"  # d; wallet and unrealised profit
    exposure: "array[float]"  # d; the notional of all positions together


class Held(Struct, frozen=True, kw_only=True):
    """What one symbol did meanwhile: whom the strategy has to beat."""

    first_ms: int
    first: float  # the price at which trading could begin
    last: float
    closes: Sequence[float]  # one for each instant of the curve from first_ms on


class Course(Struct, frozen=True, kw_only=True):
    """A whole run."""

    balance: Quote  # to begin with
    base_ms: int  # a base candle's length
    trades: tuple[TradeRecord, ...]
    curve: Curve
    held: Mapping[Symbol, Held]
    open_at_end: int = 0  # positions that no exit had closed
    signals: int = 0
    refused: Mapping[str, int] = {}  # signals by the check that refused them first
    halts: tuple[str, ...] = ()  # what kept entries off, in its words, with its time
    turnover: Decimal = Decimal(0)  # of all fills, in quote currency
    candles: Mapping[Symbol, int] = {}  # that were traded on
    missing: Mapping[Symbol, int] = {}  # candles that the data lack
    halted_ms: int = 0  # for how long halts kept entries off, all together
    capped: int = 0  # entries that a limit made smaller than what may be risked would have
