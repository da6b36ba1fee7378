"""When losses turn entries off, and when they may go on again."""

from collections.abc import Iterable
from typing import Final

from noctule.domain.memory import HaltMemory
from noctule.domain.signals import Reason
from noctule.domain.values import MINUTE_MS, Timeframe
from noctule.positions.portfolio import Portfolio
from noctule.risk.gate import percent
from noctule.risk.limits import RiskLimits

__all__ = [
    "DAILY_LOSS",
    "DRAWDOWN",
    "LOSING_STREAK",
    "halt_reasons",
    "halts_after_trade",
    "halts_for_equity",
    "lasting",
    "merged",
]

DAILY_LOSS: Final = "daily_loss"
DRAWDOWN: Final = "drawdown"
LOSING_STREAK: Final = "losing_streak"
_ACTOR = "risk"


def halts_for_equity(
    portfolio: Portfolio, limits: RiskLimits, *, now_ms: int
) -> tuple[HaltMemory, ...]:
    """Return the halts that what is left of the account calls for; ask after each change of it.

    A day's loss halts until the next UTC midnight, even if it is won back; a drawdown until an
    operator resumes, with whom the peak begins anew.
    """
    halts = []
    if portfolio.day_loss_share >= limits.max_daily_loss:
        lost, allowed = percent(portfolio.day_loss_share), percent(limits.max_daily_loss)
        cause = f"the day lost {lost} of {portfolio.day_equity}, the limit is {allowed}"
        halts.append(_halt(DAILY_LOSS, cause, ends_ms=Timeframe.D1.next_open(now_ms)))
    if portfolio.drawdown_share >= limits.max_drawdown:
        lost, allowed = percent(portfolio.drawdown_share), percent(limits.max_drawdown)
        cause = f"equity is {lost} below its peak of {portfolio.equity_peak}, "
        halts.append(_halt(DRAWDOWN, cause + f"the limit is {allowed}", ends_ms=None))
    return tuple(halts)


def halts_after_trade(
    losses_in_a_row: int, limits: RiskLimits, *, now_ms: int
) -> tuple[HaltMemory, ...]:
    """Return the cool-down that a losing trade begins; ask once, after each trade that lost."""
    is_streak = 0 < limits.cooldown_losses <= losses_in_a_row
    if not is_streak or limits.cooldown_minutes == 0:
        return ()
    cause = f"{losses_in_a_row} losing trades in a row, {limits.cooldown_losses} begin a cool-down"
    ends_ms = now_ms + limits.cooldown_minutes * MINUTE_MS
    return (_halt(LOSING_STREAK, cause, ends_ms=ends_ms),)


def merged(standing: Iterable[HaltMemory], found: Iterable[HaltMemory]) -> tuple[HaltMemory, ...]:
    """Return all halts, of each check the one that ends last; what stands stays as it is said."""
    by_check = {each.check: each for each in standing}
    for each in found:
        known = by_check.get(each.check)
        if known is None or _lasts_longer(each, known):
            by_check[each.check] = each
    return tuple(by_check.values())


def lasting(halts: Iterable[HaltMemory], *, now_ms: int) -> tuple[HaltMemory, ...]:
    """Return the halts that have not ended."""
    return tuple(each for each in halts if each.ends_ms is None or now_ms < each.ends_ms)


def halt_reasons(halts: Iterable[HaltMemory], *, now_ms: int) -> tuple[Reason, ...]:
    """Return why the halts that have not ended refuse an entry, and for how long."""
    return tuple(
        Reason(check=each.check, text=f"{each.cause}; {_end(each.ends_ms, now_ms)}")
        for each in lasting(halts, now_ms=now_ms)
    )


def _halt(check: str, cause: str, *, ends_ms: int | None) -> HaltMemory:
    return HaltMemory(check=check, cause=cause, actor=_ACTOR, ends_ms=ends_ms)


def _lasts_longer(halt: HaltMemory, other: HaltMemory) -> bool:
    if halt.ends_ms is None or other.ends_ms is None:
        return other.ends_ms is not None
    return halt.ends_ms > other.ends_ms


def _end(ends_ms: int | None, now_ms: int) -> str:
    if ends_ms is None:
        return "until somebody resumes"
    return f"for {(ends_ms - now_ms) / MINUTE_MS:.1f} minutes more"
