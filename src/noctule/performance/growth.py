"""What the account grew by, and at what price in falls: everything that equity alone tells."""

import math
from collections.abc import Mapping

from msgspec import Struct

from noctule.performance.equity import DAY_MS, Days, Falls, days_of, falls_of, whole_ms
from noctule.performance.ratios import Unknown, cagr, calmar, sharpe, sortino
from noctule.performance.records import Course

__all__ = ["Growth", "growth_of"]


class Growth(Struct, frozen=True, kw_only=True):
    """From the beginning of the first candle to the end of the last."""

    from_ms: int
    to_ms: int
    days: float
    equity: float  # at the end
    profit: float
    return_share: float
    falls: Falls
    utc_days: Days
    ratios: Mapping[str, float | Unknown]  # cagr, sharpe, sortino, calmar


def growth_of(course: Course) -> Growth:
    """Measure the equity curve against the balance that it began with."""
    curve, balance = course.curve, float(course.balance)
    assert balance > 0, f"a run begins with a balance, was {balance}"
    assert math.isfinite(sum(curve.equity)), "equity is a number at each instant"
    from_ms = whole_ms(curve.at_ms[0] - course.base_ms) if curve.at_ms else 0
    to_ms = whole_ms(curve.at_ms[-1]) if curve.at_ms else 0
    equity = curve.equity[-1] if curve.at_ms else balance
    days = (to_ms - from_ms) / DAY_MS
    falls = falls_of(curve.at_ms, curve.equity, start_ms=from_ms, start=balance)
    utc_days = days_of(curve.at_ms, curve.equity, start=balance)
    return Growth(
        from_ms=from_ms,
        to_ms=to_ms,
        days=days,
        equity=equity,
        profit=equity - balance,
        return_share=equity / balance - 1,
        falls=falls,
        utc_days=utc_days,
        ratios=_ratios(utc_days, falls, end=equity, days=days),
    )


def _ratios(
    utc_days: Days, falls: Falls, *, end: float, days: float
) -> Mapping[str, float | Unknown]:
    growth = cagr(start=utc_days.worth[0], end=end, days=days)
    deepest = falls.deepest.share if falls.deepest else None
    return {
        "cagr": growth,
        "sharpe": sharpe(utc_days.worth),
        "sortino": sortino(utc_days.worth),
        "calmar": calmar(growth=growth, drawdown_share=deepest),
    }
