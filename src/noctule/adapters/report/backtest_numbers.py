"""Figures in print: the very digits of the summary's text, with a true minus and thin spaces."""

from decimal import Decimal
from typing import Final

from noctule.performance import written

__all__ = ["ABSENT", "count", "figure", "money", "share"]

ABSENT: Final = written.ABSENT
_THIN_SPACE: Final = "\u202f"
_IN_PRINT: Final = str.maketrans({"-": "−", ",": _THIN_SPACE, " ": _THIN_SPACE})


def money(amount: Decimal | float | None) -> str:
    """Write an amount of quote currency with two decimals."""
    return written.money(amount).translate(_IN_PRINT)


def figure(number: float | None) -> str:
    """Write a figure without a unit with two decimals."""
    return written.ratio(number).translate(_IN_PRINT)


def share(part: float | None, *, places: int = 2) -> str:
    """Write a share of one in percent."""
    return written.percent(part, places).translate(_IN_PRINT)


def count(number: float | None) -> str:
    """Write how many there are."""
    return ABSENT if number is None else f"{number:,.0f}".translate(_IN_PRINT)
