"""From times and prices to places on the paper, and the round numbers written beside them."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.domain.values import MINUTE_MS, plain_text

__all__ = [
    "DAY_MS",
    "Plane",
    "decimals_of",
    "exact",
    "minute_text",
    "price_step",
    "price_ticks",
    "time_ticks",
]

DAY_MS: Final = 24 * 60 * MINUTE_MS
_TICKS: Final = 10  # of each axis, about
_TIME_STEPS_MIN: Final = (1, 5, 15, 30, 60, 120, 240, 360, 720)
_DAY_STEPS: Final = (1, 2, 7, 14, 28, 91, 364, 1820)


class Plane(Struct, frozen=True, kw_only=True):
    """A rectangle of paper, and the times and prices it stands for."""

    left: float
    right: float
    top: float
    bottom: float
    from_ms: int
    to_ms: int
    low: float
    high: float

    def x(self, at_ms: int) -> float:
        """Return where an instant lies; what is outside lies on the nearer edge."""
        share = (at_ms - self.from_ms) / (self.to_ms - self.from_ms)
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)

    def y(self, price: float) -> float:
        """Return where a price lies; what is outside lies on the nearer edge."""
        share = (price - self.low) / (self.high - self.low)
        return self.bottom - min(1.0, max(0.0, share)) * (self.bottom - self.top)

    def shows(self, low: float, high: float, from_ms: int, to_ms: int | None) -> bool:
        """Tell whether anything of a shape is inside."""
        in_time = from_ms < self.to_ms and (to_ms is None or to_ms > self.from_ms)
        return in_time and low <= self.high and high >= self.low


def price_step(low: float, high: float) -> float:
    """Return the round distance between the prices that are written at the axis."""
    rough = (high - low) / _TICKS
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * 0.999)


def price_ticks(low: float, high: float) -> list[float]:
    """Return the round prices inside, lowest first."""
    step = price_step(low, high)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def decimals_of(step: float) -> int:
    """Return how many decimals tell the prices of an axis apart."""
    exponent = Decimal(f"{step:.6g}").normalize().as_tuple().exponent
    return max(0, -int(exponent))


def time_ticks(from_ms: int, to_ms: int) -> list[int]:
    """Return the round times inside, UTC, earliest first; whole days where there are many."""
    steps = [
        *(each * MINUTE_MS for each in _TIME_STEPS_MIN),
        *(each * DAY_MS for each in _DAY_STEPS),
    ]
    step = next((each for each in steps if (to_ms - from_ms) <= each * 1.3 * _TICKS), steps[-1])
    first = -(-from_ms // step) * step
    return list(range(first, to_ms, step))


def minute_text(at_ms: int) -> str:
    """Write a time to the minute, UTC."""
    return f"{datetime.fromtimestamp(at_ms // 1_000, UTC):%Y-%m-%d %H:%M}"


def exact(price: float) -> str:
    """Write a price with every digit that a market knows, and no rounding error of a float's."""
    return plain_text(Decimal(f"{price:.12g}")) if math.isfinite(price) else str(price)
