from noctule.domain.order import Leg
from noctule.domain.signals import Direction
from noctule.reconcile.foreign import (
    foreign_items,
    foreign_notes,
    foreign_text,
    plan_foreign,
    plan_without_rules,
)
from tests.builders import BTCUSDT
from tests.reconcile_builders import OWNERS, case, held, name, remembered, stop


def test_a_foreign_position_is_told_and_left_alone() -> None:
    plan = plan_foreign(case(held()))

    assert plan.adoption is None
    assert plan.foreign == "long 0.01 from 60000, not ours"
    assert [each.reason for each in plan.items] == ["no order or memory of ours explains it"]


def test_a_position_in_place_of_ours_is_a_discrepancy() -> None:
    (item,) = plan_foreign(case(held("-0.010"), memory=remembered())).items

    assert item.reason == "ours was long and is gone; this one is somebody else's"
    assert item.is_discrepancy


def test_a_position_without_rules_is_left_to_the_owner() -> None:
    plan = plan_without_rules(case(held(), has_rules=False))

    assert plan.foreign == "long 0.01 from 60000, without rules to trade it by"
    assert plan.items[0].is_discrepancy


def test_another_bots_order_is_told_as_such() -> None:
    theirs = name(Leg.STOP)
    found = case(held(), stop(), strangers=frozenset({theirs}))

    assert [each.reason for each in foreign_items(found)] == ["another bot trades with our key"]


def test_what_rests_of_others_is_named() -> None:
    assert foreign_text(case(None, stop("59000", OWNERS))) == (
        f"not ours: SELL STOP_MARKET all at 59000 ({OWNERS})"
    )
    assert foreign_text(case(None, stop())) is None


def test_a_position_is_foreign_until_somebody_leads_it() -> None:
    cases = [case(held())]

    assert foreign_notes(cases, led=()) == {BTCUSDT: "long 0.01 from 60000, not ours"}
    assert foreign_notes(cases, led={BTCUSDT}) == {}
    assert foreign_notes([case(None, stop("59000", OWNERS))], led=()).keys() == {BTCUSDT}


def test_memories_of_the_same_way_do_not_make_it_ours_here() -> None:
    found = case(held(), memory=remembered(direction=Direction.LONG))

    assert plan_foreign(found).items[0].is_discrepancy
