"""Losses turn entries off, and every halt says when it ends."""

from decimal import Decimal

import pytest

from noctule.domain.memory import HaltMemory
from noctule.domain.signals import Reason
from noctule.risk.breakers import (
    halt_reasons,
    halts_after_trade,
    halts_for_equity,
    lasting,
    merged,
)
from noctule.risk.limits import RiskLimits
from tests.builders import START_MS
from tests.risk_builders import NOW_MS, portfolio

DAY_MS, MINUTE_MS = 86_400_000, 60_000
MIDNIGHT_MS = START_MS + DAY_MS
LIMITS = RiskLimits()


def halt(check: str = "daily_loss", *, ends_ms: int | None = None, cause: str = "x") -> HaltMemory:
    return HaltMemory(check=check, cause=cause, actor="risk", ends_ms=ends_ms)


def test_a_day_that_lost_too_much_ends_at_the_next_midnight() -> None:
    account = portfolio(wallet="9400", unrealized_pnl="100", day_equity="10000")
    assert halts_for_equity(account, LIMITS, now_ms=NOW_MS) == (
        HaltMemory(
            check="daily_loss",
            cause="the day lost 5 % of 10000, the limit is 5 %",
            actor="risk",
            ends_ms=MIDNIGHT_MS,
        ),
    )


def test_a_drawdown_lasts_until_somebody_resumes() -> None:
    account = portfolio(wallet="8000", equity_peak="10000")
    assert halts_for_equity(account, LIMITS, now_ms=NOW_MS) == (
        HaltMemory(
            check="drawdown",
            cause="equity is 20 % below its peak of 10000, the limit is 20 %",
            actor="risk",
            ends_ms=None,
        ),
    )


@pytest.mark.parametrize("wallet", ["9500.01", "10000", "20000"])
def test_an_account_above_its_limits_is_not_halted(wallet: str) -> None:
    account = portfolio(wallet=wallet, day_equity="10000", equity_peak="11000")
    assert halts_for_equity(account, LIMITS, now_ms=NOW_MS) == ()


def test_the_last_millisecond_of_a_day_belongs_to_it() -> None:
    account = portfolio(wallet="1", day_equity="2")
    (found,) = halts_for_equity(account, LIMITS, now_ms=MIDNIGHT_MS - 1)
    assert found.ends_ms == MIDNIGHT_MS
    (found,) = halts_for_equity(account, LIMITS, now_ms=MIDNIGHT_MS)
    assert found.ends_ms == MIDNIGHT_MS + DAY_MS


@pytest.mark.parametrize("losses", [3, 4])
def test_a_losing_streak_begins_a_cool_down_and_so_does_each_further_loss(losses: int) -> None:
    assert halts_after_trade(losses, LIMITS, now_ms=NOW_MS) == (
        HaltMemory(
            check="losing_streak",
            cause=f"{losses} losing trades in a row, 3 begin a cool-down",
            actor="risk",
            ends_ms=NOW_MS + 60 * MINUTE_MS,
        ),
    )


@pytest.mark.parametrize(
    ("losses", "limits"),
    [
        (0, LIMITS),
        (2, LIMITS),
        (9, RiskLimits(cooldown_losses=0)),
        (9, RiskLimits(cooldown_minutes=0)),
    ],
)
def test_a_short_streak_or_one_not_counted_begins_none(losses: int, limits: RiskLimits) -> None:
    assert halts_after_trade(losses, limits, now_ms=NOW_MS) == ()


def test_a_halt_refuses_until_the_very_millisecond_that_it_ends() -> None:
    timed, endless = halt(ends_ms=NOW_MS + 90_000), halt("drawdown", cause="fell")
    assert lasting((timed, endless), now_ms=NOW_MS + 89_999) == (timed, endless)
    assert lasting((timed, endless), now_ms=NOW_MS + 90_000) == (endless,)
    assert halt_reasons((timed, endless), now_ms=NOW_MS) == (
        Reason(check="daily_loss", text="x; for 1.5 minutes more"),
        Reason(check="drawdown", text="fell; until somebody resumes"),
    )


@pytest.mark.parametrize(
    ("standing_ms", "found_ms", "kept_ms"),
    [(5, 6, 6), (6, 5, 6), (None, 6, None), (6, None, None)],
)
def test_of_two_halts_by_one_check_the_one_that_ends_last_is_kept(
    standing_ms: int | None, found_ms: int | None, kept_ms: int | None
) -> None:
    other = halt("drawdown")
    (kept, last) = merged((halt(ends_ms=standing_ms), other), (halt(ends_ms=found_ms),))
    assert (kept, last) == (halt(ends_ms=kept_ms), other)


def test_a_halt_that_is_found_again_stays_as_it_was_said_first() -> None:
    first, again = halt(ends_ms=5, cause="lost 5 %"), halt(ends_ms=5, cause="lost 6 %")
    assert merged((first,), (again,)) == (first,)


def test_a_halt_of_another_check_is_added() -> None:
    assert merged((halt("a"),), (halt("b"),)) == (halt("a"), halt("b"))


def test_nothing_lost_is_no_halt_even_where_nothing_may_be_lost() -> None:
    limits = RiskLimits(max_daily_loss=Decimal("0.0001"), max_drawdown=Decimal("0.0001"))
    assert halts_for_equity(portfolio(wallet="0"), limits, now_ms=NOW_MS) == ()
