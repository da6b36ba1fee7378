"""Figures as people read them: one way to write money, shares and durations, for the whole page."""

from decimal import Decimal
from typing import Final

from noctule.adapters.report.axes import DAY_MS
from noctule.domain.values import MINUTE_MS

__all__ = ["ABSENT", "duration", "figure", "money", "share"]

ABSENT: Final = "–"
_THIN_SPACE: Final = "\u202f"
_HOUR_MS: Final = 60 * MINUTE_MS


def money(amount: Decimal | float | None) -> str:
    """Write an amount of quote currency with two decimals."""
    return figure(amount)


def figure(number: Decimal | float | None, *, decimals: int = 2) -> str:
    """Write a number; a true minus, thin spaces between thousands, a dash where there is none."""
    if number is None:
        return ABSENT
    text = f"{number:,.{decimals}f}".replace(",", _THIN_SPACE)
    is_nothing = not text.strip(f"-0.{_THIN_SPACE}")
    return text.lstrip("-") if is_nothing else text.replace("-", "−")


def share(part: float | None, *, decimals: int = 2) -> str:
    """Write a share of one in percent."""
    return ABSENT if part is None else f"{figure(100 * part, decimals=decimals)}{_THIN_SPACE}%"


def duration(length_ms: float | None) -> str:
    """Write how long something took in its two largest units."""
    if length_ms is None:
        return ABSENT
    minutes = round(length_ms / MINUTE_MS)
    days, hours = divmod(minutes * MINUTE_MS // _HOUR_MS, DAY_MS // _HOUR_MS)
    if days:
        return f"{figure(days, decimals=0)} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
