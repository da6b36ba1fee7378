"""How Binance writes numbers: decimals are strings, with so many places and never an exponent.

What the exchange was given or counts exactly is written exactly; only means are rounded, and
amounts of the margin asset to the eight decimals in which they are kept.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from noctule.adapters.sim.model import Rules

__all__ = [
    "AMOUNT_PLACES",
    "MEAN_PLACES",
    "amount",
    "amount_or_0",
    "average",
    "average_or_0",
    "mean",
    "number",
    "padded",
    "padded_or_0",
    "quote_sum",
    "rounded",
    "trimmed",
    "verbatim",
]

AMOUNT_PLACES: Final = 8  # of everything counted in the margin asset
MEAN_PLACES: Final = 12  # of entry and break-even prices; seen up to 70.900038636

_AVERAGE_PLACES_MIN: Final = 5  # `avgPrice` reads "0.00000" while nothing has filled
_AVERAGE_PLACES_MORE: Final = 3  # a mean of prices is finer than a price
_NOTHING: Final = ("0", *(f"0.{'0' * places}" for places in range(1, 41)))  # by places
_NO_AMOUNT: Final = _NOTHING[AMOUNT_PLACES]
_QUANTA: Final = tuple(Decimal((0, (1,), -places)) for places in range(41))  # by places
_WIDE: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


def verbatim(value: Decimal) -> str:
    """Write a number with the decimals it came with: 0.10, 4529764."""
    text = str(value)
    return f"{value:f}" if "E" in text else text


def trimmed(value: Decimal) -> str:
    """Write a number exactly, without zeros at the end: 65000.1, 0."""
    if not value:
        return "0"  # also for a negative zero
    text = verbatim(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def padded(value: Decimal, places: int) -> str:
    """Write a number exactly, with so many decimals at least: 65000.10, 0.00."""
    if not value:
        return _NOTHING[places]
    text = verbatim(value)
    whole, _, fraction = text.partition(".")
    if len(fraction) == places:
        return text  # as it came: what most numbers are
    fraction = fraction.rstrip("0").ljust(places, "0")
    return f"{whole}.{fraction}" if fraction else whole


def padded_or_0(value: Decimal, places: int) -> str:
    """Write a number as events do, where nothing is a bare 0: 65000.10, 0."""
    return padded(value, places) if value else "0"


def amount(value: Decimal) -> str:
    """Write an amount of the margin asset: 126.72469206, 0.00000000."""
    return padded(rounded(value, AMOUNT_PLACES), AMOUNT_PLACES) if value else _NO_AMOUNT


def amount_or_0(value: Decimal) -> str:
    """Write an amount where nothing is a bare 0: 126.72469206, 0."""
    return padded_or_0(rounded(value, AMOUNT_PLACES), AMOUNT_PLACES) if value else "0"


def average(value: Decimal, rules: Rules) -> str:
    """Write the mean price of an order's fills: 65000.10000, 0.00000."""
    return padded(rounded(value, average_places(rules)), _AVERAGE_PLACES_MIN)


def average_or_0(value: Decimal, rules: Rules) -> str:
    """Write the mean price of an order's fills as events do: 65000.10, 0."""
    return padded_or_0(rounded(value, average_places(rules)), rules.price_precision)


def average_places(rules: Rules) -> int:
    """Return to how many decimals the mean price of an order is rounded."""
    return max(_AVERAGE_PLACES_MIN, rules.price_precision + _AVERAGE_PLACES_MORE)


def mean(value: Decimal) -> str:
    """Write the entry or break-even price of a position: 65032.60005, 0."""
    return trimmed(rounded(value, MEAN_PLACES))


def quote_sum(value: Decimal, rules: Rules) -> str:
    """Write a sum of price times quantity, with the decimals of both: 13.89500."""
    return padded(value, rules.price_precision + rules.quantity_precision)


def number(value: Decimal) -> int | float:
    """Write one of the few decimals that are JSON numbers: 50000, 0.004."""
    return int(value) if value == value.to_integral_value() else float(value)


def rounded(value: Decimal, places: int) -> Decimal:
    """Round a mean or a share to so many decimals."""
    return value.quantize(_QUANTA[places], context=_WIDE)
