"""From an approved decision to the orders that enter it."""

import math
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from noctule.domain.instrument import Instrument
from noctule.domain.order import (
    ClientOrderId,
    Leg,
    OrderKey,
    OrderKind,
    OrderRequest,
    TimeInForce,
    WorkingType,
)
from noctule.domain.signals import Direction
from noctule.domain.values import Price, Quantity, Rounding, Side, Symbol, round_to_step

__all__ = ["BracketPlan", "EntryTerms", "OrderWords", "entry_side", "slices"]

_SLICES_MAX = 36  # as many as a leg has names
_BUY, _SELL = Side.BUY, Side.SELL  # an enum's members are slow to look up
_LONG = Direction.LONG


class EntryTerms(Struct, frozen=True, kw_only=True):
    """How a position is entered."""

    quantity: Quantity
    kind: OrderKind = OrderKind.MARKET
    price: Price | None = None  # of a limit entry
    timeout_ms: int = 60_000  # of a limit entry: cancelled after that, real


class OrderWords(Struct, frozen=True, kw_only=True):
    """What the owner wants of stops and targets, whatever the trade."""

    working_type: WorkingType = WorkingType.CONTRACT_PRICE
    has_limit_target: bool = False


class BracketPlan(Struct, frozen=True, kw_only=True):
    """Whose position it is, which way, and where it ends."""

    symbol: Symbol
    strategy: str
    trace: str
    key: OrderKey  # of the first entry order
    direction: Direction
    stop: Price
    target: Price | None
    signal_price: float | None = None
    received_ms: int | None = None  # when the candle of the signal was in

    def __post_init__(self) -> None:
        assert self.direction is not Direction.FLAT, "flat is no position"

    @property
    def side(self) -> Side:
        """Return the side that enters."""
        return entry_side(self.direction)

    def entries(
        self, terms: EntryTerms, instrument: Instrument, names: Iterator[ClientOrderId]
    ) -> Iterator[OrderRequest]:
        """Yield the entry's orders: one, or slices where the contract's lot is smaller."""
        time_in_force = TimeInForce.GTC if terms.kind is OrderKind.LIMIT else None
        for quantity in slices(instrument, terms.quantity, terms.kind):
            yield OrderRequest(
                client_order_id=next(names),
                symbol=self.symbol,
                side=self.side,
                kind=terms.kind,
                leg=Leg.ENTRY,
                quantity=quantity,
                price=terms.price,
                time_in_force=time_in_force,
            )


def entry_side(direction: Direction) -> Side:
    """Return the side that opens a position in this direction."""
    return _BUY if direction is _LONG else _SELL


def slices(instrument: Instrument, quantity: Decimal, kind: OrderKind) -> Iterator[Quantity]:
    """Cut a quantity into even lots that this kind of order may carry.

    What is less than a step, or than the smallest lot, is left. Even, because a small last slice
    could be worth too little to be taken.
    """
    lot, rest = instrument.lot_of(kind), quantity
    for left in range(_pieces(quantity, lot.quantity_max), 0, -1):
        even = rest if left == 1 else round_to_step(rest / left, lot.step, Rounding.UP)
        piece = instrument.quantize_quantity(Quantity(min(even, rest)), kind)
        if piece == 0:
            return
        yield piece
        rest -= piece


def _pieces(quantity: Decimal, most: Decimal) -> int:
    return min(_SLICES_MAX, math.ceil(quantity / most))
