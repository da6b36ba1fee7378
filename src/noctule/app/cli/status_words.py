"""How status writes money, prices, shares, moments and spans, so that a glance is enough."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from noctule.domain.figures import figure
from noctule.domain.values import MINUTE_MS, plain_text

__all__ = ["amount", "clock_time", "money", "percent", "price", "signed", "span"]

_CENT: Final = Decimal("0.01")
_HOUR_MS: Final = 60 * MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS
_DIGITS_MAX: Final = 10  # of a quantity; more do not help


def money(amount: Decimal) -> str:
    """Write an amount of quote currency: `10,012.31`."""
    return f"{amount.quantize(_CENT, ROUND_HALF_EVEN):,f}"


def signed(amount: Decimal) -> str:
    """Write what was won or lost: `+12.31`, `-0.50`, `0.00`."""
    cents = amount.quantize(_CENT, ROUND_HALF_EVEN)
    return f"{cents:+,f}" if cents else "0.00"


def percent(share: Decimal | float) -> str:
    """Write a share as percent: `0.42 %`, `5 %`."""
    text = f"{Decimal(share) * 100:.2f}"
    return f"{text.rstrip('0').rstrip('.')} %"


def price(number: Decimal | float | None) -> str:
    """Write a price: `61,180.8`; a dash where there is none."""
    return "-" if number is None else figure(float(number))


def amount(quantity: Decimal | None) -> str:
    """Write a quantity as the venue writes it; none is all there is."""
    return "all" if quantity is None else plain_text(quantity)[:_DIGITS_MAX]


def span(duration_ms: int) -> str:
    """Write how long: `8 s`, `12 min`, `3 h 05 min`, `2 d 4 h`."""
    if duration_ms < MINUTE_MS:
        return f"{max(0, duration_ms) // 1000} s"
    if duration_ms < _HOUR_MS:
        return f"{duration_ms // MINUTE_MS} min"
    if duration_ms < _DAY_MS:
        return f"{duration_ms // _HOUR_MS} h {duration_ms % _HOUR_MS // MINUTE_MS:02} min"
    return f"{duration_ms // _DAY_MS} d {duration_ms % _DAY_MS // _HOUR_MS} h"


def clock_time(at_ms: int, *, now_ms: int) -> str:
    """Write an instant in UTC: the time, with its day where that is not today's."""
    at, now = (datetime.fromtimestamp(each // 1_000, UTC) for each in (at_ms, now_ms))
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"
