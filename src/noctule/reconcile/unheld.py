"""A flat symbol: orders of ours there are orphans, and go."""

from noctule.domain.order import Leg
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Price, Side
from noctule.reconcile.adopting import adoption_of, sweeps_of
from noctule.reconcile.case import RecoveryTerms, SymbolCase
from noctule.reconcile.foreign import foreign_items, foreign_text
from noctule.reconcile.guards import level_of, our_stops, stop_price
from noctule.reconcile.ownership import leg_of
from noctule.reconcile.plan import Action, Adoption, PlanItem, SymbolPlan
from noctule.reconcile.rebuild import rebuilt
from noctule.reconcile.wording import order_words

__all__ = ["plan_flat"]


def plan_flat(case: SymbolCase, terms: RecoveryTerms) -> SymbolPlan:
    """Take out what of ours is left; a bracket does it, for an entry may fill meanwhile."""
    adoption = _adoption(case, terms)
    led = set() if adoption is None else {each.request.client_order_id for each in adoption.orders}
    items = [
        PlanItem(
            symbol=case.symbol, action=Action.CANCEL, what=order_words(each), reason=_why(each)
        )
        for each in case.ours
    ]
    if case.memory is not None and not case.ours:
        what = f"{case.memory.direction.lower()} of {case.memory.strategy}"
        reason = "remembered, and flat by now: it ended while nobody watched"
        items.append(
            PlanItem(
                symbol=case.symbol,
                action=Action.IGNORE,
                what=what,
                reason=reason,
                is_discrepancy=True,
            )
        )
    return SymbolPlan(
        symbol=case.symbol,
        items=(*items, *foreign_items(case)),
        adoption=adoption,
        sweeps=sweeps_of(each for each in case.ours if each.client_order_id not in led),
        foreign=foreign_text(case),
    )


def _why(report: OrderReport) -> str:
    if leg_of(report) is Leg.ENTRY:
        return "the process that wanted this entry is gone"
    return "the position that it belonged to is gone"


def _adoption(case: SymbolCase, terms: RecoveryTerms) -> Adoption | None:
    """Return what a bracket sweeps; None where it would not know how to guard what may fill."""
    led = [each for each in case.ours if rebuilt(each) is not None and level_of(each) is not None]
    if not led or case.instrument is None:
        return None
    entry = next((each for each in led if leg_of(each) is Leg.ENTRY), None)
    side = led[0].side.opposite if entry is None else entry.side
    direction = Direction.LONG if side is Side.BUY else Direction.SHORT
    near = entry or led[0]
    return adoption_of(
        case,
        terms,
        direction=direction,
        stop=_stop(case, terms, direction=direction, near=near),
        target=None,
    )


def _stop(
    case: SymbolCase, terms: RecoveryTerms, *, direction: Direction, near: OrderReport
) -> Price:
    """Return where a stop would belong, should an entry fill before it is taken out."""
    stops, level = our_stops(case), level_of(near)
    if stops and stops[0].trigger_price is not None:
        return stops[0].trigger_price
    assert level is not None, f"{near.client_order_id} waits for no price"
    return stop_price(case, terms, direction=direction, entry=level)
