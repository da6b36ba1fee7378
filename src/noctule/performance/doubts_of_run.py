"""Doubts that the run raises: its length, its data, its market, and what was kept out of it."""

from typing import Final

from noctule.performance.doubt import Doubt, Gravity, gravity_from
from noctule.performance.equity import DAY_MS
from noctule.performance.records import Course
from noctule.performance.summary import Summary
from noctule.performance.written import lasted, money, percent

__all__ = ["ON_RUN"]

_YEAR_DAYS: Final = 365
_TREND: Final = 0.8  # of the way that a market went, so much led one way
_IDLE_SHARE: Final = 0.25  # of the run, on end
_UNEXPLAINED_SHARE: Final = 1e-4  # of the balance


def ruin(_: Course, summary: Summary) -> Doubt | None:
    """Doubt whatever came after there was nothing left."""
    fall = summary.drawdown
    if fall is None or fall.share < 1:
        return None
    text = f"The account was lost: equity fell by {percent(fall.share)} of its peak."
    return Doubt(name="ruin", gravity=Gravity.GRAVE, text=text, number=fall.share)


def costs(_: Course, summary: Summary) -> Doubt | None:
    """Doubt an edge that feeds the exchange."""
    paid, earned = summary.costs.total, summary.costs.gross_before
    if earned <= 0 or paid * 2 < earned:
        return None
    text = (
        f"Fees, funding and slippage took {money(paid)} of the {money(earned)} "
        "that the trades made before them."
    )
    share = float(paid / earned)
    gravity = gravity_from(share, serious=0, grave=1)
    return Doubt(name="costs", gravity=gravity, text=text, number=share)


def holding(_: Course, summary: Summary) -> Doubt | None:
    """Doubt a strategy that doing nothing beats."""
    held = summary.basket.return_share if summary.basket else None
    if held is None or summary.return_share >= held:
        return None
    text = (
        f"Buying and holding made {percent(held)} over the same time, "
        f"this run {percent(summary.return_share)}."
    )
    return Doubt(name="holding", gravity=Gravity.SERIOUS, text=text, number=held)


def short_span(_: Course, summary: Summary) -> Doubt | None:
    """Doubt what was tried for less than a year."""
    if summary.days >= _YEAR_DAYS:
        return None
    text = (
        f"It ran for {lasted(summary.days * DAY_MS)}: less than a year shows few moods of a market."
    )
    gravity = gravity_from(-summary.days, serious=-90, grave=-30)
    return Doubt(name="short_span", gravity=gravity, text=text, number=summary.days)


def one_regime(_: Course, summary: Summary) -> Doubt | None:
    """Doubt what was tried in a market that only went one way."""
    trend = summary.basket.trend if summary.basket else None
    if trend is None or abs(trend) < _TREND:
        return None
    text = (
        f"The market knew one direction, {'up' if trend > 0 else 'down'}: "
        f"{percent(abs(trend), 0)} of its way in 30-day steps led there."
    )
    return Doubt(name="one_regime", gravity=Gravity.SERIOUS, text=text, number=trend)


def gaps(_: Course, summary: Summary) -> Doubt | None:
    """Doubt data with holes."""
    missing, present = sum(summary.missing.values()), sum(summary.candles.values())
    if not missing:
        return None
    share = missing / (missing + present)
    holed = sum(1 for each in summary.missing.values() if each)
    text = (
        f"{missing:,} candles are missing from the data of {_symbols(holed)} "
        f"({percent(share, 2)} of all)."
    )
    gravity = gravity_from(share, serious=0.01, grave=0.1)
    return Doubt(name="gaps", gravity=gravity, text=text, number=share)


def open_at_end(_: Course, summary: Summary) -> Doubt | None:
    """Doubt profit that nobody took."""
    count = summary.open_at_end
    if not count:
        return None
    weighs = abs(summary.open_profit) * 2 >= abs(summary.profit)
    text = (
        f"{_positions(count)} still open at the end: "
        f"{money(summary.open_profit)} of the result {money(summary.profit)} is theirs."
    )
    gravity = Gravity.SERIOUS if weighs else Gravity.MILD
    return Doubt(name="open_at_end", gravity=gravity, text=text, number=count)


def unexplained(_: Course, summary: Summary) -> Doubt | None:
    """Doubt books that do not balance."""
    apart = 0.0 if summary.open_at_end else abs(summary.open_profit)
    if apart <= float(summary.balance) * _UNEXPLAINED_SHARE:
        return None
    text = (
        f"Nothing is open, and yet equity and trades differ by {money(apart)}: "
        "the account holds what no trade tells."
    )
    return Doubt(name="unexplained", gravity=Gravity.GRAVE, text=text, number=apart)


def halts(course: Course, summary: Summary) -> Doubt | None:
    """Doubt a strategy that was seldom allowed to act."""
    count = len(course.halts)
    if not count and not summary.halted_ms:
        return None
    share = min(summary.halted_ms / max(summary.days * DAY_MS, 1), 1.0)
    last = f"; the last: {course.halts[-1]}" if count else ""
    time = f"for {lasted(summary.halted_ms)} ({percent(share, 2)} of the time) "
    text = f"Entries were kept off {time if share else ''}by {_halts(count)}{last}."
    gravity = gravity_from(share, serious=0.1, grave=0.5)
    return Doubt(name="halts", gravity=gravity, text=text, number=share)


def idle(_: Course, summary: Summary) -> Doubt | None:
    """Doubt a run that for most of its time was none."""
    flat = summary.flat.lasted_ms if summary.flat else 0
    share = flat / max(summary.days * DAY_MS, 1)
    if share < _IDLE_SHARE or not summary.total.trades:
        return None
    text = f"It held nothing for {lasted(flat)} on end ({percent(share)} of its time)."
    gravity = gravity_from(share, serious=0.5, grave=2)
    return Doubt(name="idle", gravity=gravity, text=text, number=share)


def refusals(_: Course, summary: Summary) -> Doubt | None:
    """Doubt a strategy that was mostly not listened to."""
    refused = sum(summary.refused.values())
    if refused * 2 < summary.signals or not refused:
        return None
    check = max(summary.refused, key=lambda each: summary.refused[each])
    share = refused / max(summary.signals, refused)
    text = (
        f"{refused:,} of {max(summary.signals, refused):,} signals were refused "
        f"({percent(share)}), {summary.refused[check]:,} of them by {check}."
    )
    gravity = gravity_from(share, serious=0.8, grave=2)
    return Doubt(name="refusals", gravity=gravity, text=text, number=share)


def capped(_: Course, summary: Summary) -> Doubt | None:
    """Doubt sizes that a limit chose."""
    if not summary.capped:
        return None
    entries = max(summary.total.trades + summary.open_at_end, summary.capped)
    share = summary.capped / entries
    text = (
        f"{summary.capped:,} of {entries:,} entries were made smaller by a limit: "
        "they risked less than was asked for."
    )
    gravity = gravity_from(share, serious=0.5, grave=2)
    return Doubt(name="capped", gravity=gravity, text=text, number=share)


def _halts(count: int) -> str:
    return f"{count:,} halts" if count > 1 else "a halt"


def _symbols(count: int) -> str:
    return "1 symbol" if count == 1 else f"{count:,} symbols"


def _positions(count: int) -> str:
    return "1 position was" if count == 1 else f"{count:,} positions were"


ON_RUN: Final = (
    ruin,
    unexplained,
    costs,
    holding,
    one_regime,
    short_span,
    gaps,
    idle,
    halts,
    refusals,
    open_at_end,
    capped,
)
