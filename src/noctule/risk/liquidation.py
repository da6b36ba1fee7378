"""Where the venue would close a position by force; facts 7, one-way mode."""

from collections.abc import Sequence
from decimal import Decimal

from noctule.domain.instrument import LeverageBracket
from noctule.domain.values import Price, Quantity, Quote, Side

__all__ = ["liquidation_price", "margin_to_reach"]


def liquidation_price(
    side: Side,
    quantity: Quantity,
    *,
    entry_price: Price,
    margin: Decimal,
    brackets: Sequence[LeverageBracket],
) -> Price | None:
    """Return the mark price at which the margin is used up; None where no price does that.

    Isolated, the margin is the position's own; crossed, it is all that nothing else needs.
    """
    worth = margin - side.sign * quantity * entry_price
    level = Decimal(0)
    for bracket in brackets:
        slope = quantity * (bracket.maintenance_share - side.sign)
        level = (worth + bracket.maintenance_amount) / slope
        # A tier asks too little of what is worth more than its cap, so the first that fits is it.
        if quantity * level <= bracket.notional_cap:
            break
    return Price(level) if level > 0 else None


def margin_to_reach(
    price: Price,
    side: Side,
    quantity: Quantity,
    *,
    entry_price: Price,
    brackets: Sequence[LeverageBracket],
) -> Quote:
    """Return the margin with which a position lives until this price."""
    notional = quantity * price
    kept = max(notional * each.maintenance_share - each.maintenance_amount for each in brackets)
    return Quote(kept + side.sign * quantity * (entry_price - price))
