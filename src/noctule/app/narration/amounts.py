"""Money, prices and moves as a trader reads them."""

from decimal import Decimal
from typing import Final

from noctule.domain.figures import figure
from noctule.domain.values import plain_text

__all__ = ["money", "move", "percent_of", "price_text", "signed"]

_CENT: Final = Decimal("0.01")
_DIGITS_MAX: Final = 9  # of a price that some tick made; an average has more


def money(amount: Decimal) -> str:
    """Write an amount to the cent, and what is less than one as it is."""
    if amount and abs(amount) < _CENT:
        return figure(float(amount))
    return f"{amount:,.2f}"


def signed(amount: Decimal) -> str:
    """Write an amount that was won or lost."""
    return f"+{money(amount)}" if amount > 0 else money(amount)


def price_text(price: Decimal) -> str:
    """Write a price with all its digits, but an average's."""
    text = plain_text(price)
    if len(text.replace(".", "")) > _DIGITS_MAX:
        return figure(float(price))
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}{'.' * bool(rest)}{rest}"


def percent_of(base: Decimal, now: Decimal, *, sign: int = 1) -> str:
    """Write how far a price is from another; the sign is -1 for who is short."""
    return move(float(base), float(now), sign=sign)


def move(base: float, now: float, *, sign: int = 1) -> str:
    """Write how far an observed price is from another: `+0.12 %`."""
    return f"{sign * (now / base - 1) * 100:+.2f} %" if base else "?"
