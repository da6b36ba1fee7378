from noctule.reconcile.plan import Action, PlanItem, RecoveryCounts, RecoveryPlan, SymbolPlan
from noctule.reconcile.planning import plan_recovery
from tests.builders import BTCUSDT
from tests.reconcile_builders import TERMS, evidence, held, remembered, stop


def test_a_plan_is_the_sum_of_its_symbols() -> None:
    plan = plan_recovery(evidence([held()], [stop("59800")], memory=[remembered()]), TERMS)

    assert plan.counts == RecoveryCounts(adopted=1, protected=0, swept=0, discrepancies=1)
    assert [each.symbol for each in plan.adoptions] == [BTCUSDT]
    assert [each.action for each in plan.items] == [Action.ADOPT, Action.ADOPT, Action.RE_ARM]


def test_deeds_are_what_the_venue_would_notice() -> None:
    items = tuple(
        PlanItem(symbol=BTCUSDT, action=action, what="it", reason="so") for action in Action
    )
    plan = RecoveryPlan(symbols=(SymbolPlan(symbol=BTCUSDT, items=items),))

    assert [each.action for each in plan.deeds] == [Action.PROTECT, Action.RE_ARM, Action.CANCEL]
