"""What is not ours: told, left alone, and in the way of entries on its symbol."""

from collections.abc import Collection, Container, Iterable, Iterator

from noctule.domain.report import OrderReport
from noctule.domain.values import Symbol
from noctule.reconcile.adopting import sweeps_of
from noctule.reconcile.case import SymbolCase
from noctule.reconcile.plan import Action, PlanItem, SymbolPlan
from noctule.reconcile.wording import order_words, position_words

__all__ = ["foreign_items", "foreign_notes", "foreign_text", "plan_foreign", "plan_without_rules"]


def foreign_notes(cases: Iterable[SymbolCase], *, led: Container[Symbol]) -> dict[Symbol, str]:
    """Say of each symbol what there is not ours; a position that nobody leads is none of ours."""
    notes = {}
    for case in cases:
        is_foreign = not case.position.is_flat and case.symbol not in led
        text = _held_text(case) if is_foreign else foreign_text(case)
        if text is not None:
            notes[case.symbol] = text
    return notes


def plan_foreign(case: SymbolCase) -> SymbolPlan:
    """Leave a position of somebody else's alone; orders of ours beside it are taken out."""
    words = position_words(case.position)
    memory = case.memory
    reason = "no order or memory of ours explains it"
    if memory is not None:
        reason = f"ours was {memory.direction.lower()} and is gone; this one is somebody else's"
    cancelled = (
        PlanItem(
            symbol=case.symbol,
            action=Action.CANCEL,
            what=order_words(each),
            reason="ours, beside a position that is not",
        )
        for each in case.ours
    )
    return SymbolPlan(
        symbol=case.symbol,
        items=(
            _ignored(case, words, reason, is_discrepancy=memory is not None),
            *cancelled,
            *foreign_items(case),
        ),
        sweeps=sweeps_of(case.ours),
        foreign=_held_text(case),
    )


def plan_without_rules(case: SymbolCase) -> SymbolPlan:
    """Tell of a position of ours that nothing can be sent for."""
    words = position_words(case.position)
    reason = "ours, but the exchange tells no rules for it: close it there by hand"
    return SymbolPlan(
        symbol=case.symbol,
        items=(_ignored(case, words, reason, is_discrepancy=True), *foreign_items(case)),
        foreign=f"{words}, without rules to trade it by",
    )


def foreign_items(case: SymbolCase, *, guards: Collection[OrderReport] = ()) -> Iterator[PlanItem]:
    """Tell of every order of others; those that guard our position stand in for a stop of ours."""
    for each in case.others:
        reason = "not ours"
        if each in guards:
            reason = "not ours, but it ends the position: no second stop is placed"
        if each.client_order_id in case.strangers:
            reason = "another bot trades with our key"
        yield _ignored(case, order_words(each), reason)


def foreign_text(case: SymbolCase) -> str | None:
    """Say what of others rests on a symbol whose position is ours, or that is flat."""
    if not case.others:
        return None
    return f"not ours: {', '.join(map(order_words, case.others))}"


def _held_text(case: SymbolCase) -> str:
    return f"{position_words(case.position)}, not ours"


def _ignored(case: SymbolCase, what: str, reason: str, *, is_discrepancy: bool = False) -> PlanItem:
    return PlanItem(
        symbol=case.symbol,
        action=Action.IGNORE,
        what=what,
        reason=reason,
        is_discrepancy=is_discrepancy,
    )
