"""How money, shares and times of a run are written for people."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

__all__ = ["ABSENT", "day", "instant", "lasted", "money", "percent", "ratio", "trades_of"]

ABSENT: Final = "–"
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS


def money(amount: Decimal | float | None) -> str:
    """Write an amount of quote currency: `1,234.50`."""
    return _fixed(amount, 2)


def ratio(number: float | None) -> str:
    """Write a figure without a unit: `1.84`."""
    return _fixed(number, 2)


def percent(share: float | None, places: int = 1) -> str:
    """Write a share of one, signed where it is below zero: `-12.3 %`."""
    return ABSENT if share is None else f"{_fixed(share * 100, places)} %"


def instant(at_ms: int) -> str:
    """Write a time to the nearest minute, UTC: `2023-05-01 00:05`."""
    minutes = round(at_ms / _MINUTE_MS)
    return datetime.fromtimestamp(minutes * 60, tz=UTC).strftime("%Y-%m-%d %H:%M")


def day(at_ms: int) -> str:
    """Write the day of an instant, UTC: `2023-05-01`."""
    return instant(at_ms)[:10]


def lasted(duration_ms: float | None) -> str:
    """Write a duration in its two largest units: `3 d 4 h`, `4 h 5 min`, `5 min`."""
    if duration_ms is None:
        return ABSENT
    minutes = round(duration_ms / _MINUTE_MS)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days:,} d {hours} h" if hours else f"{days:,} d"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min" if minutes else f"{duration_ms / 1000:.1f} s"


def trades_of(count: int) -> str:
    """Write a number of trades: `1 trade`, `1,200 trades`."""
    return "1 trade" if count == 1 else f"{count:,} trades"


def _fixed(number: Decimal | float | None, places: int) -> str:
    """Write with so many places, and nothing as nothing, not as -0.00."""
    if number is None:
        return ABSENT
    text = f"{number:,.{places}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text
