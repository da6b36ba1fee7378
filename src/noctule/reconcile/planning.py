"""From what the venue tells and what we remember to what is to be done: nothing is asked here."""

from decimal import Decimal

from noctule.reconcile.case import Evidence, RecoveryTerms, SymbolCase, cases_of
from noctule.reconcile.foreign import plan_foreign, plan_without_rules
from noctule.reconcile.guards import is_naked
from noctule.reconcile.held import plan_held
from noctule.reconcile.ownership import claim
from noctule.reconcile.plan import RecoveryPlan, SymbolPlan
from noctule.reconcile.unheld import plan_flat

__all__ = ["plan_recovery", "plan_symbol", "urgency"]


def plan_recovery(evidence: Evidence, terms: RecoveryTerms) -> RecoveryPlan:
    """Plan for every symbol; what is held and naked comes first."""
    cases = sorted(cases_of(evidence, terms.account), key=urgency)
    return RecoveryPlan(
        symbols=tuple(plan_symbol(case, terms) for case in cases),
        strangers=tuple(sorted(evidence.strangers)),
    )


def plan_symbol(case: SymbolCase, terms: RecoveryTerms) -> SymbolPlan:
    """Plan for one symbol."""
    if case.position.is_flat:
        return plan_flat(case, terms)
    reason = claim(case)
    if reason is None:
        return plan_foreign(case)
    if case.instrument is None:
        return plan_without_rules(case)
    return plan_held(case, terms, reason)


def urgency(case: SymbolCase) -> tuple[int, bool, Decimal, str]:
    """Return what to sort by: the naked, the held, the rest; ours first, then the largest."""
    held = case.position
    rank = 0 if is_naked(case) else 1 + held.is_flat
    is_doubtful = not held.is_flat and claim(case) is None
    return (rank, is_doubtful, -held.quantity * (held.entry_price or Decimal(0)), case.symbol)
