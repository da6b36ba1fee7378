from decimal import Decimal

from noctule.domain.order import Leg, OrderState
from noctule.domain.report import OrderReport
from noctule.domain.signals import Direction
from noctule.domain.values import Side
from noctule.reconcile.case import SymbolCase
from noctule.reconcile.held import plan_held
from noctule.reconcile.plan import Adoption, PlanItem
from tests.reconcile_builders import (
    OWNERS,
    TERMS,
    case,
    held,
    name,
    remembered,
    report,
    stop,
    target,
)

ENTERED = report(state=OrderState.FILLED, filled="0.010")


def test_a_naked_position_gets_its_remembered_stop() -> None:
    found = case(held(), target(), memory=remembered(stop="59111"))

    assert _adoption(found).plan.stop == Decimal(59_111)
    assert ("protect", "stop at 59111, as remembered") in _said(found)


def test_a_naked_position_without_a_memory_gets_the_configured_stop() -> None:
    found = case(held(), history=[ENTERED])

    assert _adoption(found).plan.stop == Decimal(59_400)
    assert _said(found)[1:] == [
        ("protect", "stop at 59400, by [risk] stop_loss"),
        ("re-arm", "target at 61200, by [risk] take_profit"),
    ]


def test_a_stop_that_was_moved_stays_where_it_is() -> None:
    found = case(held(), stop("59800"), target(), memory=remembered(stop="59400"))

    assert _adoption(found).plan.stop == Decimal(59_800)
    item = _items(found)[1]
    assert item.reason == "the stop was moved: 59400 is remembered"
    assert item.is_discrepancy


def test_of_two_stops_the_remembered_one_was_wanted_and_else_the_nearer() -> None:
    both = (stop("59400"), stop("59900", name(Leg.STOP, 1)))

    assert _adoption(case(held(), *both, memory=remembered(stop="59400"))).plan.stop == 59_400
    assert _adoption(case(held(), *both, memory=remembered(stop="59000"))).plan.stop == 59_900
    assert _adoption(case(held(), *both)).plan.stop == 59_900


def test_a_stop_of_the_owners_is_respected() -> None:
    found = case(held(), stop("59700", OWNERS), target(), memory=remembered())

    adoption = _adoption(found)
    assert adoption.plan.stop == Decimal(59_700)
    assert adoption.foreign_stops == 1
    assert _items(found)[-1].reason == (
        "not ours, but it ends the position: no second stop is placed"
    )


def test_a_target_of_the_owners_stands_in_for_ours() -> None:
    found = case(held(), stop(), target("62000", OWNERS), memory=remembered())

    assert _adoption(found).plan.target is None


def test_a_target_that_was_moved_stays_where_it_is() -> None:
    found = case(held(), stop(), target("61900"), memory=remembered(target="61200"))

    assert _adoption(found).plan.target == Decimal(61_900)


def test_a_missing_target_is_armed_again() -> None:
    found = case(held(), stop(), memory=remembered(target="61200"))

    assert _said(found)[-1] == ("re-arm", "target at 61200, as remembered")


def test_a_position_larger_than_our_orders_explain_is_adopted_as_it_is() -> None:
    found = case(held("0.030"), stop(), target(), history=[ENTERED, _by_hand("0.020")])

    item = _items(found)[0]
    assert item.what == "long 0.03 from 60000"
    assert item.reason.endswith("our orders explain 0.01 of it: adopted as it is")
    assert item.is_discrepancy
    assert _adoption(found).signed_quantity == Decimal("0.030")


def test_a_position_smaller_than_our_orders_explain_is_adopted_as_it_is() -> None:
    sold = report(OWNERS, side=Side.SELL, state=OrderState.FILLED, filled="0.004")
    item = _items(case(held("0.006"), stop(), history=[ENTERED, sold]))[0]

    assert item.what == "long 0.006 from 60000"
    assert item.is_discrepancy


def test_a_stop_that_does_not_cover_all_is_completed_at_its_price() -> None:
    found = case(held("0.020"), stop("59500", quantity="0.010"), target())

    assert ("protect", "stop at 59500, as it rests") in _said(found)


def test_a_short_is_protected_on_its_other_side() -> None:
    plan = _adoption(case(held("-0.010"), memory=None, history=[_short()])).plan

    assert plan.direction is Direction.SHORT
    assert (plan.stop, plan.target) == (Decimal(60_600), Decimal(58_800))


def _by_hand(quantity: str) -> OrderReport:
    return report(OWNERS, state=OrderState.FILLED, quantity=quantity, filled=quantity)


def _short() -> OrderReport:
    return report(side=Side.SELL, state=OrderState.FILLED, filled="0.010")


def _items(found: SymbolCase) -> tuple[PlanItem, ...]:
    return plan_held(found, TERMS, "ours").items


def _said(found: SymbolCase) -> list[tuple[str, str]]:
    return [(each.action.value, each.what) for each in _items(found)]


def _adoption(found: SymbolCase) -> Adoption:
    adoption = plan_held(found, TERMS, "ours").adoption
    assert adoption is not None
    return adoption
