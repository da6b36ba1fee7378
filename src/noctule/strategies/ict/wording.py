"""Times and prices as a reason tells them, so that everybody finds them on a chart."""

from datetime import UTC, datetime

__all__ = ["told_price", "told_time"]


def told_time(at_ms: int) -> str:
    """Write an instant to the minute, in UTC."""
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M")


def told_price(price: float) -> str:
    """Write a price with as many digits as any venue shows, and no more."""
    return f"{price:.10g}"
