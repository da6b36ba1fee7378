"""What one fill does to one position."""

from decimal import Decimal

from noctule.adapters.sim.model import ZERO, Position

__all__ = ["apply_fill"]


def apply_fill(leg: Position, signed_qty: Decimal, price: Decimal, rate: Decimal) -> Decimal:
    """Change the position and return the profit realised, before fees.

    The entry price is the mean of the adding fills and a reduction leaves it alone; a flip starts
    anew at the price of the fill that flipped. The break-even price as Binance reports it holds
    the fee paid at opening, and neither funding nor the closing fee.
    """
    closed = _closed(leg.amount, signed_qty)
    realized = -closed * (price - leg.entry_price)
    added = signed_qty - closed
    leg.amount += closed
    if added:
        fee = rate if added > 0 else -rate
        leg.entry_price = _mean(leg.amount, leg.entry_price, added, price)
        leg.break_even = _mean(leg.amount, leg.break_even, added, price * (1 + fee))
        leg.amount += added
    if not leg.amount:
        leg.entry_price = leg.break_even = ZERO
    return realized


def _closed(amount: Decimal, signed_qty: Decimal) -> Decimal:
    """Return the part of a fill that brings the position nearer to zero, signed as the fill."""
    if amount * signed_qty >= 0:
        return ZERO
    return signed_qty if abs(signed_qty) <= abs(amount) else -amount


def _mean(amount: Decimal, price: Decimal, added: Decimal, added_price: Decimal) -> Decimal:
    return (amount * price + added * added_price) / (amount + added)
