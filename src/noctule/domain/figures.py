"""How an observed number is written for people: with the digits that tell something."""

import math
from typing import Final

__all__ = ["figure", "share"]

_DIGITS: Final = 6  # that tell something
_PLACES_MAX: Final = 12  # behind the point: what is smaller is nothing


def figure(number: float) -> str:
    """Write a price or a measure: `64,120.4`, `0.0123`, `14.1`."""
    if not math.isfinite(number):
        return str(number)
    whole_digits = math.floor(math.log10(abs(number))) + 1 if number else 1
    places = min(max(_DIGITS - whole_digits, 0), _PLACES_MAX)
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(number: float) -> str:
    """Write a share of one as percent, without its sign: `0.12 %`."""
    return f"{abs(number) * 100:.2g} %"
