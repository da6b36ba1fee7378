"""Whose position it is: by memory, by what of ours rests there, or by the orders that made it."""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from noctule.domain.ids import is_ours, parse_client_order_id
from noctule.domain.order import Leg, OrderKey, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.reconcile.case import RecoveryTerms, SymbolCase

__all__ = [
    "NOBODY",
    "Entered",
    "Origin",
    "claim",
    "is_unexplained",
    "key_of",
    "leg_of",
    "origin_of",
    "strategy_of",
]

NOBODY = "unknown"  # the strategy of what no strategy of today has entered
_SAME_MS: Final = 1_000  # stamps of an order and of the position that it made


class Entered(StrEnum):
    """Who entered what is held, as far as the orders tell."""

    BY_US = "by us"
    BY_OTHERS = "by others"
    UNTOLD = "untold"  # it was entered before the first order that is told


class Origin(Struct, frozen=True, kw_only=True):
    """How the position came about."""

    entered: Entered
    explained: Decimal | None = None  # what our orders made of it, signed; None: it is older


def claim(case: SymbolCase) -> str | None:
    """Say why a position is ours; None for somebody else's.

    Who made it counts more than what rests beside it: an order of ours may have been forgotten
    there, for those with a quantity are not cancelled with their position (facts 2.5).
    """
    origin = origin_of(case)
    if origin.entered is Entered.BY_US:
        return "orders of ours entered it"
    if any(each.filled and _adds(each, case) for each in case.ours):
        return "an entry of ours fills"
    if origin.entered is Entered.BY_OTHERS and not origin.explained:
        return None
    if any(_would_end(each, case) for each in case.ours):
        return "orders of ours guard it"
    if case.remembers(case.direction) and origin.entered is Entered.UNTOLD:
        return "it is remembered"
    return None


def is_unexplained(case: SymbolCase) -> bool:
    """Tell whether nothing says whose a position is, so that an order may be told of late."""
    if case.position.is_flat or claim(case) is not None:
        return False
    last_ms = max((each.updated_ms for each in case.history if each.filled), default=0)
    return origin_of(case).entered is Entered.UNTOLD or last_ms < case.position.updated_ms


def origin_of(case: SymbolCase) -> Origin:
    """Follow the orders to what is held now: who entered since it was flat last.

    What was held before the first of them is what is held now less all that they traded.
    """
    trades = [(each, _signed(each)) for each in case.history if _may_have_made(each, case)]
    running = case.position.signed_quantity - sum((change for _, change in trades), Decimal(0))
    entered, explained = Entered.UNTOLD, None
    for report, change in trades:
        before, running = running, running + change
        is_ours = case.is_ours(report)
        if before * running <= 0:  # it was flat, is now, or went from one side to the other
            entered, explained = Entered.BY_OTHERS, running if is_ours else Decimal(0)
        elif explained is not None and is_ours:
            explained += change
        if is_ours and leg_of(report) is Leg.ENTRY and change * running > 0:
            entered = Entered.BY_US
    return Origin(entered=entered, explained=explained)


def leg_of(report: OrderReport) -> Leg:
    """Return what an order of ours is for."""
    return _key(report).leg


def strategy_of(case: SymbolCase, terms: RecoveryTerms, direction: Direction) -> str:
    """Return whose it is; without a memory the check characters of a name tell."""
    memory = case.remembers(direction)
    if memory is not None:
        return memory.strategy
    names = [each.client_order_id for each in (*case.ours, *_ours_ended(case))]
    configured = terms.strategies.get(case.symbol, NOBODY)
    labels = dict.fromkeys((configured, *terms.strategies.values()))
    return next(
        (
            label
            for label in labels
            if any(
                is_ours(name, account=case.account, strategy=label, symbol=case.symbol)
                for name in names
            )
        ),
        configured,
    )


def key_of(case: SymbolCase, direction: Direction) -> OrderKey:
    """Return the entry's key, as far as it is known: names are derived from its candle."""
    memory = case.remembers(direction)
    if memory is not None:
        return memory.key
    ended = [each for each in _ours_ended(case) if each.filled and leg_of(each) is Leg.ENTRY]
    known = [*ended[-1:], *case.ours, *_ours_ended(case)]
    assert known, f"nothing of ours is known of {case.symbol}"
    return replace(_key(known[0]), leg=Leg.ENTRY, attempt=0)


def _ours_ended(case: SymbolCase) -> list[OrderReport]:
    return [each for each in case.history if case.is_ours(each)]


def _would_end(report: OrderReport, case: SymbolCase) -> bool:
    return leg_of(report) is not Leg.ENTRY and not _adds(report, case)


def _adds(report: OrderReport, case: SymbolCase) -> bool:
    return report.side is case.position.side


def _may_have_made(report: OrderReport, case: SymbolCase) -> bool:
    """Tell whether an order traded; of others', only before the position was told."""
    told_ms, is_over = case.position.updated_ms, report.state is OrderState.FILLED
    is_later = is_over and 0 < told_ms < report.updated_ms - _SAME_MS
    return bool(report.filled) and (case.is_ours(report) or not is_later)


def _signed(report: OrderReport) -> Decimal:
    return report.filled * report.side.sign


def _key(report: OrderReport) -> OrderKey:
    key = parse_client_order_id(report.client_order_id)
    assert key is not None, f"{report.client_order_id} is no name of ours"
    return key
