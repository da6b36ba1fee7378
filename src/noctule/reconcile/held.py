"""A position of ours: adopted with what guards it, and given what is missing."""

from collections.abc import Iterator

from noctule.domain.order import Leg
from noctule.domain.report import OrderReport
from noctule.domain.values import Price, plain_text
from noctule.reconcile.adopting import adoption_of, sweeps_of
from noctule.reconcile.case import RecoveryTerms, SymbolCase
from noctule.reconcile.foreign import foreign_items, foreign_text
from noctule.reconcile.guards import (
    ending_stops,
    ending_targets,
    is_naked,
    level_of,
    our_stops,
    our_targets,
    stop_price,
    target_price,
)
from noctule.reconcile.ownership import Entered, leg_of, origin_of
from noctule.reconcile.plan import Action, PlanItem, SymbolPlan
from noctule.reconcile.rebuild import rebuilt
from noctule.reconcile.wording import order_words, position_words

__all__ = ["plan_held"]


def plan_held(case: SymbolCase, terms: RecoveryTerms, reason: str) -> SymbolPlan:
    """Adopt what is there as it is, protect what is naked, and arm the target again."""
    stop, target, held = _stop(case, terms), _target(case, terms), case.position.signed_quantity
    strange = [each for each in case.ours if rebuilt(each) is None]
    items = (
        _position_item(case, reason),
        *_stop_items(case, stop),
        *_target_items(case, target),
        *_other_items(case, strange),
        *foreign_items(case, guards=ending_stops(case.others, held)),
    )
    return SymbolPlan(
        symbol=case.symbol,
        items=items,
        adoption=adoption_of(case, terms, direction=case.direction, stop=stop, target=target),
        sweeps=sweeps_of(strange),
        foreign=foreign_text(case),
    )


# Where its ends belong


def _stop(case: SymbolCase, terms: RecoveryTerms) -> Price:
    """Return what rests: ours, or another's, for the owner may have moved it; else what should."""
    memory, ours = case.remembers(case.direction), _levels(our_stops(case))
    if ours:  # a move was under way where there are several
        return memory.stop if memory is not None and memory.stop in ours else ours[0]
    theirs = _levels(ending_stops(case.others, case.position.signed_quantity))
    if theirs:
        return theirs[0]
    return stop_price(case, terms, direction=case.direction, entry=_entry(case))


def _target(case: SymbolCase, terms: RecoveryTerms) -> Price | None:
    """Return what rests, else what should; with a target of the owner's there is none of ours."""
    ours = _levels(our_targets(case))
    if ours:
        return ours[0]
    if ending_targets(case.others, case.position.signed_quantity):
        return None
    return target_price(case, terms, direction=case.direction, entry=_entry(case))


def _levels(reports: tuple[OrderReport, ...]) -> list[Price]:
    return [level for each in reports if (level := level_of(each)) is not None]


def _entry(case: SymbolCase) -> Price:
    assert case.position.entry_price is not None, f"{case.symbol} is flat"
    return case.position.entry_price


# What is said of it


def _position_item(case: SymbolCase, reason: str) -> PlanItem:
    origin, held = origin_of(case), case.position.signed_quantity
    differs = origin.entered is Entered.BY_US and origin.explained not in (None, held)
    if differs:
        explained = plain_text(abs(origin.explained or held))
        reason = f"{reason}; our orders explain {explained} of it: adopted as it is"
    return _item(case, Action.ADOPT, position_words(case.position), reason, is_discrepancy=differs)


def _stop_items(case: SymbolCase, stop: Price) -> Iterator[PlanItem]:
    memory = case.remembers(case.direction)
    for each in our_stops(case):
        reason = "the stop rests"
        if memory is not None and memory.stop != stop:
            reason = f"the stop was moved: {plain_text(memory.stop)} is remembered"
        differs = reason != "the stop rests"
        yield _item(case, Action.ADOPT, order_words(each), reason, is_discrepancy=differs)
    if is_naked(case):
        covered = bool(our_stops(case))
        reason = "the stops do not cover it" if covered else "nothing would end the position"
        source = "as it rests" if covered else "as remembered" if memory else "by [risk] stop_loss"
        yield _item(case, Action.PROTECT, f"stop at {plain_text(stop)}, {source}", reason)


def _target_items(case: SymbolCase, target: Price | None) -> Iterator[PlanItem]:
    resting = our_targets(case)
    for each in resting:
        yield _item(case, Action.ADOPT, order_words(each), "the target rests")
    if target is not None and not resting:
        source = "as remembered" if case.remembers(case.direction) else "by [risk] take_profit"
        what = f"target at {plain_text(target)}, {source}"
        yield _item(case, Action.RE_ARM, what, "its target does not rest")


def _other_items(case: SymbolCase, strange: list[OrderReport]) -> Iterator[PlanItem]:
    for each in case.ours:
        if each in strange:
            reason = "it cannot be led: the exchange tells too little of it"
            yield _item(case, Action.CANCEL, order_words(each), reason)
        elif leg_of(each) is Leg.ENTRY:
            reason = "the process that wanted this entry is gone"
            yield _item(case, Action.CANCEL, order_words(each), reason)
        elif leg_of(each) in (Leg.CLOSE, Leg.FLATTEN):
            yield _item(case, Action.ADOPT, order_words(each), "it closes the position")


def _item(
    case: SymbolCase, action: Action, what: str, reason: str, *, is_discrepancy: bool = False
) -> PlanItem:
    return PlanItem(
        symbol=case.symbol, action=action, what=what, reason=reason, is_discrepancy=is_discrepancy
    )
