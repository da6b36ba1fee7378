"""What a fill does to a position, by the exchange's arithmetic: nothing else moves money here.

The entry price is the mean of the fills that added, a reduction leaves it alone, and a flip starts
anew at the price of the fill that flipped (facts 7). Means are kept to the 28 digits of a Decimal,
though the exchange shows twelve decimals of them: only so the profits agree to the last decimal.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.domain.position import Fill, Position
from noctule.domain.values import Price, Quantity, Quote

__all__ = ["Applied", "apply", "split", "to_8"]

_E8: Final = Decimal("0.00000001")  # a wallet has eight decimals


class Applied(Struct, frozen=True, kw_only=True):
    """A position after a fill, and what the fill realised before fees."""

    position: Position
    realized_pnl: Quote


def apply(position: Position, fill: Fill) -> Applied:
    """Add a fill to the position of its symbol."""
    assert position.symbol == fill.symbol, f"{fill.symbol} was traded, not {position.symbol}"
    held, entry = position.signed_quantity, position.entry_price or Decimal(0)
    closed = _closed(held, fill.signed_quantity)
    added = fill.signed_quantity - closed
    kept = held + closed
    left = kept + added
    return Applied(
        position=Position(
            symbol=position.symbol,
            signed_quantity=left,
            entry_price=Price(_mean(kept, entry, added, fill.price)) if left else None,
            updated_ms=max(position.updated_ms, fill.at_ms),
        ),
        realized_pnl=to_8(closed * (entry - fill.price)),
    )


def split(position: Position, fill: Fill) -> tuple[Fill, Fill | None]:
    """Cut a fill where the position is flat: what ends the old one, and what begins another.

    Its fee goes by quantity, and what it realised belongs to the end.
    """
    closed = abs(_closed(position.signed_quantity, fill.signed_quantity))
    if not closed or closed == fill.quantity:
        return fill, None
    fee = fill.fee * closed / fill.quantity
    end = replace(fill, quantity=Quantity(closed), fee=to_8(fee))
    beginning = replace(
        fill,
        quantity=Quantity(fill.quantity - closed),
        fee=fill.fee - end.fee,
        realized_pnl=Quote(Decimal(0)),
    )
    return end, beginning


def to_8(amount: Decimal) -> Quote:
    """Round an amount as wallets are kept: to eight decimals, half to even."""
    return Quote(amount.quantize(_E8, ROUND_HALF_EVEN))


def _closed(held: Decimal, traded: Decimal) -> Decimal:
    """Return the part of a trade that brings a position nearer to zero, signed as the trade."""
    if held * traded >= 0:
        return Decimal(0)
    return traded if abs(traded) <= abs(held) else -held


def _mean(held: Decimal, entry: Decimal, added: Decimal, price: Decimal) -> Decimal:
    if not added:
        return entry
    return (held * entry + added * price) / (held + added)
